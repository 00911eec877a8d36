"""Claims through the API: the list as filtered on the page, one claim, and a new one for a firm's own person (POL-5).

Contact and account are never told; materials are brought on the page, so a claim that needs some is refused here with
their names.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
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

from policies.claims import flow
from policies.claims.filters import ClaimFilter
from policies.claims.journey import due_of, where
from policies.claims.rows import for_rows
from policies.models import Claim, Round
from portal.api.idempotency import once
from portal.api.models import Scope
from portal.api.views import ApiView
from portal.people.refusal import Refused
from requests.forms.filing import own_firms

app_name = "claims-api"


class ClaimSerializer(serializers.Serializer):
    """One claim; amounts in 元, `due_at` the clock that its list shows."""

    number = serializers.CharField()
    status = serializers.CharField()
    status_name = serializers.CharField()
    where = serializers.SerializerMethodField()
    firm = serializers.CharField(source="enterprise.uscc")
    firm_name = serializers.CharField(source="enterprise.name")
    policy = serializers.CharField(source="round.clause.version.policy.code")
    clause = serializers.CharField(source="round.clause.title")
    round = serializers.IntegerField(source="round_id")
    round_title = serializers.CharField(source="round.title")
    way = serializers.CharField(source="round.way")
    department = serializers.CharField(source="round.department.short_name")
    asked_amount = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    filed_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.SerializerMethodField()
    paid_on = serializers.SerializerMethodField()

    def get_where(self, claim: Claim) -> str:
        return where(claim)

    def get_due_at(self, claim: Claim) -> datetime | None:
        due = due_of(claim)
        return due.due_at if due else None

    def get_paid_on(self, claim: Claim) -> date | None:
        paid = getattr(claim, "payment", None)
        return paid.paid_on if paid else None


class ClaimDetailSerializer(ClaimSerializer):
    """With how the amount was computed, and why it was rejected."""

    working = serializers.ListField(child=serializers.CharField())
    reason = serializers.SerializerMethodField()

    def get_reason(self, claim: Claim) -> str:
        return claim.reason if claim.status == "rejected" else ""


class FilingSerializer(serializers.Serializer):
    """What a firm sends; `answers` by the codes that the clause's amount asks for."""

    round = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    firm = serializers.CharField(max_length=18)
    contact_name = serializers.CharField(max_length=40)
    contact_phone = serializers.CharField(max_length=40)
    account_name = serializers.CharField(max_length=120)
    bank = serializers.CharField(max_length=80)
    account = serializers.CharField(max_length=40)
    statement = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    answers = serializers.DictField(child=serializers.CharField(max_length=30), required=False, default=dict)


class Claims(ApiView):
    serializer_class: ClassVar[Any] = ClaimSerializer
    filter_backends: ClassVar[Any] = [DjangoFilterBackend]
    filterset_class = ClaimFilter
    queryset = Claim.objects.all()

    def get_queryset(self) -> QuerySet[Claim]:
        return Claim.objects.visible_to(self.request.user)

    @property
    def scope(self) -> str:  # type: ignore[override]
        return Scope.FILE if self.request.method == "POST" else Scope.READ

    @extend_schema(operation_id="claims", summary=gettext_lazy("申报"), responses=ClaimSerializer(many=True))
    def get(self, request: Request) -> Response:
        found = self.filter_queryset(self.get_queryset())
        ordered = found if found.query.order_by else found.order_by("-created_at", "-pk")
        page = self.paginate_queryset(for_rows(ordered))
        return self.get_paginated_response(ClaimSerializer(page, many=True).data)

    @extend_schema(
        operation_id="claim_create",
        summary=gettext_lazy("提交申报"),
        filters=False,
        request=FilingSerializer,
        responses={201: ClaimDetailSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        claim = _file(request)
        told = ClaimDetailSerializer(for_rows(Claim.objects.all()).get(pk=claim.pk)).data
        return Response(told, status=201, headers={"Location": f"/api/v1/claims/{claim.number}/"})


def _file(request: Request) -> Claim:
    """404 for who acts for no firm; what the verb refuses is told beside its field."""
    firms = own_firms(request.user)
    if not firms.exists():
        raise Http404
    sent = FilingSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    data = dict(sent.validated_data)
    firm = firms.filter(uscc=data["firm"].replace("\0", "")).first()
    if firm is None:
        raise serializers.ValidationError({"firm": [_("没有这家企业，或您不是它的联系人。")]})
    round = Round.objects.visible_to(request.user).filter(pk=data["round"]).first()
    if round is None:
        raise serializers.ValidationError({"round": [_("没有这个批次。")]})
    account = flow.Account(*(data[name] for name in ("account_name", "bank", "account")))
    named = {name: data[name] for name in ("contact_name", "contact_phone", "statement", "answers")}
    try:
        with transaction.atomic():
            return flow.submit(round, firm, by=request.user, key=uuid.uuid4(), account=account, **named)
    except Refused as refused:
        name = "answers" if (refused.field or "").startswith("answer_") else refused.field or "non_field_errors"
        raise serializers.ValidationError({name: [refused.sentence]}) from refused


class OneClaim(ApiView):
    serializer_class: ClassVar[Any] = ClaimDetailSerializer
    pagination_class = None

    @extend_schema(operation_id="claim", summary=gettext_lazy("一件申报"))
    def get(self, request: Request, number: str) -> Response:
        seen = for_rows(Claim.objects.visible_to(request.user))
        return Response(ClaimDetailSerializer(get_object_or_404(seen, number=number)).data)


urlpatterns = [
    path("claims/", Claims.as_view(), name="claims"),
    path("claims/<slug:number>/", OneClaim.as_view(), name="claim"),
]
