"""What the story says of supervision: instructions, commitments, progress reports (APP-21, DL-5, SLA-9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.trail.models import Event
from portal.worktime.words import by_when
from requests.models import AgendaNote, DeadlineCommitment, Instruction, ProgressReport
from requests.story.teller import Said, Teller


class Supervision(Teller):
    """The rows to which a ticket's events refer; a query for each kind of row that there is."""

    def load(self) -> None:
        named: dict[str, set[int]] = {"instruction": set(), "commitment": set(), "progress": set(), "note": set()}
        for event in self.events:
            for key in named.keys() & event.data.keys():
                named[key].add(event.data[key])
        instructions = Instruction.objects.select_related("given_by", "deadline__user", "deadline__department")
        self.instructions = _rows(instructions, named["instruction"])
        self.commitments = _rows(
            DeadlineCommitment.objects.select_related("leader", "deadline__department"), named["commitment"]
        )
        self.notes = _rows(AgendaNote.objects.all(), named["note"])
        self.reports = _rows(ProgressReport.objects.all(), named["progress"])

    @property
    def asked(self) -> list[Instruction]:
        """The instructions, the latest first."""
        return sorted(self.instructions.values(), key=lambda one: (one.given_at, one.pk), reverse=True)

    @property
    def promised(self) -> DeadlineCommitment | None:
        """The latest commitment that this side may read."""
        return max(self.commitments.values(), key=lambda one: (one.made_at, one.pk), default=None)

    def said(self, event: Event) -> Said | None:
        """(what was done, the words said, a small line of facts); None for an event of another kind."""
        told = SAYS.get(event.kind)
        return told(self, event) if told else None

    def _instructed(self, event: Event) -> Said:
        found = self.instructions[event.data["instruction"]]
        given = {"name": found.addressee, "due": by_when(found.deadline.due_at)}
        return pgettext("经过", "批示"), found.text, _("交%(name)s落实，%(due)s答复") % given

    def _answered(self, event: Event) -> Said:
        return pgettext("经过", "答复批示"), self.instructions[event.data["instruction"]].answer, ""

    def _made(self, event: Event) -> Said:
        found = self.commitments[event.data["commitment"]]
        own = {field: getattr(found, field) for field in ("reason", "measure", "wording")} | found.proposed
        return pgettext("经过", "作公开承诺，送审"), _promise(**own), _until(found)

    def _approved(self, event: Event) -> Said:
        found = self.commitments[event.data["commitment"]]
        what = _("批准%(name)s的公开承诺") % {"name": found.deadline.department.short_name}
        return what, _promise(found.reason, found.measure, found.wording), _until(found)

    def _returned(self, event: Event) -> Said:
        return pgettext("经过", "退回承诺"), self.commitments[event.data["commitment"]].returned_for, ""

    def _lapsed(self, event: Event) -> Said:
        return _("承诺没有及时审核，日期已过"), "", ""

    def _kept(self, event: Event) -> Said:
        return _("公开承诺已兑现"), "", _until(self.commitments[event.data["commitment"]])

    def _broken(self, event: Event) -> Said:
        found = self.commitments[event.data["commitment"]]
        up = _("，提前到下一级督办") if found.raised_to else ""
        return _("公开承诺没有兑现"), "", _("考核按两倍计") + up

    def _owed(self, event: Event) -> Said:
        return _("超期，要按月报进展"), "", ""

    def _reported(self, event: Event) -> Said:
        return pgettext("经过", "报告进展"), self.reports[event.data["progress"]].text, ""

    def _noted(self, event: Event) -> Said:
        found = self.notes[event.data["note"]]
        return _("督查例会议程：%(what)s") % {"what": found.get_kind_display()}, found.text, ""


SAYS: dict[str, Callable[[Supervision, Event], Said]] = {
    "ticket.instructed": Supervision._instructed,
    "ticket.instruction_answered": Supervision._answered,
    "ticket.commitment_made": Supervision._made,
    "ticket.commitment_approved": Supervision._approved,
    "ticket.commitment_returned": Supervision._returned,
    "ticket.commitment_lapsed": Supervision._lapsed,
    "ticket.commitment_kept": Supervision._kept,
    "ticket.commitment_broken": Supervision._broken,
    "ticket.progress_owed": Supervision._owed,
    "ticket.progress_reported": Supervision._reported,
    "ticket.agenda_noted": Supervision._noted,
}


def _rows(rows: models.QuerySet[Any], keys: set[int]) -> dict[int, Any]:
    return rows.in_bulk(keys) if keys else {}


def _promise(reason: str, measure: str, wording: str) -> str:
    return "\n".join([wording, _("原因：%(text)s") % {"text": reason}, _("措施：%(text)s") % {"text": measure}])


def _until(commitment: DeadlineCommitment) -> str:
    given = {"due": by_when(commitment.until), "name": commitment.leader.name}
    return _("%(due)s办结，负责人 %(name)s") % given
