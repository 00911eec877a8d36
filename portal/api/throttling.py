"""How often somebody may ask: a line system as often as its own rate says, a stranger by his address (429)."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from portal.people.lockout import client_address

from .authentication import line_asking


class Throttle(SimpleRateThrottle):
    """People who are signed in are not counted: their pages are not either."""

    rate = "1/min"  # the class wants one; which one holds is known with the request

    def allow_request(self, request: Request, view: Any) -> bool:
        line = line_asking(request)
        self.num_requests = line.rate if line else settings.API_STRANGERS_PER_MINUTE
        allowed: bool = super().allow_request(request, view)
        return allowed

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        line = line_asking(request)
        if line is not None:
            return f"api.line.{line.pk}"
        if request.user and request.user.is_authenticated:
            return None
        return f"api.address.{client_address(request)}"
