"""The page of an error of ours: it names the request, so that a telephone call leads to its line in the log."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from .logs import request_id

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL gave up waiting for a row that somebody else holds (`lock_timeout`)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request in the template: whatever failed, a database say, must not be asked again.

    503 where it only did not get its turn, as while the demo town is loaded: the same can be sent again.
    """
    busy = _waited_in_vain(sys.exception())
    page = render_to_string("500.html", {"request_id": request_id.get(), "busy": busy})
    return HttpResponse(page, status=503 if busy else 500)


def _waited_in_vain(error: BaseException | None) -> bool:
    return isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", None) == LOCK_NOT_AVAILABLE
