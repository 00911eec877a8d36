"""Errors as RFC 9457 problem details: a lasting type, a title, a sentence in the asker's language, errors by field."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import set_rollback

MEDIA_TYPE = "application/problem+json"
GENERAL = "non_field_errors"

# status: (the end of its type, its title)
KINDS: dict[int, tuple[str, Any]] = {
    400: ("malformed", gettext_lazy("请求写得不对")),
    401: ("not-authenticated", gettext_lazy("没有登录，或令牌无效")),
    403: ("not-permitted", gettext_lazy("不允许")),
    404: ("not-found", gettext_lazy("没有这一项")),
    405: ("method-not-allowed", gettext_lazy("这个地址不支持这种方法")),
    406: ("not-acceptable", gettext_lazy("没有这种格式")),
    409: ("conflict", gettext_lazy("和现在的状态不符")),
    413: ("too-large", gettext_lazy("内容太大")),
    415: ("media-type", gettext_lazy("不支持这种内容类型")),
    422: ("invalid", gettext_lazy("内容没有通过检查")),
    429: ("too-many-requests", gettext_lazy("请求太多")),
}


class Problem(exceptions.APIException):
    """An answer with this status; `kind` is the end of its type where the status alone does not tell enough."""

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        kind: str = "",
        errors: Mapping[str, list[str]] | None = None,
        wait: int | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status_code, self.kind, self.errors = status, kind, errors
        if wait is not None:
            self.wait = wait


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField(help_text="urn:problem-type:shaxi:…")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text=gettext_lazy("按字段")
    )


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The exception handler of every address under /api/; None for what is a fault of ours."""
    known = _known(error, context)
    if known is None:
        return None
    headers = {}
    if getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = known.auth_header
    wait = getattr(known, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(int(wait), 1))
    set_rollback()
    return Response(told(known), status=known.status_code, headers=headers, content_type=MEDIA_TYPE)


def _known(error: Exception, context: Mapping[str, Any]) -> exceptions.APIException | None:
    if isinstance(error, Http404):
        return Problem(404, _("没有这一项，或者您不能看。"))
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, exceptions.ValidationError):
        status = 400 if context["request"].method in ("GET", "HEAD") else 422
        errors = flat(error.detail)
        return Problem(status, next(iter(errors.values()))[0], errors=errors)
    return _plainly(error) if isinstance(error, exceptions.APIException) else None


def _plainly(error: exceptions.APIException) -> exceptions.APIException:
    """The framework's own sentences that do not say what to do."""
    if type(error) is exceptions.NotAuthenticated:
        error.detail = _("请带上令牌（Authorization: Bearer …），或者先登录。")
    elif isinstance(error, exceptions.Throttled):
        error.detail = _("请求太多，请过 %(n)s 秒再试。") % {"n": max(ceil(error.wait or 1), 1)}
    return error


def told(error: exceptions.APIException) -> dict[str, Any]:
    status = error.status_code
    name, title = KINDS.get(status, KINDS[400])
    said: dict[str, Any] = {
        "type": f"urn:problem-type:shaxi:{getattr(error, 'kind', '') or name}",
        "title": str(title),
        "status": status,
        "detail": str(error.detail),
    }
    errors = getattr(error, "errors", None)
    return said | ({"errors": dict(errors)} if errors else {})


def flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Errors by field, those within a field by `field.index`; never empty."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for key, inner in detail.items():
            found |= flat(inner, f"{name}.{key}" if name else str(key))
        return found
    if isinstance(detail, list) and any(isinstance(inner, Mapping | list) for inner in detail):
        return flat({index: inner for index, inner in enumerate(detail) if inner}, name)
    sentences = [str(sentence) for sentence in detail] if isinstance(detail, list) else [str(detail)]
    return {name or GENERAL: sentences}
