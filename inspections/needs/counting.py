"""What the gate refused is counted, although the verb that asked is rolled back with all it did (INS-2).

An attempt is noted, and written twice: where the verb gives up (`keeping`), which lasts unless somebody's transaction
around it is rolled back too, and again when the request or task is over and none is left that could be. Its key makes
both one row, and a second click on the same form as well.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar, cast

from celery.signals import task_postrun, task_prerun
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, connection
from django.db.models import Count, Q

from enterprises.models import Enterprise
from portal.people.actors import Actor, person
from portal.people.refusal import Refused

from ..models import Agency, BlockedAttempt, Subject

SPACE = uuid.UUID("6f9f5f0e-3c0e-4c53-9a4e-0b7f1a4b0c11")  # of the keys of attempts
logger = logging.getLogger(__name__)
Verb = TypeVar("Verb", bound=Callable[..., Any])


@dataclass(frozen=True)
class Attempt:
    """Who wanted what, which way, and why not; `key` names what was sent, None: each try is one of its own."""

    firm: Enterprise
    agency: Agency
    subject: Subject | None
    kind: str
    first: date
    last: date
    why: str
    words: str
    way: str
    by: Actor
    at: datetime
    key: uuid.UUID | None = None

    def row(self) -> BlockedAttempt:
        """The same thing tried again under one key has the same key; mended, it has another."""
        wanted = [self.firm.pk, self.agency.pk, self.subject and self.subject.pk, self.kind, self.first, self.last]
        told = [str(one) for one in (self.key, *wanted, self.why)]
        return BlockedAttempt(
            key=uuid.uuid5(SPACE, repr(told)) if self.key else uuid.uuid4(),
            agency=self.agency,
            enterprise=self.firm,
            subject=self.subject,
            kind=self.kind,
            first=self.first,
            last=self.last,
            why=self.why,
            words=self.words[:300],
            way=self.way,
            by=person(self.by),
            at=self.at,
        )


_noted: ContextVar[tuple[BlockedAttempt, ...]] = ContextVar("inspections.blocked", default=())


def note(attempt: Attempt) -> None:
    """Remembers it until the outermost end."""
    _noted.set((*_noted.get(), attempt.row()))


def write(attempts: Iterable[BlockedAttempt]) -> None:
    BlockedAttempt.objects.bulk_create(attempts, ignore_conflicts=True)


def keeping(verb: Verb) -> Verb:
    """Decorates a verb, outside of its transaction: what was noted in it is written when it is refused."""

    @wraps(verb)
    def kept(*args: Any, **kwargs: Any) -> Any:
        before = _noted.get()
        try:
            return verb(*args, **kwargs)
        except Refused:
            write(_noted.get()[len(before) :])
            if not connection.in_atomic_block:
                _noted.set(before)  # nobody can take it back any more
            raise

    return cast(Verb, kept)


def forget(**kwargs: Any) -> None:
    _noted.set(())


def finish(**kwargs: Any) -> None:
    """At the end of a request or task. Whatever fails here must not take the answer with it."""
    attempts = _noted.get()
    forget()
    if not attempts:
        return
    try:
        write(attempts)
    except DatabaseError:
        logger.exception("%d refused checks could not be counted", len(attempts))


def connect() -> None:
    """Once, when the site starts."""
    for signal in (request_started, task_prerun):
        signal.connect(forget, dispatch_uid="inspections.counting", weak=False)
    for signal in (request_finished, task_postrun):
        signal.connect(finish, dispatch_uid="inspections.counting", weak=False)


def counted(attempts: Any) -> Iterator[tuple[Agency, dict[str, int]]]:
    """For each agency how many attempts were refused, the most first: {"all": 3, "whitelist": 2, …}; two queries."""
    sums = {why: Count("pk", filter=Q(why=why)) for why in BlockedAttempt.Why.values}
    rows = list(attempts.order_by().values("agency").annotate(all=Count("pk"), **sums).order_by("-all", "agency"))
    agencies = Agency.objects.select_related("department").in_bulk([row["agency"] for row in rows])
    for row in rows:
        yield agencies[row.pop("agency")], row
