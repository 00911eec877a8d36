"""What the story says of common problems: that a ticket belongs to one, and the measure it ended in (APP-16)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.trail.models import Event
from requests.models import CommonProblem
from requests.story.teller import Said, Teller


class Commons(Teller):
    """The problems to which the events refer; the firm reads of the measure alone, in words that name nobody."""

    def load(self) -> None:
        named = {event.data["problem"] for event in self.events if "problem" in event.data}
        self.problems = CommonProblem.objects.in_bulk(named) if named else {}

    def said(self, event: Event) -> Said | None:
        problem = self.problems.get(event.data.get("problem"))
        if problem is None:
            return None
        if event.kind == "ticket.problem_joined":
            return _("列入共性问题"), "", problem.title
        if event.kind == "ticket.problem_left":
            return _("移出共性问题"), "", problem.title
        if event.kind == "ticket.measure_told":
            return self._told(problem)
        return None

    def _told(self, problem: CommonProblem) -> Said:
        what = pgettext("经过", "共性问题有了措施")
        small = "" if self.firm_side else f"{problem.title} · {problem.get_measure_kind_display()}"
        return what, problem.public_words, small
