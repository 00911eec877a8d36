"""What this part adds to the pages of visits and of firms: what was found, what is open, points, the rating."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime import clock

from ..models import CaseOutcome, Finding, JointVisit, Rectification, RectificationDeadline, VisitRating
from ..models.agencies import READS_INSPECTIONS
from ..recording import stages as findings
from ..visits import stages as visits
from ..visits.beside import Section, Way, of_firm, of_visit, rectified, ways
from . import limits, points
from .capacity import towards
from .rows import firm_owes_first, for_rows, rows_of

SHOWN = 5


@of_visit(order=40)
def found(visit: JointVisit, user: User) -> Section | None:
    """What was found and what became of it; nothing before there is a record."""
    if not any(part.recorded_at for part in visit.parts.all()):
        return None
    clocks = RectificationDeadline.objects.running().filter(obligation=limits.RECTIFY)
    seen = Finding.objects.visible_to(user).filter(record__part__visit=visit).order_by("pk")
    rows = seen.select_related("agency__department", "rectification", "warned", "case").prefetch_related(
        "again_of", Prefetch("rectification__deadlines", clocks, to_attr="clocks")
    )
    return Section("rectification/of_visit.html", {"findings": [_line(one, user) for one in rows]})


def _line(finding: Finding, user: User) -> dict[str, Any]:
    ordered, warned = getattr(finding, "rectification", None), getattr(finding, "warned", None)
    ordered = ordered or next(iter(finding.again_of.all()), None)
    clocks = getattr(ordered, "clocks", [])
    outcome = getattr(finding, "case", None)
    held = towards(finding.agency, finding.enterprise_id, user) if finding.outcome == findings.CASE else {}
    may = "agency" in held if outcome is None else "head" in held
    leads_to: Any = ordered or warned
    return {
        "finding": finding,
        "url": leads_to.get_absolute_url() if leads_to else "",
        "due": clocks[0] if clocks else None,
        "status": ordered.status_name if ordered else _case_status(finding, outcome),
        "case": outcome,
        "case_url": reverse("rectification:case", args=[finding.pk]) if may else "",
    }


def _case_status(finding: Finding, outcome: CaseOutcome | None) -> str:
    if outcome is None:
        return finding.status_name
    return _("已处罚") if outcome.punished else _("不予处罚")


@of_firm(order=20)
def of_the_firm(firm: Enterprise, user: User) -> Section | None:
    """What is open, and the balance of its points; for the firm and for who inspects."""
    own = firm.pk in firms_of(user)
    rights = rights_of(user)
    if not own and (rights.is_outside or not rights.has(*READS_INSPECTIONS)):
        return None
    now = clock.now()
    running = Rectification.objects.visible_to(user).filter(enterprise=firm).running()
    every = reverse("rectification:mine") if own else f"{reverse('rectification:all')}?firm={firm.uscc}"
    mine = reverse("rectification:points") if own else reverse("rectification:points-of", args=[firm.uscc])
    content = {
        "own": own,
        "rows": rows_of(firm_owes_first(for_rows(running))[:SHOWN], now, own=own),
        "balance": points.balance(firm.pk, now),
        "points_url": mine,
        "url": every,
    }
    return Section("rectification/of_firm.html", content)


@ways
def to_rate(seen: Sequence[JointVisit], user: User) -> Iterable[tuple[int, Way]]:
    """The firm rates a visit that is done, once; afterwards it reads what it said, and may still complain."""
    own = firms_of(user)
    done = [visit for visit in seen if visit.status == visits.DONE and visit.enterprise_id in own]
    if not done:
        return
    rated = set(VisitRating.objects.filter(visit__in=done).values_list("visit", flat=True))
    for visit in done:
        if visit.pk in rated:
            yield visit.pk, Way(_("我的评价"), reverse("rectification:rated", args=[visit.number]))
        else:
            yield visit.pk, Way(_("评价这次检查"), reverse("rectification:rate", args=[visit.number]), first=True)


@rectified
def put_right(pks: Sequence[int]) -> Mapping[int, bool]:
    """Of the visits after which something was ordered: whether all of it is closed or withdrawn."""
    found_: dict[int, bool] = {}
    for visit, ended in Rectification.objects.filter(visit__in=pks).order_by().values_list("visit", "ended_at"):
        found_[visit] = found_.get(visit, True) and ended is not None
    return found_
