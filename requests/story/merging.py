"""What the story says of merging: of another firm's matter neither name nor number."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.people.models import User
from portal.trail.models import Event
from requests import joined
from requests.models import Result, Ticket
from requests.story.teller import Said, Teller

KINDS = ("main", "merged")  # the keys under which an event names the other ticket


class Merging(Teller):
    """The tickets that the events name, and the answers; a query for each, where there is such an event at all."""

    reader: User | None = None

    def load(self) -> None:
        named = {e.data[key] for e in self.events if e.kind in SAYS for key in KINDS if key in e.data}
        self.others = Ticket.objects.select_related("enterprise").in_bulk(named) if named else {}
        answered = {e.data["result"] for e in self.events if e.kind == "ticket.main_answered"}
        self.results = Result.objects.in_bulk(answered) if answered else {}

    def said(self, event: Event) -> Said | None:
        told = SAYS.get(event.kind)
        return told(self, event) if told else None

    @cached_property
    def known(self) -> set[int]:
        """Those of which the reader may know: his firm's own, and to an official what he may read himself."""
        if self.firm_side:
            return {pk for pk, other in self.others.items() if joined.same_firm(other, self.ticket)}
        if self.reader is None or not self.others:
            return set()
        return set(Ticket.objects.visible_to(self.reader).filter(pk__in=self.others).values_list("pk", flat=True))

    def _named(self, event: Event) -> str:
        """“SX-20261121-0007 标题” where this side may know of the other one, else nothing."""
        other = self.others.get(event.data.get("main") or event.data.get("merged") or 0)
        return f"{other.number} {other.title}" if other is not None and other.pk in self.known else ""

    def _merged(self, event: Event) -> Said:
        named = self._named(event)
        return (_("并入 %(other)s") % {"other": named}, "", "") if named else (_("与同类诉求并案办理"), "", "")

    def _joined(self, event: Event) -> Said:
        named = self._named(event)
        if named:
            return _("%(other)s 并入这一件") % {"other": named}, "", ""
        other = self.others.get(event.data.get("merged") or 0)
        if other is not None and joined.same_firm(other, self.ticket):
            return _("同一企业又反映同样的问题，一并办理"), "", ""
        return _("另有企业反映同样的问题，一并办理"), "", ""

    def _split(self, event: Event) -> Said:
        what = (
            _("原来并入的那一件没有办成，单独办理") if event.data.get("ended") else pgettext("经过", "拆出，单独办理")
        )
        return what, "", ""

    def _parted(self, event: Event) -> Said:
        return _("%(other)s 拆出，单独办理") % {"other": self._named(event) or _("并入的一件")}, "", ""

    def _answered(self, event: Event) -> Said:
        main, result = self.others.get(event.data["main"]), self.results.get(event.data["result"])
        if main is None or result is None:
            return _("一并办理的诉求有了答复"), "", ""
        text = result.text if main.pk in self.known else joined.answer_for(self.ticket, main, result)
        return _("一并办理的诉求有了答复"), text, str(result.get_kind_display())

    def _closed(self, event: Event) -> Said:
        return _("一并办理的诉求已办结"), "", ""


SAYS: dict[str, Callable[[Merging, Event], Said]] = {
    "ticket.merged": Merging._merged,
    "ticket.joined": Merging._joined,
    "ticket.split": Merging._split,
    "ticket.parted": Merging._parted,
    "ticket.main_answered": Merging._answered,
    "ticket.main_closed": Merging._closed,
}
