"""The base of all addresses under /api/v1/, the description of them, and what answers for those that don't exist."""

from functools import lru_cache
from typing import Any, ClassVar

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from . import problems
from .authentication import SessionAuthentication, TokenAuthentication, line_asking
from .models import Scope
from .pagination import Pages
from .parsers import JSONParser
from .throttling import Throttle


class InScope(BasePermission):
    """A token does only what its scopes say; people are judged by what they may see."""

    def has_permission(self, request: Request, view: Any) -> bool:
        line = line_asking(request)
        if line is not None and view.scope not in line.scopes:
            raise PermissionDenied(_("这个令牌没有“%(scope)s”的权限。") % {"scope": Scope(view.scope).label})
        return True


class ApiView(GenericAPIView):
    """Signed in by session or token, within the token's scope and rate; errors are problem details."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated, InScope]
    throttle_classes = [Throttle]
    parser_classes = [JSONParser, FormParser, MultiPartParser]
    pagination_class = Pages
    scope: ClassVar[str] = Scope.READ

    def get_exception_handler(self) -> Any:
        return problems.handle


class Missing(ApiView):
    """Whatever else is asked for below /api/: a problem, not a page."""

    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


@lru_cache(maxsize=16)
def description(form: type[BaseRenderer], language: str) -> bytes:
    """The description, written once in each form and language: nothing in it depends on who asks."""
    return form().render(SchemaGenerator().get_schema(public=True), form.media_type, {})


class SchemaView(SpectacularAPIView):
    """OpenAPI 3 of all of this, open to everybody: it names fields, never rows."""

    permission_classes = [AllowAny]
    authentication_classes: ClassVar[list[Any]] = []
    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        form = type(request.accepted_renderer)
        return HttpResponse(
            description(form, get_language()),
            content_type=f"{form.media_type}; charset=utf-8",
            headers={"Content-Disposition": f'inline; filename="shaxi-api.{form.format}"'},
        )

    def get_exception_handler(self) -> Any:
        return problems.handle


@require_safe
@csp_replace({"style-src": [SELF, UNSAFE_INLINE]})
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people, to try out. Swagger UI sets styles in its elements, so this page alone allows that."""
    return render(request, "api/docs.html")
