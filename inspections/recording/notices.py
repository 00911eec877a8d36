"""The letters about records (INS-6): the firm gets its record, those who took part an amendment.

What a finding demands of the firm, rectification writes in letters of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import User

from ..models import JointVisit, VisitPart
from ..visits.notices import firm_people

Params = Mapping[str, Any]

topics.put_under(Topic.MUST, "joint_visit.recorded", "joint_visit.amended")


def _about(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=JointVisit, url=lambda visit: reverse("inspections:visit", args=[visit.number]))


@_about("joint_visit.recorded")
def recorded(visit: JointVisit, params: Params) -> Iterator[Said]:
    """To the firm: what was found, and where the record with both signatures is."""
    agency, n = _part(params).agency, params["findings"]
    title = _("%(agency)s的检查记录：未发现问题") % {"agency": agency}
    if n:
        title = _("%(agency)s的检查记录：发现 %(n)s 个问题") % {"agency": agency, "n": n}
    body = _("编号 %(number)s。记录、照片和签名在平台上看，也可以打印。") % {"number": visit.number}
    yield firm_people(visit), title, body
    colleagues = User.objects.filter(certificates__visit_parts=params["part"]).exclude(pk=params["by"])
    sentence = _("%(firm)s的检查记录已提交") % {"firm": visit.enterprise.called}
    yield colleagues, sentence, _("由%(name)s提交，不用再填；还有要补的，写更正说明。") % {"name": _name(params)}


@_about("joint_visit.amended")
def amended(visit: JointVisit, params: Params) -> Iterator[Said]:
    agency = _part(params).agency
    title = _("%(agency)s对检查记录作了更正说明") % {"agency": agency}
    yield firm_people(visit), title, _("编号 %(number)s，说明附在记录后面。") % {"number": visit.number}


def _part(params: Params) -> VisitPart:
    return VisitPart.objects.select_related("agency__department").get(pk=params["part"])


def _name(params: Params) -> str:
    return str(User.objects.values_list("name", flat=True).get(pk=params["by"]))
