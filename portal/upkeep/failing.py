"""The page of an error of ours: it names the request, so that a telephone call leads to its line in the log."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from .logs import request_id


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request in the template: whatever failed, a database say, must not be asked again."""
    return HttpResponseServerError(render_to_string("500.html", {"request_id": request_id.get()}))
