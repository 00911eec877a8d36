"""The page of an error of ours: it names the request, so that a telephone call leads to its line in the log."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from .logs import request_id

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL gave up waiting for a row that somebody else holds (`lock_timeout`)
STOPPING = ("57P01", "57P02", "57P03")  # it is being stopped, or has not started yet
SOON = 60  # seconds


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request in the template: whatever failed, a database say, must not be asked again.

    503 where the same can be sent again: it only did not get its turn, as while the demo town is loaded, or the
    database was not there.
    """
    failed = _why(sys.exception())
    page = render_to_string("500.html", {"request_id": request_id.get(), "failed": failed})
    if not failed:
        return HttpResponse(page, status=500)
    return HttpResponse(page, status=503, headers={"Retry-After": SOON})


def _why(error: BaseException | None) -> str:
    """`busy` where it did not get its turn, `away` where the database is not there, else nothing."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return ""
    code = getattr(error.__cause__, "pgcode", None)
    if code == LOCK_NOT_AVAILABLE:
        return "busy"
    return "away" if code is None or code in STOPPING else ""
