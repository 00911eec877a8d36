"""Category and department as near matters that were closed had them: weighted votes, silent when unsure (APP-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.people.models import Department, User
from requests import stages
from requests.likeness.finding import Like, similar, text_of
from requests.models import Suggestion, Ticket
from requests.models.ticket import TicketQuerySet

NEIGHBOURS = 8
NEAR = 0.08  # from this likeness on, and a quarter of the nearest one's, a matter has a vote
SHARE = 0.7  # of all votes that the first must have; measured (docs/likeness.md)
STRENGTH = 0.35  # the sum of its likenesses, below which nothing near enough is known


@dataclass(frozen=True)
class Vote:
    """What most near matters had, and how many of how many."""

    value: Any
    votes: int
    of: int


def vote(likes: Sequence[tuple[Any, float]], share: float = SHARE) -> Vote | None:
    """The value with the most weight, each near matter weighing its likeness squared; None when unsure."""
    weights: dict[Any, float] = {}
    strength: dict[Any, float] = {}
    for value, score in likes:
        weights[value] = weights.get(value, 0.0) + score * score
        strength[value] = strength.get(value, 0.0) + score
    if not weights:
        return None
    first = max(weights, key=lambda value: weights[value])
    if first is None or weights[first] < share * sum(weights.values()) or strength[first] < STRENGTH:
        return None
    return Vote(first, sum(value == first for value, _score in likes), len(likes))


def near_enough(likes: Sequence[Like]) -> list[Like]:
    """Those that count, of likes that are the nearest first."""
    return [like for like in likes if like.score >= max(NEAR, likes[0].score / 4)]


@dataclass(frozen=True)
class Advice:
    """A suggestion with its reason: the near matters, each of which the reader may open."""

    category: Vote | None
    department: Vote | None
    near: Sequence[Ticket]

    @property
    def silent(self) -> bool:
        return self.category is None and self.department is None

    @property
    def said(self) -> str:
        """“类别“用地用能”，主办供电所”."""
        named = []
        if self.category:
            named.append(_("类别“%(name)s”") % {"name": self.category.value})
        if self.department:
            named.append(_("主办%(name)s") % {"name": self.department.value.short_name})
        return _("，").join(named)

    @property
    def because(self) -> str:
        """“相近的 6 件里 5 件由住建局办结”."""
        if self.department and self.department.of == 1:
            return _("最相近的一件由%(name)s办结") % {"name": self.department.value.short_name}
        if self.department:
            given = {"n": self.department.of, "m": self.department.votes, "name": self.department.value.short_name}
            return _("相近的 %(n)s 件里 %(m)s 件由%(name)s办结") % given
        if self.category:
            given = {"n": self.category.of, "m": self.category.votes, "name": self.category.value}
            return _("相近的 %(n)s 件里 %(m)s 件是“%(name)s”") % given
        return ""


def advise(text: str, *, tickets: TicketQuerySet, at: datetime | None = None) -> Advice:
    """What the nearest closed matters of `tickets`, those that the asker may see, suggest for a text."""
    closed = tickets.filter(status=stages.CLOSED).select_related("category", "lead_department")
    likes = near_enough(similar(text, tickets=closed, most=NEIGHBOURS, at=at))
    category = vote([(like.ticket.category, like.score) for like in likes])
    department = vote([(like.ticket.lead_department, like.score) for like in likes])
    return Advice(_active(category), _active(_outside(department)), [like.ticket for like in likes])


def _active(found: Vote | None) -> Vote | None:
    return found if found and found.value.active else None


def _outside(found: Vote | None) -> Vote | None:
    """The centre itself is nobody to dispatch to."""
    return found if found and found.value.kind != Department.Kind.CENTRE else None


def shown(ticket: Ticket, *, to: User, at: datetime) -> Advice:
    """The suggestion for a ticket at triage: worked out and stored when it is first shown, the same ever after."""
    readable = Ticket.objects.visible_to(to).filter(confidential=False)
    kept = Suggestion.objects.select_related("category", "department").filter(ticket=ticket).first()
    if kept is None and ticket.status == stages.TRIAGING and not ticket.confidential:
        advice = advise(text_of(ticket), tickets=readable.exclude(pk=ticket.pk))
        keep(ticket, advice, to=to, at=at)
        return advice
    return _kept(kept, readable) if kept else Advice(None, None, ())


def keep(ticket: Ticket, advice: Advice, *, to: User, at: datetime) -> None:
    """Of two who open the ticket at once the first is stored; both were shown the same."""
    row = Suggestion(ticket=ticket, near=[near.pk for near in advice.near], shown_to=to, shown_at=at)
    if advice.category:
        row.category, row.category_votes = advice.category.value, advice.category.votes
    if advice.department:
        row.department, row.department_votes = advice.department.value, advice.department.votes
    Suggestion.objects.bulk_create([row], ignore_conflicts=True)


def _kept(kept: Suggestion, readable: TicketQuerySet) -> Advice:
    rows = readable.in_bulk(kept.near)
    near = [rows[pk] for pk in kept.near if pk in rows]
    category = Vote(kept.category, kept.category_votes, len(kept.near)) if kept.category else None
    department = Vote(kept.department, kept.department_votes, len(kept.near)) if kept.department else None
    return Advice(_active(category), _active(department), near)


def chosen(ticket: Ticket, at: datetime) -> None:
    """What the triager decided, beside what he had been shown; nothing where he was shown nothing."""
    decided = {"chosen_category": ticket.category, "chosen_department": ticket.lead_department, "chosen_at": at}
    Suggestion.objects.filter(ticket=ticket).update(**decided)
