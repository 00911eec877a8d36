"""Pages of a list: a row more than shown tells whether there is a next one; counted only where it is asked for."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from .problems import Problem

PAGE, MOST, DEEPEST = 25, 100, 10_000


class Pages(BasePagination):
    """`?page=`, `?page_size=` (at most 100), `?count=1`; a page beyond the end is empty."""

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> Sequence[Any]:
        self.request = request
        self.page = _number(request, "page", 1, DEEPEST)
        self.size = _number(request, "page_size", PAGE, MOST)
        self.count = queryset.count() if request.query_params.get("count") == "1" else None
        start = (self.page - 1) * self.size
        rows = self.read(queryset[start : start + self.size + 1])
        self.more = len(rows) > self.size
        return rows[: self.size]

    def read(self, rows: QuerySet) -> list[Any]:
        """How the rows of a page are read; a list may have a quicker way."""
        return list(rows)

    def get_paginated_response(self, data: Any) -> Response:
        answer: dict[str, Any] = {
            "next": self._link(1) if self.more else None,
            "previous": self._link(-1) if self.page > 1 else None,
        }
        if self.count is not None:
            answer["count"] = self.count
        return Response(answer | {"results": data})

    def _link(self, step: int) -> str:
        return replace_query_param(self.request.build_absolute_uri(), "page", self.page + step)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {"next": link, "previous": link, "count": {"type": "integer"}, "results": schema}
        return {"type": "object", "required": ["next", "previous", "results"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def number(name: str, most: int, said: Any) -> dict[str, Any]:
            schema = {"type": "integer", "minimum": 1, "maximum": most}
            return {"name": name, "in": "query", "required": False, "schema": schema, "description": str(said)}

        counted = {"type": "string", "enum": ["1"]}
        return [
            number("page", DEEPEST, gettext_lazy("第几页")),
            number("page_size", MOST, gettext_lazy("每页多少条")),
            {
                "name": "count",
                "in": "query",
                "required": False,
                "schema": counted,
                "description": str(_("也要总数")),
            },
        ]


def _number(request: Request, name: str, default: int, most: int) -> int:
    given = request.query_params.get(name, "")
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 6 or not 1 <= int(given) <= most:
        sentence = _("%(name)s 是 1 到 %(most)s 的整数。") % {"name": name, "most": most}
        raise Problem(400, sentence, errors={name: [sentence]})
    return int(given)
