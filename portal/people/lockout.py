"""Lock-out after wrong passwords, per account and per address (SEC-4)."""

from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from axes.conf import settings
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from portal.people.models import User

# A whole office signs in from one address: it is locked only after this many times the limit of an account.
ADDRESS_TIMES = 4


def client_address(request: HttpRequest) -> str:
    """The address our outermost proxy saw; what stands left of it the client could have written himself."""
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(hops):
        with suppress(ValueError):
            return str(ip_address(hops[-settings.PROXY_COUNT].strip()))
    return str(request.META.get("REMOTE_ADDR", ""))


class Handler(AxesDatabaseHandler):
    """Counts as axes does, but bears more failures from one address than for one account.

    Relies on `AXES_LOCKOUT_PARAMETERS` being user name, then address.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures that count towards the limit of an account, within the last cool-off time."""
        by_account, by_address = (
            attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(by_account, by_address // ADDRESS_TIMES)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """A sign-in forgives the mistakes of its own account only; what was tried on others from here still counts."""
        return unlock(get_client_username(request, credentials))


def knows_password(request: HttpRequest, user: User, typed: str) -> bool:
    """Whether it is the user's password; a wrong one counts as at sign-in, and while he is locked none is right."""
    return authenticate(request, username=user.username, password=typed) is not None


def tries(what: str, seconds: int) -> int:
    """How often `what`, which names the address too, was tried within a stretch of time, this try included."""
    cache.add(what, 0, seconds)
    try:
        return cache.incr(what)
    except ValueError:  # it ran out between the two calls
        return 1


def tries_left(request: HttpRequest) -> int | None:
    """How often a wrong password may still be typed; None where nothing has failed in this request."""
    failures = getattr(request, "axes_failures_since_start", None)
    return None if failures is None else max(settings.AXES_FAILURE_LIMIT - failures, 0)


def locked_until(request: HttpRequest, credentials: dict[str, Any]) -> datetime:
    """When the lock ends by itself: so many failures are forgotten that account and address stay below their limits."""
    by_account, by_address = Handler().get_user_attempts(request, credentials)
    limit = settings.AXES_FAILURE_LIMIT
    deciding = (_deciding(by_account, limit), _deciding(by_address, limit * ADDRESS_TIMES))
    last = max(filter(None, deciding), default=request.axes_attempt_time)  # type: ignore[attr-defined]
    return last + (get_cool_off(request) or timedelta())


def _deciding(attempts: QuerySet[AccessAttempt], limit: int) -> datetime | None:
    """The time of the latest failures without which fewer than `limit` would count; None if fewer do."""
    count = 0
    for at, failures in attempts.order_by("-attempt_time").values_list("attempt_time", "failures_since_start"):
        count += failures
        if count >= limit:
            return at
    return None


def unlock(username: str) -> int:
    """Forget the wrong passwords typed for an account, wherever they were; returns from how many places."""
    return AccessAttempt.objects.filter(username=username).delete()[0]
