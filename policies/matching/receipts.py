"""Reading receipts (POL-4): the first time anybody of the firm opens what was pushed to it."""

from collections.abc import Iterable
from datetime import datetime

from enterprises.models import firms_of
from policies.models import Policy, Pushed
from portal.people.models import User
from portal.worktime import clock


def read(user: User, firms: Iterable[int], clauses: Iterable[int | None], *, at: datetime | None = None) -> int:
    """These versions of clauses were read for these of the user's own firms; how many for the first time."""
    own = firms_of(user) & set(firms)
    if not own:
        return 0
    unread = Pushed.objects.filter(enterprise__in=own, clause__in=[key for key in clauses if key], read_at=None)
    return unread.update(read_at=at or clock.now(), read_by=user)


def opened(user: User, policy: Policy, *, at: datetime | None = None) -> int:
    """The policy's page was opened: all its clauses were read; for whoever acts for no firm nothing happens."""
    own = firms_of(user) if getattr(user, "is_authenticated", False) else frozenset()
    if not own:
        return 0
    unread = Pushed.objects.filter(enterprise__in=own, clause__version=policy.current_id, read_at=None)
    return unread.update(read_at=at or clock.now(), read_by=user)
