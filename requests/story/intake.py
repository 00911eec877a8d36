"""What the story says of 复核, 写回热线, of links to callers and of cases from an old system (APP-1, APP-2, APP-6)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.trail.models import Event
from requests.models import CallerLink, Review, WriteBack
from requests.story.teller import Said, Teller


class Intake(Teller):
    def load(self) -> None:
        asked = any("review" in event.data for event in self.events)
        self.review = Review.objects.filter(ticket=self.ticket).first() if asked else None
        told = {event.data["write_back"] for event in self.events if "write_back" in event.data}
        self.write_backs = WriteBack.objects.in_bulk(told) if told else {}

    def said(self, event: Event) -> Said | None:
        told = SAYS.get(event.kind)
        return told(self, event) if told else None

    def _asked(self, event: Event) -> Said:
        return pgettext("经过", "申请复核"), self.review.reasons if self.review else "", ""

    def _upheld(self, event: Event) -> Said:
        return _("复核维持不予受理"), self.review.ruling if self.review else "", ""

    def _overturned(self, event: Event) -> Said:
        return _("复核认为应当受理，转回研判"), self.review.ruling if self.review else "", ""

    def _written_back(self, event: Event) -> Said:
        found = self.write_backs.get(event.data["write_back"])
        number = self.ticket.hotline_number
        small = _("热线编号 %(number)s") % {"number": number} if number else ""
        return pgettext("经过", "写回热线"), found.text if found else "", small

    def _link_sent(self, event: Event) -> Said:
        times = event.data.get("times", 1)
        supplement = event.data.get("verb") == CallerLink.For.SUPPLEMENT
        what = _("补正链接发到来电人手机") if supplement else _("不予受理的说明发到来电人手机")
        return what, "", _("第 %(n)s 次") % {"n": times} if times > 1 else ""

    def _imported(self, event: Event) -> Said:
        what = _("从旧系统导入，原编号 %(number)s") % {"number": self.ticket.old_number}
        return what, self.ticket.description, self.ticket.end_reason


SAYS: dict[str, Callable[[Intake, Event], Said]] = {
    "ticket.review_asked": Intake._asked,
    "ticket.review_upheld": Intake._upheld,
    "ticket.review_overturned": Intake._overturned,
    "ticket.written_back": Intake._written_back,
    "ticket.caller_link_sent": Intake._link_sent,
    "ticket.imported": Intake._imported,
}
