"""Needs through the API, for an agency's own system or its people: list, one, a new one, withdrawn (INS-3).

What the gate refuses is answered 422 as `…:check-blocked` with the sentence, and counted once for an Idempotency-Key.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.models import Enterprise
from portal.api.idempotency import once
from portal.api.models import Scope
from portal.api.problems import Problem
from portal.api.tokens import line_of
from portal.api.views import ApiView
from portal.people.refusal import Refused

from ..models import Agency, Need, Parts, Skill, Subject
from . import flow, stages
from .capacity import own_agencies, reads
from .filters import NeedFilter
from .gate import Blocked

app_name = "needs-api"

SPACE = uuid.UUID("c2c1b0a6-7e5b-4e6a-a5f3-2f7d6c9b8a01")  # of the keys of needs sent with an Idempotency-Key
STANDS = (stages.PLANNED, stages.DONE)


class NeedSerializer(serializers.Serializer):
    """One need; `visit` and `day` once its plan is approved."""

    number = serializers.CharField()
    status = serializers.CharField()
    status_name = serializers.CharField()
    agency = serializers.CharField(source="agency.department.short_name")
    firm = serializers.CharField(source="enterprise.uscc")
    firm_name = serializers.CharField(source="enterprise.name")
    subject = serializers.CharField(source="subject.code")
    subject_name = serializers.CharField(source="subject.__str__")
    kind = serializers.CharField()
    basis = serializers.CharField()
    ordered_by = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    parts = serializers.IntegerField()
    skill = serializers.CharField(source="skill.code", default=None, allow_null=True)
    unannounced = serializers.BooleanField()
    visit = serializers.SerializerMethodField()
    day = serializers.SerializerMethodField()
    came_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_visit(self, need: Need) -> str | None:
        return need.visit.number if need.visit and need.status in STANDS else None

    def get_day(self, need: Need) -> str | None:
        return need.visit.day.isoformat() if need.visit and need.status in STANDS else None


class WishSerializer(serializers.Serializer):
    """What is sent; without basis, parts, skill, unannounced what the subject says holds."""

    firm = serializers.CharField(max_length=18)
    subject = serializers.CharField(max_length=30)
    kind = serializers.ChoiceField(choices=list(stages.KINDS), default=stages.SELF_CHOSEN)
    basis = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    ordered_by = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    first = serializers.DateField()
    last = serializers.DateField()
    parts = serializers.ChoiceField(choices=Parts.values, required=False)
    skill = serializers.CharField(max_length=30, required=False)
    unannounced = serializers.BooleanField(required=False, allow_null=True, default=None)


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class NeedsView(ApiView):
    """A token needs the scope of needs for all of it; people see and do what they may on the pages."""

    scope = Scope.NEEDS
    queryset = Need.objects.all()

    def get_queryset(self) -> QuerySet[Need]:
        seen = Need.objects.visible_to(self.request.user)
        return seen.select_related("agency__department", "enterprise", "subject", "skill", "visit")


def agencies_of(request: Request) -> QuerySet[Agency]:
    """The agencies for which whoever asks may speak. Raises Http404 where there are none."""
    line = line_of(request.user)
    found = Agency.objects.filter(active=True, systems=line) if line else own_agencies(request.user)
    if not found.exists():
        raise Http404
    return found


class Needs(NeedsView):
    serializer_class: ClassVar[Any] = NeedSerializer
    filter_backends: ClassVar[Any] = [DjangoFilterBackend]
    filterset_class = NeedFilter

    @extend_schema(
        operation_id="inspection_needs", summary=gettext_lazy("检查需求"), responses=NeedSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        if line_of(request.user) is None and not reads(request.user):
            raise Http404
        found = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(found if found.query.order_by else found.order_by("-created_at", "-pk"))
        return self.get_paginated_response(NeedSerializer(page, many=True).data)

    @extend_schema(
        operation_id="inspection_need_create",
        summary=gettext_lazy("提出检查需求"),
        filters=False,
        request=WishSerializer,
        responses={201: NeedSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        need = _enter(request)
        told = NeedSerializer(self.get_queryset().get(pk=need.pk)).data
        return Response(told, status=201, headers={"Location": f"/api/v1/inspection-needs/{need.number}/"})


def _enter(request: Request) -> Need:
    agencies = agencies_of(request)
    sent = WishSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    wish = _wish(dict(sent.validated_data), agencies)
    header = request.headers.get("Idempotency-Key")
    key = uuid.uuid5(SPACE, f"{request.user.pk}:{header}") if header else None
    try:
        with transaction.atomic():
            return flow.enter(wish, by=request.user, way="api", key=key)
    except Blocked as blocked:
        raise Problem(422, blocked.sentence, kind="check-blocked", errors={"firm": [blocked.sentence]}) from blocked
    except Refused as refused:
        name = {"enterprise": "firm"}.get(refused.field or "", refused.field or "non_field_errors")
        raise serializers.ValidationError({name: [refused.sentence]}) from refused


def _wish(data: dict[str, Any], agencies: QuerySet[Agency]) -> flow.Wish:
    firm = Enterprise.objects.filter(uscc=data.pop("firm").replace("\0", "")).first()
    if firm is None:
        raise serializers.ValidationError({"firm": [_("名录里没有这家企业。")]})
    subjects = Subject.objects.filter(agency__in=agencies, active=True).select_related("agency__department", "skill")
    subject = subjects.filter(code=data.pop("subject").replace("\0", "")).first()
    if subject is None:
        raise serializers.ValidationError({"subject": [_("没有这个检查事项，或不属于您的部门。")]})
    if code := data.pop("skill", ""):
        data["skill"] = Skill.objects.filter(code=code.replace("\0", "")).first()
        if data["skill"] is None:
            raise serializers.ValidationError({"skill": [_("没有这种资质。")]})
    return flow.Wish(agency=subject.agency, firm=firm, subject=subject, **data)


class OneNeed(NeedsView):
    serializer_class: ClassVar[Any] = NeedSerializer
    pagination_class = None

    @extend_schema(operation_id="inspection_need", summary=gettext_lazy("一项检查需求"))
    def get(self, request: Request, number: str) -> Response:
        return Response(NeedSerializer(get_object_or_404(self.get_queryset(), number=number)).data)


class Withdraw(NeedsView):
    serializer_class: ClassVar[Any] = ReasonSerializer
    pagination_class = None

    @extend_schema(
        operation_id="inspection_need_withdraw",
        summary=gettext_lazy("撤回检查需求"),
        request=ReasonSerializer,
        responses=NeedSerializer,
    )
    @once
    def post(self, request: Request, number: str) -> Response:
        need = get_object_or_404(self.get_queryset().filter(agency__in=agencies_of(request)), number=number)
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        if need.status not in stages.VERBS["withdraw"][0]:
            raise Problem(409, _("这项检查需求现在是“%(status)s”，不能撤回。") % {"status": need.status_name})
        try:
            with transaction.atomic():
                flow.withdraw(need, by=request.user, reason=sent.validated_data["reason"])
        except Refused as refused:
            raise Problem(409, refused.sentence) from refused
        return Response(NeedSerializer(self.get_queryset().get(pk=need.pk)).data)


urlpatterns = [
    path("inspection-needs/", Needs.as_view(), name="needs"),
    path("inspection-needs/<slug:number>/", OneNeed.as_view(), name="need"),
    path("inspection-needs/<slug:number>/withdraw/", Withdraw.as_view(), name="withdraw"),
]
