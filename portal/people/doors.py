"""Who may open a view: strangers are asked to sign in, everybody without the role gets 404 (SEC-1)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from portal.people.rights import rights_of

View = Callable[..., HttpResponse]


def only_for(*roles: str) -> Callable[[View], View]:
    """Opens the view to those who hold one of `roles` now, own or delegated."""

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            rights = rights_of(request.user)
            if rights.is_outside or not rights.has(*roles):  # a third party has its own tickets only (APP-7)
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard
