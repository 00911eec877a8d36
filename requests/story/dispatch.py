"""What the story says of dispatch: returns, parts, raised levels, groups, the chiefs' word (APP-4, APP-9, NET-6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.people.models import Department
from portal.trail.models import Event
from requests.models import Assignment, ChiefView, Contribution, LevelRaise, Referral, ReturnRequest, TicketGroup
from requests.models.ticket import Complexity
from requests.story.teller import Said, Teller

# Which row an event names under which key, and what is read with it.
ROWS: dict[str, models.QuerySet[Any]] = {
    "request": ReturnRequest.objects.select_related("proposed", "assignment__department"),
    "part": Assignment.objects.select_related("department"),
    "level": LevelRaise.objects.all(),
    "work": TicketGroup.objects.select_related("group"),
    "contribution": Contribution.objects.all(),
    "referral": Referral.objects.select_related("taker"),
    "view": ChiefView.objects.select_related("taker", "chief"),
}


class Dispatch(Teller):
    """The rows to which its events refer; a query for each kind of row that there is."""

    def load(self) -> None:
        mine = [event for event in self.events if event.kind in SAYS]
        named = {key: {event.data[key] for event in mine if key in event.data} for key in ROWS}
        self.rows = {key: ROWS[key].in_bulk(keys) if keys else {} for key, keys in named.items()}
        units = {pk for event in mine for pk in _units(event)}
        self.names = dict(Department.objects.filter(pk__in=units).values_list("pk", "short_name")) if units else {}

    def said(self, event: Event) -> Said | None:
        told = SAYS.get(event.kind)
        return told(self, event) if told else None

    def _of(self, event: Event, key: str) -> Any:
        return self.rows[key][event.data[key]]

    def _name(self, event: Event, key: str) -> str:
        return self.names.get(event.data.get(key), "")

    def _asked(self, event: Event) -> Said:
        request = self._of(event, "request")
        small = _("建议改由%(name)s办") % {"name": request.proposed.short_name} if request.proposed else ""
        what = pgettext("经过", "申请退回") if request.number == 1 else _("第 %(n)s 次申请退回") % {"n": request.number}
        return what, request.reason, small

    def _refused(self, event: Event) -> Said:
        return _("不同意退回，接着办"), self._of(event, "request").ruling, ""

    def _returned(self, event: Event) -> Said:
        what = _("改由%(name)s主办") % {"name": self._name(event, "lead")}
        if self.firm_side:
            return what, "", ""
        former = _("同意%(name)s退回") % {"name": self._name(event, "former")}
        return what, self._of(event, "request").ruling, former

    def _reassigned(self, event: Event) -> Said:
        what = _("改由%(name)s主办") % {"name": self._name(event, "lead")}
        if self.firm_side:
            return what, "", ""
        return (
            what,
            self._of(event, "part").ended_reason,
            _("督查员改派，原由%(name)s办") % {"name": self._name(event, "former")},
        )

    def _referred(self, event: Event) -> Said:
        return _("两轮无人承接，报总召集人"), self._of(event, "referral").reason, ""

    def _viewed(self, event: Event) -> Said:
        view = self._of(event, "view")
        what = _("总召集人意见：由%(name)s办") % {"name": view.taker.short_name}
        return what, view.text, ""

    def _decided(self, event: Event) -> Said:
        referral, name = self._of(event, "referral"), self._name(event, "lead")
        what = (
            _("由%(name)s接着办") % {"name": name}
            if event.data.get("stays")
            else _("改由%(name)s主办") % {"name": name}
        )
        if self.firm_side:
            return what, "", ""
        small = _("总召集人定，不能再退回")
        if referral.decided_without:
            small = _("%(what)s。没有等齐意见：%(why)s") % {"what": small, "why": referral.decided_without}
        return what, referral.decision, small

    def _part_taken(self, event: Event) -> Said:
        return pgettext("经过", "签收协办"), "", self._name(event, "department")

    def _part_added(self, event: Event) -> Said:
        what = _("请%(name)s协办") % {"name": self._name(event, "department")}
        return what, self._of(event, "part").instruction, ""

    def _part_ended(self, event: Event) -> Said:
        what = _("%(name)s的协办结束") % {"name": self._name(event, "department")}
        return what, self._of(event, "part").ended_reason, ""

    def _raised(self, event: Event) -> Said:
        level = self._of(event, "level")
        names = dict(Complexity.choices)
        given = {"before": names[level.before], "after": names[level.after]}
        small = "" if level.reason or level.after != Complexity.DIFFICULT else _("第二次退回，列为疑难")
        return _("由%(before)s升为%(after)s") % given, level.reason, small

    def _group_given(self, event: Event) -> Said:
        work = self._of(event, "work")
        return _("交%(name)s") % {"name": work.group.name}, work.reason, ""

    def _group_ended(self, event: Event) -> Said:
        work = self._of(event, "work")
        return _("%(name)s的工作结束") % {"name": work.group.name}, work.ended_reason, ""

    def _contributed(self, event: Event) -> Said:
        return _("工作组意见"), self._of(event, "contribution").text, ""


def _units(event: Event) -> list[int]:
    return [event.data[key] for key in ("lead", "former", "department") if event.data.get(key)]


SAYS: dict[str, Callable[[Dispatch, Event], Said]] = {
    "ticket.return_asked": Dispatch._asked,
    "ticket.return_refused": Dispatch._refused,
    "ticket.returned": Dispatch._returned,
    "ticket.reassigned": Dispatch._reassigned,
    "ticket.referred": Dispatch._referred,
    "ticket.chief_viewed": Dispatch._viewed,
    "ticket.raised_decided": Dispatch._decided,
    "ticket.part_taken": Dispatch._part_taken,
    "ticket.part_added": Dispatch._part_added,
    "ticket.part_ended": Dispatch._part_ended,
    "ticket.level_raised": Dispatch._raised,
    "ticket.group_given": Dispatch._group_given,
    "ticket.group_ended": Dispatch._group_ended,
    "ticket.contributed": Dispatch._contributed,
}
