"""What the story says of a confidential complaint: named handlers, confirmations, finding (APP-18)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.people.models import User
from portal.trail.models import Event
from requests.models import Confirmation, Finding, UnitQuestion
from requests.story.teller import Said, Teller


class Confidential(Teller):
    def load(self) -> None:
        if not self.ticket.confidential:
            return
        ticket = self.ticket
        self.confirmations: dict[int, Confirmation] = {one.pk: one for one in ticket.confirmations.all()}
        self.findings: dict[int, Finding] = {one.pk: one for one in ticket.findings.all()}
        asked = ticket.unit_questions.select_related("department")
        self.questions: dict[int, UnitQuestion] = {one.pk: one for one in asked}
        named = {pk for e in self.events for key in ("handlers", "people") for pk in e.data.get(key, [])}
        self.people = dict(User.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}

    def said(self, event: Event) -> Said | None:
        told = SAYS.get(event.kind)
        return told(self, event) if told else None

    def _names(self, event: Event, key: str) -> str:
        return _("、").join(self.people.get(pk, "") for pk in event.data.get(key, []))

    def _entrusted(self, event: Event) -> Said:
        return _("改由点名的人办"), "", self._names(event, "handlers")

    def _identified(self, event: Event) -> Said:
        names = self._names(event, "people")
        return pgettext("经过", "认定投诉对象"), "", _("涉及 %(names)s") % {"names": names} if names else ""

    def _asked(self, event: Event) -> Said:
        found = self.questions[event.data["question"]]
        return _("请%(name)s说明") % {"name": found.department.short_name}, found.text, ""

    def _answered(self, event: Event) -> Said:
        found = self.questions[event.data["question"]]
        return _("%(name)s的说明") % {"name": found.department.short_name}, found.answer, ""

    def _confirmed(self, event: Event) -> Said:
        found = self.confirmations[event.data["confirmation"]]
        what = _("三确认：%(what)s") % {"what": found.get_what_display()}
        return what, found.text, _("不需要") if found.waived else ""

    def _found(self, event: Event) -> Said:
        found = self.findings[event.data["finding"]]
        return _("认定：%(outcome)s") % {"outcome": found.get_outcome_display()}, found.text, ""


SAYS: dict[str, Callable[[Confidential, Event], Said]] = {
    "ticket.entrusted": Confidential._entrusted,
    "ticket.identified": Confidential._identified,
    "ticket.unit_asked": Confidential._asked,
    "ticket.unit_answered": Confidential._answered,
    "ticket.fact_confirmed": Confidential._confirmed,
    "ticket.found": Confidential._found,
}
