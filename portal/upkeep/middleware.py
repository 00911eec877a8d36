"""Around every request: its id, its line in the log, its part in the figures; machines are answered at once."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal.trail.aside import is_aside

from . import logs, metrics
from .health import healthz

access = logging.getLogger("portal.access")

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
IN_CONFIDENCE = re.compile(r"TS-\w+")  # a confidential complaint's number
# A container runtime and Prometheus ask each replica by its address, which is no host name of the site.
FOR_MACHINES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/metrics": metrics.metrics}


class RequestMiddleware:
    """Gives each request an id (the proxy's if well-formed), returned as `X-Request-ID` and carried into its tasks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in FOR_MACHINES:
            return FOR_MACHINES[request.path_info](request)
        if request.path_info.startswith(settings.STATIC_URL):
            return self.get_response(request)  # twenty of them for a page, and they tell nothing
        given = request.headers.get(HEADER, "")
        token = logs.request_id.set(given if WELL_FORMED.fullmatch(given) else new_id())
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - started
            response[HEADER] = logs.request_id.get()
            if not in_confidence(request) or response.status_code == 404 or response.status_code >= 500:
                view = view_of(request)
                metrics.observe(view, request.method or "", response.status_code, seconds)
                write(request, response, view, seconds)
            return response
        finally:
            logs.request_id.reset(token)


def new_id() -> str:
    return uuid.uuid4().hex


def view_of(request: HttpRequest) -> str:
    """The address's name, `requests:ticket`; `-` where it leads nowhere, so that strangers cannot make up labels."""
    match = request.resolver_match
    return (match.view_name if match else "") or "-"


def in_confidence(request: HttpRequest) -> bool:
    """Whether this may be about a confidential complaint, by its address or a key in it: a line or a count would tell
    operators that there is one, and who filed or handles it (APP-18). Told are failures, and what is not there for
    whoever asks.
    """
    match = request.resolver_match
    if match is None:
        return False
    return "confidential" in match.namespaces or any(
        is_aside(value) if isinstance(value, int) else bool(IN_CONFIDENCE.fullmatch(str(value)))
        for value in match.kwargs.values()
    )


def write(request: HttpRequest, response: HttpResponse, view: str, seconds: float) -> None:
    path = logs.path_of(request)
    fields = {"method": request.method, "path": path, "view": view, "status": response.status_code}
    fields |= {"ms": round(seconds * 1000), "user": user_id(request)}
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    access.log(level, "%s %s %s", request.method, path, response.status_code, extra=fields)


def user_id(request: HttpRequest) -> int | None:
    """Who it was, if anybody had to know: looking it up now would cost two queries."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    return getattr(user, "pk", None)
