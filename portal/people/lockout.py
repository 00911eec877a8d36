"""Lock-out after wrong passwords, per account and per address (SEC-4)."""

from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from axes.conf import settings
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.db.models import Max, Sum
from django.http import HttpRequest

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


def tries_left(request: HttpRequest) -> int | None:
    """How often a wrong password may still be typed; None where nothing has failed in this request."""
    failures = getattr(request, "axes_failures_since_start", None)
    return None if failures is None else max(settings.AXES_FAILURE_LIMIT - failures, 0)


def locked_until(request: HttpRequest, credentials: dict[str, Any]) -> datetime:
    """When the lock ends by itself: the cool-off time after the last failure that counts."""
    attempts = Handler().get_user_attempts(request, credentials)
    last = max(
        (latest for rows in attempts if (latest := rows.aggregate(latest=Max("attempt_time"))["latest"])),
        default=request.axes_attempt_time,  # type: ignore[attr-defined]
    )
    return last + (get_cool_off(request) or timedelta())


def unlock(username: str) -> None:
    """Forget the wrong passwords typed for an account, after its password was set anew."""
    AccessAttempt.objects.filter(username=username).delete()
