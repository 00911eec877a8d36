"""What stands beside the acts of triage: the suggestion with its reason, and what may be the same matter (APP-16)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.people.models import User
from portal.worktime import clock
from requests import stages
from requests.about import about
from requests.forms.verbs import FORMS
from requests.likeness import duplicates, suggesting
from requests.models import Ticket

LOOKS_FOR_THE_SAME = ("accept", "dispatch", "merge")


def beside(ticket: Ticket, user: User, verb: str, held: frozenset[str]) -> dict[str, Any]:
    """For the form of a verb; worked out where the page shows it. A confidential matter is compared with nothing."""
    if ticket.confidential or held.isdisjoint(stages.CENTRE):
        return {}
    now, found = clock.now(), dict[str, Any](may_merge=stages.may("merge", ticket.status, held))
    if verb in LOOKS_FOR_THE_SAME:
        found["likely"] = SimpleLazyObject(lambda: duplicates.likely_of(ticket, user, now))
    if verb == "dispatch":
        found["advice"] = SimpleLazyObject(lambda: suggesting.shown(ticket, to=user, at=now))
        found["about"] = SimpleLazyObject(lambda: about(ticket, user))
    return found


def named(request: HttpRequest, verb: str) -> dict[str, str]:
    """What the address names already: the matter to merge into."""
    return {name: request.GET[name] for name in FORMS[verb].named if name in request.GET}
