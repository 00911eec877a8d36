"""Facts through the API: the resources described, and rows pushed for a line (ENT-2)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.authentication import line_asking
from portal.api.idempotency import once
from portal.api.models import Scope
from portal.api.problems import Problem
from portal.api.views import ApiView
from portal.people.models import User
from portal.people.rights import rights_of

from ..measures import Kind, Sensitivity
from ..models import READS_EVERY_FIRM, Line, Resource, ResourceColumn, lines_of
from .pushing import MOST, Unfit, push
from .work import line_among

SAID_AS = {
    Kind.NUMBER: gettext_lazy("数字，或写成文字的数字，以 unit 计，最多 scale 位小数"),
    Kind.DATE: gettext_lazy("2026-09-30 这样的日期"),
    Kind.BOOL: gettext_lazy("true 或 false"),
    Kind.CHOICE: gettext_lazy("choices 里的一个编号"),
    Kind.TEXT: gettext_lazy("文字"),
}


class ChoiceOf(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(source="__str__")


class ColumnSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="__str__")
    said_as = serializers.SerializerMethodField()
    choices = ChoiceOf(source="measure.choices", many=True)

    class Meta:
        model = ResourceColumn
        fields = ["code", "name", "kind", "unit", "scale", "minimum", "required", "said_as", "choices"]

    def get_said_as(self, column: ResourceColumn) -> str:
        return str(SAID_AS[column.measure.kind])


class LineNamed(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(source="__str__")


class ResourceSerializer(serializers.ModelSerializer):
    """What a line delivers; `may_push`: whoever asks may."""

    name = serializers.CharField(source="__str__")
    line = LineNamed()
    per = serializers.ChoiceField(Resource.Per.values)
    item = serializers.CharField(source="item_name")
    sensitivity = serializers.ChoiceField([one.value for one in Sensitivity])
    columns = ColumnSerializer(many=True)
    may_push = serializers.SerializerMethodField()

    class Meta:
        model = Resource
        fields = ["code", "name", "line", "per", "item", "sensitivity", "complete", "due_days", "columns", "may_push"]

    @extend_schema_field(serializers.BooleanField())
    def get_may_push(self, resource: Resource) -> bool:
        sources = {resource.line_id, *(line.pk for line in resource.suppliers.all())}
        return bool(sources & self.context["lines"])


class RowSerializer(serializers.Serializer):
    """One row: the firm, the period (none for a register), the item where there are several, and the values."""

    uscc = serializers.CharField(help_text=gettext_lazy("统一社会信用代码"))
    period = serializers.CharField(required=False, help_text=gettext_lazy("2026-09、2026Q3、2026 或 2026-09-30"))
    item = serializers.CharField(required=False, max_length=80)
    values = serializers.DictField(
        child=serializers.JSONField(allow_null=True), help_text=gettext_lazy("没写的不变；null 表示撤回这一项")
    )


class PushSerializer(serializers.Serializer):
    rows = RowSerializer(many=True, min_length=1, max_length=MOST)


class DeliveredSerializer(serializers.Serializer):
    """What came of it, in rows."""

    delivery = serializers.IntegerField(source="delivery.pk")
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    conflicting = serializers.IntegerField()


def lines_for(request: Request) -> QuerySet[Line]:
    """The lines for which whoever asks may push: those his token is bound to, or of which he is data officer."""
    system = line_asking(request)
    if system is not None:
        return Line.objects.filter(systems=system)
    return lines_of(request.user)


class FactsView(ApiView):
    pagination_class: Any = None
    queryset = Resource.objects.none()

    @property
    def scope(self) -> str:  # type: ignore[override]
        """A token for facts alone reads what they are as well."""
        system = line_asking(self.request)
        pushes = self.request.method == "POST" or (system is not None and Scope.FACTS in system.scopes)
        return Scope.FACTS if pushes else Scope.READ


class Resources(FactsView):
    serializer_class = ResourceSerializer

    @extend_schema(operation_id="resources", summary=gettext_lazy("数据资源"), responses=ResourceSerializer(many=True))
    def get(self, request: Request) -> Response:
        shown = Resource.objects.filter(retired_at=None).select_related("line")
        lines = frozenset(lines_for(request).values_list("pk", flat=True))
        found = shown.prefetch_related("columns", "suppliers") if lines or _reads(request.user) else ()
        return Response(ResourceSerializer(found, many=True, context={"lines": lines}).data)


def _reads(user: User) -> bool:
    rights = rights_of(user)
    return rights.has(*READS_EVERY_FIRM) and not rights.is_outside


class Facts(FactsView):
    serializer_class = PushSerializer

    @extend_schema(
        operation_id="facts_push",
        summary=gettext_lazy("推送企业数据"),
        request={"application/json": PushSerializer},
        responses={201: DeliveredSerializer},
    )
    @once
    def post(self, request: Request, resource: str) -> Response:
        found = get_object_or_404(Resource.objects.select_related("line"), code=resource)
        line = line_among(lines_for(request), found)
        if line is None:
            raise Http404
        rows = request.data.get("rows") if isinstance(request.data, dict) else None
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
            said = _("请给出 rows，1 到 %(most)s 行") % {"most": MOST}
            raise Problem(422, said, errors={"rows": [said]})
        try:
            done = push(found, rows, line=line, by=request.user)
        except Unfit as unfit:
            first = next(iter(unfit.errors.values()))[0]
            raise Problem(422, first, errors=unfit.errors) from unfit
        return Response(DeliveredSerializer(done).data, status=201)
