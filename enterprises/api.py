"""Firms through the API: the list as filtered on the page, one firm, and the tables they refer to."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.views import ApiView
from portal.people.masks import mask_phone

from .facts.api import Facts, Resources
from .filters import EnterpriseFilter
from .models import Enterprise, Industry, Place, firms_of
from .powers import powers_over

app_name = "firms-api"

extend_schema_field(OpenApiTypes.STR)(EnterpriseFilter.base_filters["steward"])  # names nobody in the description


class PlaceSerializer(serializers.ModelSerializer):
    parent = serializers.IntegerField(source="parent_id", allow_null=True, read_only=True)

    class Meta:
        model = Place
        fields = ["id", "code", "name", "level", "parent"]


class IndustrySerializer(serializers.ModelSerializer):
    parent = serializers.IntegerField(source="parent_id", allow_null=True, read_only=True)

    class Meta:
        model = Industry
        fields = ["id", "code", "name", "level", "section", "parent"]


class Named(serializers.Serializer):
    """A row of a reference table, by code and name."""

    code = serializers.CharField()
    name = serializers.CharField()


class FirmSerializer(serializers.ModelSerializer):
    """A firm's identity (ENT-1)."""

    place = Named(read_only=True)
    industry = Named(read_only=True, allow_null=True)

    class Meta:
        model = Enterprise
        fields = ["uscc", "name", "short_name", "kind", "status", "established_on", "place", "industry"]


class FirmDetailSerializer(FirmSerializer):
    """With its address, capital (万元), and its telephone: masked, unless the task needs it (SEC-3)."""

    phone = serializers.SerializerMethodField()
    former_names = serializers.SerializerMethodField()

    class Meta(FirmSerializer.Meta):
        fields = [
            *FirmSerializer.Meta.fields,
            "address",
            "legal_representative",
            "registered_capital",
            "phone",
            "former_names",
        ]

    def get_phone(self, firm: Enterprise) -> str:
        user = self.context["request"].user
        whole = firm.pk in firms_of(user) or powers_over(firm, user).phones
        return firm.phone if whole else mask_phone(firm.phone)

    def get_former_names(self, firm: Enterprise) -> list[str]:
        return [former.name for former in firm.former_names.all()]


class Firms(ApiView):
    serializer_class = FirmSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = EnterpriseFilter
    queryset = Enterprise.objects.all()

    def get_queryset(self) -> QuerySet[Enterprise]:
        return Enterprise.objects.visible_to(self.request.user).select_related("place", "industry")

    @extend_schema(operation_id="firms", summary=_("企业名录"), responses=FirmSerializer(many=True))
    def get(self, request: Request) -> Response:
        firms = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(firms if firms.query.order_by else firms.order_by("name", "pk"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class Firm(ApiView):
    serializer_class = FirmDetailSerializer
    pagination_class = None

    @extend_schema(operation_id="firm", summary=_("一家企业"))
    def get(self, request: Request, uscc: str) -> Response:
        firms = Enterprise.objects.visible_to(request.user).select_related("place", "industry")
        return Response(self.get_serializer(get_object_or_404(firms, uscc=uscc)).data)


class Table(ApiView):
    """A whole reference table: short, and the same for everybody."""

    pagination_class = None
    filter_backends: list[Any] = []

    def answer(self, request: Request) -> Response:
        return Response(self.get_serializer(self.get_queryset(), many=True).data)


class Places(Table):
    serializer_class = PlaceSerializer
    queryset = Place.objects.all()

    @extend_schema(operation_id="places", summary=_("网格"), responses=PlaceSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(request)


class Industries(Table):
    serializer_class = IndustrySerializer
    queryset = Industry.objects.all()

    @extend_schema(operation_id="industries", summary=_("国民经济行业分类"), responses=IndustrySerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(request)


urlpatterns = [
    path("resources/", Resources.as_view(), name="resources"),
    path("facts/<slug:resource>/", Facts.as_view(), name="facts"),
    path("firms/", Firms.as_view(), name="firms"),
    path("firms/<slug:uscc>/", Firm.as_view(), name="firm"),
    path("places/", Places.as_view(), name="places"),
    path("industries/", Industries.as_view(), name="industries"),
]
