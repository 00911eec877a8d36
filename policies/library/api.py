"""The public policies through the API: read by everybody, with a token or at a stranger's rate (POL-11)."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from portal.worktime import clock
from portal.worktime.words import local_day
from requests.api.articles import Open

from ..models import ClauseVersion, Level, Policy, PolicyVersion, Support, Way
from ..models.policies import PolicyQuerySet
from .catalogue import ASKS, catalogue
from .content import formula_words, industry_names, most_of, tree_words

app_name = "policies-api"


class MaterialSerializer(serializers.Serializer):
    """A paper that a claim needs; `attribute` names the datum that spares it."""

    name = serializers.CharField()
    attribute = serializers.CharField(allow_blank=True, default="")
    required = serializers.BooleanField(default=True)
    note = serializers.CharField(allow_blank=True, default="")


class ClauseSerializer(serializers.ModelSerializer):
    """A clause as it is in force; `condition` and `formula` are languages of their own, with their words beside."""

    number = serializers.IntegerField(source="clause.number")
    condition = serializers.JSONField(source="tree", allow_null=True)
    condition_words = serializers.SerializerMethodField()
    formula = serializers.JSONField(allow_null=True)
    formula_words = serializers.SerializerMethodField()
    at_most = serializers.SerializerMethodField()
    materials = MaterialSerializer(many=True)
    department = serializers.SerializerMethodField()

    class Meta:
        model = ClauseVersion
        fields = [
            *("number", "title", "title_en", "support", "conditions", "condition", "condition_words", "benefit"),
            *("formula", "formula_words", "at_most", "universal", "way", "materials", "procedure", "window"),
            *("department", "publicity_days", "claim_url"),
        ]

    def get_condition_words(self, row: ClauseVersion) -> str:
        return tree_words(row.tree)

    def get_formula_words(self, row: ClauseVersion) -> str:
        return formula_words(row.formula)

    @extend_schema_field(OpenApiTypes.STR)
    def get_at_most(self, row: ClauseVersion) -> str | None:
        """元, None where nothing or nothing definite is paid."""
        most = most_of(row.formula)
        return None if most is None else format(most, "f")

    def get_department(self, row: ClauseVersion) -> str:
        return str((row.responsible or row.version.policy.department).name)


class PolicySerializer(serializers.ModelSerializer):
    """A policy in short, by its version in force or the last one."""

    code = serializers.CharField(source="policy.code")
    department = serializers.CharField(source="policy.department.name")
    version = serializers.IntegerField(source="number")
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = PolicyVersion
        fields = [
            *("code", "title", "title_en", "document_number", "issuer", "level", "department", "issued_on"),
            *("valid_from", "valid_to", "summary", "summary_en", "keywords", "version", "in_force"),
        ]

    def get_in_force(self, version: PolicyVersion) -> bool:
        return version.policy.holds_on(self.context["day"])


class PolicyDetailSerializer(PolicySerializer):
    """With its elements and clauses."""

    industries = serializers.SerializerMethodField()
    clauses = ClauseSerializer(many=True)

    class Meta(PolicySerializer.Meta):
        fields = [
            *PolicySerializer.Meta.fields,
            *("object", "area", "industries", "basis", "interpretation", "contact_name", "contact_phone", "office"),
            *("source_url", "effective_on", "note", "clauses"),
        ]

    def get_industries(self, version: PolicyVersion) -> list[str]:
        return industry_names(version.industries)


def _choice(name: str, choices: Any, words: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=words, enum=[str(one) for one in choices])


class Found(list[Any]):
    """What was found, counted as a queryset is."""

    def count(self) -> int:  # type: ignore[override]
        return len(self)


class OfToday(Open):
    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "day": local_day(clock.now())}


class Policies(OfToday):
    serializer_class = PolicySerializer
    queryset = Policy.objects.none()

    def get_queryset(self) -> PolicyQuerySet:  # type: ignore[override]
        return Policy.objects.public()

    @extend_schema(
        operation_id="policies",
        summary=_("惠企政策"),
        parameters=[
            OpenApiParameter("q", str, description=_("里面的词，用空格分开")),
            _choice("level", Level.values, _("级别")),
            _choice("support", Support.values, _("支持方式")),
            _choice("way", Way.values, _("兑现方式")),
            _choice("state", ("now", "over"), _("现行的，或已失效、废止的")),
            _choice("open", ("1",), _("正在申报的")),
        ],
        responses=PolicySerializer(many=True),
        auth=[{}],
    )
    def get(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "")[:40] for name in ASKS}
        query = request.query_params.get("q", "").strip()[:100]
        found = catalogue(asked, clock.now(), query).found
        page = self.paginate_queryset(Found(found))
        keys = [one.pk for one in page or []]
        rows = {row.policy_id: row for row in _versions().filter(policy__in=keys)}
        for row in rows.values():
            row.policy.current = row
        return self.get_paginated_response(self.get_serializer([rows[pk] for pk in keys], many=True).data)


def _versions() -> Any:
    return PolicyVersion.objects.filter(status="in_force").select_related("policy__department")


class OnePolicy(OfToday):
    serializer_class = PolicyDetailSerializer
    pagination_class = None

    @extend_schema(operation_id="policy", summary=_("一件惠企政策"), auth=[{}])
    def get(self, request: Request, code: str) -> Response:
        clauses = ("clauses__clause", "clauses__responsible")
        version = get_object_or_404(_versions().prefetch_related(*clauses), policy__code=code)
        version.policy.current = version
        for row in version.clauses.all():
            row.version = version
        return Response(self.get_serializer(version).data)


urlpatterns = [
    path("policies/", Policies.as_view(), name="policies"),
    path("policies/<slug:code>/", OnePolicy.as_view(), name="policy"),
]
