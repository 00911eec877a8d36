"""Forms with files, which a browser forgets when the page comes back with what was wrong."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

ASKED, ONWARD = "X-Keeps-The-Page", "X-Go-To"


class KeepsThePage:
    """A page that sends its form by script is told where to go on, in a header, instead of being led there unseen.

    A redirect that the script followed itself would use up what the next page has to say (static/js/form.js).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if ASKED in request.headers and isinstance(response, HttpResponseRedirect):
            return HttpResponse(headers={ONWARD: response.url})
        return response
