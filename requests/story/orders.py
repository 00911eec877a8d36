"""What the story says of orders, sealed replies, special reports and the congress observer's questions."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.trail.models import Event
from portal.worktime.words import by_when
from requests.models import Attachment, ReplyScan, SpecialReport, SupervisionOrder
from requests.story.teller import Said, Teller

DELIVERED, REPORTED_UP = "ticket.reply_delivered", "ticket.reported_up"


class Orders(Teller):
    """The orders and scans to which a ticket's events refer; a query for each kind of row that there is."""

    def load(self) -> None:
        asked = any("order" in event.data for event in self.events)
        rows = SupervisionOrder.objects.filter(ticket=self.ticket).select_related(
            "department", "deadline", "issued_by", "judged_by", "result"
        )
        self.orders = {order.pk: order for order in rows} if asked else {}
        scans = ReplyScan.objects.filter(reply__result__ticket=self.ticket)
        self.scans = {scan.pk: scan for scan in scans} if self.has(DELIVERED) else {}
        reports = SpecialReport.objects.filter(ticket=self.ticket).select_related("leader")
        self.reports = {report.pk: report for report in reports} if self.has(REPORTED_UP) else {}

    @property
    def all(self) -> list[SupervisionOrder]:
        """The latest first."""
        return sorted(self.orders.values(), key=lambda one: (one.issued_at, one.pk), reverse=True)

    def said(self, event: Event) -> Said | None:
        told = SAYS.get(event.kind)
        return told(self, event) if told else None

    def came_with(self, file: Attachment, event: Event) -> bool:
        scan = self.scans.get(event.data.get("scan", 0)) if event.kind == DELIVERED else None
        return scan is not None and scan.attachment_id == file.pk

    def is_scan(self, file: Attachment) -> bool:
        return any(scan.attachment_id == file.pk for scan in self.scans.values())

    def _ordered(self, event: Event) -> Said:
        """Of the rule; the firm reads that it happened and by when, the demand is between supervisor and department."""
        order = self.orders.get(event.data.get("order", 0))
        if order is None:
            return _("督查督办"), "", ""
        due = _("%(due)s办结并书面答复") % {"due": by_when(order.deadline.due_at)}
        return _("督查督办"), "" if self.firm_side else order.demand, self._numbered(order, due)

    def _issued(self, event: Event) -> Said:
        order = self.orders[event.data["order"]]
        due = _("%(due)s答复") % {"due": by_when(order.deadline.due_at)}
        return pgettext("经过", "下督办单"), order.demand, self._numbered(order, due)

    def _numbered(self, order: SupervisionOrder, words: str) -> str:
        return _("%(number)s，%(words)s") % {"number": order.number, "words": words} if order.number else words

    def _answered(self, event: Event) -> Said:
        order = self.orders[event.data["order"]]
        return pgettext("经过", "答复督办单"), "" if order.result_id else order.answer, order.number

    def _amended(self, event: Event) -> Said:
        order = self.orders[event.data["order"]]
        former = _("原要求：%(text)s") % {"text": event.data["former"]}
        return pgettext("经过", "修改督办要求"), former, order.number

    def _judged(self, event: Event) -> Said:
        order = self.orders[event.data["order"]]
        return _("评定督办单：%(what)s") % {"what": order.get_judgement_display()}, order.judgement_text, order.number

    def _delivered(self, event: Event) -> Said:
        return (_("盖章答复换了新件") if event.data.get("again") else _("盖章答复已送达")), "", ""

    def _reported_up(self, event: Event) -> Said:
        """That it went up; its words are for those who have the paper."""
        report = self.reports[event.data["report"]]
        return _("报送专报给%(name)s") % {"name": report.leader.name}, "", report.number

    def _verified(self, event: Event) -> Said:
        return pgettext("经过", "向企业核实办理情况"), "", _("人大督查")


SAYS: dict[str, Callable[[Orders, Event], Said]] = {
    "ticket.ordered": Orders._ordered,
    "ticket.order_issued": Orders._issued,
    "ticket.order_answered": Orders._answered,
    "ticket.order_amended": Orders._amended,
    "ticket.order_judged": Orders._judged,
    DELIVERED: Orders._delivered,
    REPORTED_UP: Orders._reported_up,
    "ticket.verified": Orders._verified,
}
