"""What the record adds to a visit's page and to my day: the way to its form, and the records that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.people.models import User

from ..models import JointVisit
from ..visits import beside
from ..visits import stages as visits
from .capacity import own_parts
from .reports import recorded_parts


@beside.ways
def to_the_form(seen: Sequence[JointVisit], user: User) -> Iterator[tuple[int, beside.Way]]:
    """For whoever was named to go, while his part is not recorded."""
    going = [visit.pk for visit in seen if visit.status == visits.UNDER_WAY]
    if not going:
        return
    for part in own_parts(user).filter(visit__in=going, recorded_at=None).select_related("agency__department"):
        name, url = _("填写%(agency)s记录") % {"agency": part.agency}, reverse("recording:form", args=[part.pk])
        yield part.visit_id, beside.Way(name, url, True)


@beside.of_visit(order=20)
def records(visit: JointVisit, user: User) -> beside.Section | None:
    """The records of the visit that he may read."""
    parts = recorded_parts(user).filter(visit=visit).select_related("recorded_by")
    found = list(parts.prefetch_related("checks__findings"))
    return beside.Section("recording/section.html", {"parts": found}) if found else None
