"""What happened to a subject, for those who may read it: the trail's events in words (APP-19).

`templates/requests/subject_history.html` shows it. A ticket has its story (`requests.story`), which tells more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _

from portal.trail.models import Event


@dataclass(frozen=True)
class Happened:
    at: datetime
    who: str
    what: str
    deputy: str
    n: int | None  # what the act counts: tickets, or the number of a version


def history(
    subject: models.Model, said: Mapping[str, str], *, counted: Callable[[Event], int | None] = lambda event: None
) -> list[Happened]:
    """The events that `said` has words for, the latest first; one query."""
    events = Event.objects.about(subject).filter(kind__in=said).select_related("actor", "principal")
    return [
        Happened(
            at=event.at,
            who=event.who,
            what=_(said[event.kind]),
            deputy=event.principal.name if event.principal else "",
            n=counted(event),
        )
        for event in events.order_by("-at", "-pk")
    ]
