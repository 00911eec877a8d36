"""Who asks: a line system by its token, or a person by his session (with the CSRF token)."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.people.models import User

from .models import LineSystem
from .tokens import bearer

__all__ = ["SessionAuthentication", "TokenAuthentication"]


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer sx_…`; `request.auth` is the line system."""

    def authenticate(self, request: Request) -> tuple[User, LineSystem] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        line = bearer(words[1].decode("latin-1")) if len(words) == 2 else None
        if line is None:
            raise AuthenticationFailed(_("令牌不对，或者已经停用。"))
        return line.user, line

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def line_asking(request: Any) -> LineSystem | None:
    """The line system that sent the request, None for a person."""
    return request.auth if isinstance(request.auth, LineSystem) else None
