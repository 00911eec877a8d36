"""Whose figures somebody reads: the town's, or those of the agencies that he heads (INS-9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from portal.people.rights import rights_of

from ..models import Agency
from ..models.agencies import HEADS, OF_AGENCY, OVERSEE_INSPECTIONS


@dataclass(frozen=True)
class Reader:
    """`user` sees what the figures count, and nobody (None) is the public, which reads of the whole town what is over;
    `agencies` are those whose figures they are, all of them where `whole`; `oversees`: ratings are told, too.
    """

    user: Any
    agencies: list[Agency]
    whole: bool
    oversees: bool = False

    def seen(self, model: Any) -> QuerySet[Model]:
        """What is counted is what the list shows (SEC-1)."""
        found: QuerySet[Model] = model.objects.all() if self.user is None else model.objects.visible_to(self.user)
        return found.order_by()

    def own(self, path: str = "agency") -> dict[str, Any]:
        """Narrows rows to the agencies whose figures they are."""
        return {} if self.whole else {f"{path}__in": [agency.pk for agency in self.agencies]}

    @property
    def filters(self) -> dict[str, object]:
        """The lists' filter where it is one agency alone."""
        return {"agency": self.agencies[0].pk} if not self.whole and len(self.agencies) == 1 else {}


def reader_of(user: Any) -> Reader | None:
    """Who oversees the town and who works at the agency that keeps plans: the town; heads their own agencies."""
    rights = rights_of(user)
    if rights.is_outside or not rights.has(*OF_AGENCY, *OVERSEE_INSPECTIONS):
        return None
    agencies = list(Agency.objects.select_related("department"))
    oversees = rights.has(*OVERSEE_INSPECTIONS)
    heads = rights.subtree(*HEADS)
    works = heads | rights.departments(*OF_AGENCY)
    if oversees or any(one.approves_plans and one.department_id in works for one in agencies):
        return Reader(user, agencies, whole=True, oversees=oversees)
    own = [one for one in agencies if one.department_id in heads]
    return Reader(user, own, whole=False) if own else None


def public() -> Reader:
    return Reader(None, list(Agency.objects.select_related("department")), whole=True)
