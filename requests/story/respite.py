"""What the story says of more time and of second looks (APP-10, APP-15)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.trail.models import Event
from portal.worktime.words import by_when
from requests.models import HandlingRequest, SecondLook
from requests.respite_words import what
from requests.story.teller import Said, Teller


class Respite(Teller):
    """The requests and looks to which a ticket's events refer; a query for each kind that there is."""

    def load(self) -> None:
        mine = [event for event in self.events if event.kind in SAYS]  # a return is a “request” as well
        named = {key: {event.data[key] for event in mine if key in event.data} for key in ("request", "look")}
        rows = HandlingRequest.objects.select_related("asked_by", "head_by", "centre_by", "refused_by", "ended_by")
        self.requests = rows.in_bulk(named["request"]) if named["request"] else {}
        looks = SecondLook.objects.select_related("ticket", "follow_up")
        self.looks = looks.in_bulk(named["look"]) if named["look"] else {}

    @property
    def asked(self) -> list[HandlingRequest]:
        """The requests that this side learns of, the latest first."""
        return sorted(self.requests.values(), key=lambda one: (one.asked_at, one.pk), reverse=True)

    def said(self, event: Event) -> Said | None:
        told = SAYS.get(event.kind)
        return told(self, event) if told else None

    def _asked(self, event: Event) -> Said:
        found = self.requests[event.data["request"]]
        step = _("负责人本人申请，送服务中心批") if found.head_at == event.at and found.head_by_id else ""
        return _("申请%(what)s") % {"what": what(found)}, found.reason, step

    def _passed(self, event: Event) -> Said:
        found = self.requests[event.data["request"]]
        return _("部门同意%(kind)s，送服务中心批") % {"kind": found.get_kind_display().lower()}, "", ""

    def _extended(self, event: Event) -> Said:
        found = self.requests[event.data["request"]]
        small = f"{by_when(found.former_due_at)} → {by_when(found.until)}"
        return _("同意延期"), found.reason, small

    def _suspended(self, event: Event) -> Said:
        found = self.requests[event.data["request"]]
        paused = _("时限暂停") if self.firm_side else _("没有超期的时限暂停")
        return _("同意%(what)s") % {"what": what(found)}, found.reason, paused

    def _refused(self, event: Event) -> Said:
        found = self.requests[event.data["request"]]
        return _("不同意%(kind)s") % {"kind": found.get_kind_display()}, found.refused_for, _("时限照走")

    def _withdrawn(self, event: Event) -> Said:
        found = self.requests[event.data["request"]]
        return _("撤回%(kind)s申请") % {"kind": found.get_kind_display()}, "", ""

    def _resumed(self, event: Event) -> Said:
        found = self.requests[event.data["request"]]
        return pgettext("经过", "恢复办理"), found.ended_note, capfirst(found.get_ended_how_display())

    def _came_up(self, event: Event) -> Said:
        return _("历史疑难件，请再看一次"), "", ""

    def _looked(self, event: Event) -> Said:
        look = self.looks[event.data["look"]]
        number = event.data.get("follow_up", "")
        small = _("另开 %(number)s 接着办") % {"number": number} if number else ""
        return _("再看一次：%(found)s") % {"found": look.get_found_display()}, look.text, small

    def _reopened(self, event: Event) -> Said:
        look = self.looks[event.data["look"]]
        what_was = _("%(number)s 当时没办成，条件有变化，接着办") % {"number": event.data["follows"]}
        return what_was, self.ticket.description, look.text


SAYS: dict[str, Callable[[Respite, Event], Said]] = {
    "ticket.extension_asked": Respite._asked,
    "ticket.suspension_asked": Respite._asked,
    "ticket.request_passed": Respite._passed,
    "ticket.extended": Respite._extended,
    "ticket.suspended": Respite._suspended,
    "ticket.request_refused": Respite._refused,
    "ticket.request_withdrawn": Respite._withdrawn,
    "ticket.resumed": Respite._resumed,
    "ticket.came_up_again": Respite._came_up,
    "ticket.looked_again": Respite._looked,
    "ticket.reopened": Respite._reopened,
}
