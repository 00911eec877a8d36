"""The OpenAPI description: every address says which problems it may answer with (RFC 9457), and how one signs in."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from .problems import KINDS, MEDIA_TYPE, ProblemSerializer

Direction = Literal["request", "response"]
ALWAYS = (400, 401, 403, 404, 405, 406, 429)
WITH_CONTENT = (409, 413, 415, 422)
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "同一个键和同一份内容只办一次，再发得到同一个回答。Same key and content: done once, same answer.",
}


class Schema(AutoSchema):
    """Adds what every operation has in common."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in ALWAYS + (WITH_CONTENT if self.method == "POST" else ()):
            said = OpenApiResponse(ProblemSerializer, description=str(KINDS[status][1]))
            bodies.setdefault(str(status), self._get_response_for_code(said, str(status), [MEDIA_TYPE], direction))
        return bodies

    def get_description(self) -> str:
        """Docstrings speak to who reads the code; what is said here is said on purpose."""
        return ""

    def get_tags(self) -> list[str]:
        kind = self._tokenize_path()[0]
        return [kind if kind in ("tickets", "firms") else "reference"]

    def _get_parameters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super()._get_parameters()
        return [*found, KEY] if self.method == "POST" else found


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "portal.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "sx_…"}


def only_the_api(endpoints: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The description's subject; what pages' own scripts ask for is no part of it."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
