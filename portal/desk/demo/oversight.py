"""What supervision did about the demo's overdue work: commitments in every state, leaders' instructions (DL-5, APP-21)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from portal.desk.demo.agenda import Free, Script
from portal.desk.demo.confidential import Confided
from portal.desk.demo.content import table
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from portal.worktime.words import by_when, local_day
from requests import flow, owed
from requests.flow.commitments import heads_of
from requests.models import DeadlineCommitment, Ticket

MORNING = timedelta(hours=8)  # nine o'clock, counted from the close of business
LATER = timedelta(hours=1, minutes=35)
SWEEP = timedelta(seconds=20)  # how long after its due time the clock acts
AFTERNOON = timedelta(hours=3, minutes=20)


class Act(NamedTuple):
    """What is done at an instant to whichever ticket that is then."""

    at: datetime
    find: Callable[[datetime], Ticket | None]
    do: Callable[[Ticket, datetime], object]


class Oversight:
    """The last four working days: each overdue matter gets one state of a commitment, the longest overdue first.

    Only matters that are free: of the others it is not known here whether they will still be late now.
    """

    def __init__(self, now: datetime, free: Free) -> None:
        self.now, self.free = now, free
        self.supervisor, self.leader = (
            User.objects.get(username=Role.SUPERVISOR),
            User.objects.get(username=Role.LEADER),
        )
        self.words = table("words")["oversight"]
        self.chosen: dict[str, int] = {}

    def scripts(self) -> Iterator[Script]:
        yield from (_script(act) for act in self._planned())

    def _planned(self) -> Iterator[Act]:
        yield from self._committed("broken", days=4, until=-2, then=self._approve)
        yield Act(self._close(2) + SWEEP, lambda at: self._known("broken"), self._decide)
        yield from self._committed("first", days=2, until=3, then=self._approve)
        yield from self._committed("waiting", days=2, until=4)
        yield from self._committed("returned", days=2, until=4, then=self._return)
        yield from self._committed("second", days=2, until=3, then=self._approve)
        yield from self._committed("third", days=2, until=4, then=self._approve)
        told = self._close(2) - AFTERNOON
        yield Act(told, lambda at: self._known("broken"), self._instruct)
        yield Act(told + timedelta(minutes=10), lambda at: self._known("first"), self._instruct)
        yield Act(self._close(1) - AFTERNOON, lambda at: self._known("first"), self._answer)
        yield from (Act(*act) for act in Confided(self.now).acts())
        yield Act(self._close(1) - AFTERNOON + LATER, lambda at: self._known("waiting"), self._order)

    def _close(self, days: int) -> datetime:
        """The close of business so many working days before today."""
        return calendar().close_before(self.now, days)

    def _committed(
        self, state: str, *, days: int, until: int, then: Callable[[Ticket, datetime], object] | None = None
    ) -> Iterator[Act]:
        at = self._close(days) - MORNING
        day = calendar().add_working_days(local_day(self.now), until) if until > 0 else local_day(self._close(-until))

        def promise(ticket: Ticket, at: datetime) -> object:
            said = {name: self._said(name) for name in ("reasons", "measures", "wordings")}
            wording = said["wordings"].format(day=by_when(calendar().close(day)))
            (head, *_others) = heads_of(ticket, at)
            written: dict[str, Any] = {
                "reason": said["reasons"],
                "measure": said["measures"],
                "wording": wording,
                "until": day,
            }
            return flow.make_commitment(ticket, by=head, at=at, **written)

        yield Act(at, lambda at: self._choose(state, at), promise)
        if then is not None:
            yield Act(at + LATER, lambda at: self._known(state), then)

    def _choose(self, state: str, at: datetime) -> Ticket | None:
        """The longest overdue that has none, of a department that has a head."""
        late = owed.uncommitted(at).filter(subject__in=self.free.standing(at))
        for deadline in late.select_related("subject").order_by("due_at", "pk"):
            if heads_of(deadline.subject, at):
                self.chosen[state] = deadline.subject_id
                self.free.picked.add(deadline.subject_id)
                return deadline.subject
        return None

    def _known(self, state: str) -> Ticket | None:
        return Ticket.objects.filter(pk=self.chosen.get(state, 0)).first()

    def _said(self, kind: str) -> str:
        said: list[str] = self.words[kind]
        return said[len(self.chosen) % len(said)]

    def _approve(self, ticket: Ticket, at: datetime) -> object:
        return flow.approve_commitment(ticket, by=self.supervisor, at=at)

    def _return(self, ticket: Ticket, at: datetime) -> object:
        return flow.return_commitment(ticket, by=self.supervisor, reason=self._said("returns"), at=at)

    def _decide(self, ticket: Ticket, at: datetime) -> object:
        return flow.decide_commitment(
            ticket, commitment=DeadlineCommitment.objects.get(deadline__subject=ticket), at=at
        )

    def _instruct(self, ticket: Ticket, at: datetime) -> object:
        told: dict[str, Any] = {"text": self._said("instructions"), "department": ticket.lead_department, "days": 3}
        return flow.instruct(ticket, by=self.leader, at=at, **told)

    def _order(self, ticket: Ticket, at: datetime) -> object:
        return flow.issue_order(ticket, by=self.supervisor, demand=self._said("orders"), at=at)

    def _answer(self, ticket: Ticket, at: datetime) -> object:
        (head, *_others) = heads_of(ticket, at)
        return flow.answer_instruction(ticket, by=head, text=self._said("answers"), at=at)


def _script(act: Act) -> Script:
    yield act.at
    ticket = act.find(act.at)
    if ticket is not None:
        act.do(ticket, act.at)
