"""The line of one claim: 申报 → 受理 → 审查 → 审批 → 公示 → 兑付, read from the claim's own columns (POL-5)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from policies.claims import stages
from policies.models import Claim, ClaimDeadline, Way
from portal.deadlines.obligations import ObligorKind
from requests.journey import AHEAD, DONE, HERE, Branch, Journey, Station

FILED, ACCEPTED, CHECKED = pgettext_lazy("进程", "申报"), pgettext_lazy("进程", "受理"), pgettext_lazy("进程", "核校")
REVIEWED, LISTED, CONFIRMED = (
    pgettext_lazy("进程", "审查"),
    pgettext_lazy("进程", "列入"),
    pgettext_lazy("进程", "确认"),
)
ENDS = (pgettext_lazy("进程", "审批"), pgettext_lazy("进程", "公示"), pgettext_lazy("进程", "兑付"))
NAMES = {
    Way.BY_DATA: (FILED, ACCEPTED, CHECKED, *ENDS),
    Way.BY_REVIEW: (FILED, ACCEPTED, REVIEWED, *ENDS),
    Way.CLAIM_FREE: (LISTED, CONFIRMED, CHECKED, *ENDS),
}
# At which station, counted from 0, a claim of each status stands.
AT = {
    stages.LISTED: 1,
    stages.WAITING: 0,
    stages.SUBMITTED: 1,
    stages.SUPPLEMENT: 1,
    stages.REVIEW: 2,
    stages.APPROVE: 3,
    stages.PUBLISH: 4,
    stages.PUBLICITY: 4,
    stages.OBJECTION: 4,
    stages.PAYMENT: 5,
    stages.PAID: 6,
    stages.WITHDRAWN: 1,
    stages.LAPSED: 1,
}


def journey(claim: Claim, now: datetime) -> Journey:
    """Costs no query where the claim was read with `rows.for_rows`."""
    at, due = station_of(claim), due_of(claim)
    late = due is not None and due.obligor_kind != ObligorKind.ENTERPRISE and due.is_overdue(now)
    stations = []
    for number, name in enumerate(NAMES[Way(claim.round.way)]):
        state = DONE if number < at else HERE if number == at else AHEAD
        stations.append(Station(str(number), str(name), state, late=late and state == HERE))
    branches = [Branch("b-21", _("补正"))] if claim.status == stages.SUPPLEMENT else []
    label = _("申报进程：%(status)s") % {"status": claim.status_name}
    return Journey(stations, branches, label, late, claim.status == stages.PAID)


def station_of(claim: Claim) -> int:
    """Where it stands, or stood when it was rejected."""
    if claim.status != stages.REJECTED:
        return AT[claim.status]
    return 4 if claim.publicity_id else 3 if claim.decided_at else 1


def where(claim: Claim, *, own: bool = False) -> str:
    """Where it is, as a firm or an official is told: whose turn it is."""
    if claim.status in stages.ENDED:
        return claim.status_name
    if claim.status in (stages.LISTED, stages.SUPPLEMENT):
        waits = _("等您确认") if claim.status == stages.LISTED else _("等您补正材料")
        return waits if own else claim.status_name
    if claim.status in (stages.WAITING, stages.PUBLICITY):
        return claim.status_name
    if claim.status == stages.REVIEW:
        return _("各部门联合审查中")
    holder = claim.round.department.short_name
    return _("%(status)s，%(holder)s在办") % {"status": claim.status_name, "holder": holder}


def due_of(claim: Claim, *, own: bool = False) -> ClaimDeadline | None:
    """The clock a list shows: the firm's own while it must act, else the office's; what waits stands behind."""
    read: list[ClaimDeadline] | None = getattr(claim, "clocks", None)
    clocks = list(claim.deadlines.open().with_units()) if read is None else read
    if own and (firms := [clock for clock in clocks if clock.obligor_kind == ObligorKind.ENTERPRISE]):
        return firms[0]
    return min(clocks, key=lambda clock: (clock.is_paused, clock.due_at), default=None)
