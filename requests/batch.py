"""The same act on several tickets: each its own verb and transaction, in steps, with what came of each.

A batch lives in the cache between two steps and belongs to whoever began it. Nobody waits longer than a second: a step
does STEP tickets, then the page asks for the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from django.core.cache import cache
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests import stages, undoing
from requests.capacity import capacities
from requests.flow.undo import Before, before
from requests.forms.base import VerbForm
from requests.forms.verbs import FORMS
from requests.models import Ticket

MOST = 100  # tickets of one batch
STEP = 20  # tickets of one step
KEPT = 3600  # seconds

HEADS = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
# Which verbs can be done to several tickets at once, and which roles have them. What is approved, or looked at, stands.
OFFERED = {
    "accept": (Role.INTAKE_CLERK, Role.TRIAGER),
    "dispatch": (Role.TRIAGER,),
    "take": (Role.HANDLER, *HEADS),
    "name_handler": HEADS,
    "approve_request": (Role.DEPARTMENT_HEAD, Role.TRIAGER, Role.SUPERVISOR),
    "look_again": (Role.TRIAGER, Role.SUPERVISOR),
}
# A queue offers those that move its tickets on.
IN_QUEUE = {
    "intake": ("accept",),
    "triage": ("dispatch", "approve_request", "look_again"),
    "handling": ("take", "name_handler", "approve_request"),
    "supervision": ("approve_request", "look_again"),
}


def offered(user: User, queue: str | None = None) -> tuple[type[VerbForm], ...]:
    """The forms of the verbs that `user` can do to several tickets of a queue, or of the list of all tickets."""
    rights = rights_of(user)
    wanted = OFFERED if queue is None else IN_QUEUE.get(queue, ())
    return tuple(FORMS[verb] for verb in wanted if rights.has(*OFFERED[verb]))


@dataclass
class Batch:
    """One act on several tickets: what is still to be done, what was, and what was refused with its sentence."""

    verb: str
    given: dict[str, str]
    todo: list[str]
    back: str
    token: str = field(default_factory=lambda: str(uuid4()))
    done: list[str] = field(default_factory=list)
    acts: list[Before] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)  # number, title, sentence

    @property
    def total(self) -> int:
        return len(self.todo) + self.through

    @property
    def through(self) -> int:
        return len(self.done) + len(self.refused)


def step(batch: Batch, user: User) -> Batch:
    """Does the next STEP tickets, in the order in which they were chosen."""
    now_due, batch.todo = batch.todo[:STEP], batch.todo[STEP:]
    tickets = Ticket.objects.visible_to(user).for_rows().filter(number__in=now_due)
    found = {ticket.number: ticket for ticket in tickets}
    for number in now_due:
        ticket = found.get(number)
        if ticket is None:
            batch.refused.append((number, "", _("这件已不由您经办，看不到了。")))
        else:
            _do(batch, ticket, user)
    return batch


def _do(batch: Batch, ticket: Ticket, user: User) -> None:
    sentence = _why_not(batch.verb, ticket, user)
    if not sentence:
        form = FORMS[batch.verb](_typed(batch, ticket), ticket=ticket, user=user, now=clock.now())
        stood = before(ticket, batch.verb)
        with undoing.waiting(batch.verb):
            form.do()
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
    if sentence:
        batch.refused.append((ticket.number, ticket.heading, sentence))
        return
    batch.done.append(ticket.number)
    if stood is not None:
        batch.acts.append(stood)


def _why_not(verb: str, ticket: Ticket, user: User) -> str:
    """The sentence for a ticket that is not where the verb begins, or not this person's; the verb checks again."""
    if verb not in stages.verbs_from(ticket.status):
        return _("现在是“%(status)s”，不用再做这一步。") % {"status": ticket.status_name}
    if not stages.ever(verb, capacities(ticket, user)):
        return _("这一步不由您办理。")
    return ""


def _typed(batch: Batch, ticket: Ticket) -> QueryDict:
    """What the verb's own form gets: what was chosen for all, and of the rest what the ticket has."""
    data = QueryDict(mutable=True)
    if batch.verb == "dispatch":
        data.update({"category": str(ticket.category_id or ""), "urgency": ticket.urgency, "complexity": "ordinary"})
    data.update({name: value for name, value in batch.given.items() if value})
    return data


# Between two steps --------------------------------------------------------------------------------------------------


def chosen(numbers: Sequence[str]) -> list[str]:
    """The numbers as chosen, each once."""
    return list(dict.fromkeys(number for number in numbers if number.isprintable() and 0 < len(number) <= 24))


def keep(batch: Batch, user: User) -> None:
    cache.set(f"batch:{user.pk}:{batch.token}", batch, KEPT)


def taken_up(user: User, token: str) -> Batch | None:
    """The batch to go on with, taken out so that a second click does not do the same tickets again."""
    key = f"batch:{user.pk}:{token}"
    batch: Batch | None = cache.get(key)
    return batch if batch is not None and cache.delete(key) else None
