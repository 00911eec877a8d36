"""The public knowledge base through the API: read by everybody, with a token or at a stranger's rate (APP-17)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.api import Named
from portal.api.views import ApiView, InScope
from requests.models import Article
from requests.models.articles import ArticleQuerySet


class ArticleSerializer(serializers.Serializer):
    """A question that was answered before; the English is null where nobody has written it."""

    id = serializers.IntegerField(source="pk")
    question = serializers.CharField(source="holding.question")
    answer = serializers.CharField(source="holding.for_all")
    basis = serializers.CharField(source="holding.basis")
    question_en = serializers.SerializerMethodField()
    answer_en = serializers.SerializerMethodField()
    keywords = serializers.SerializerMethodField()
    category = Named(allow_null=True)
    department = serializers.CharField(source="department.name", allow_null=True, default=None)
    version = serializers.IntegerField(source="holding.number")
    published_at = serializers.DateTimeField(source="holding.published_at")

    def get_question_en(self, article: Article) -> str | None:
        return article.holding.question_en or None if article.holding else None

    def get_answer_en(self, article: Article) -> str | None:
        return article.holding.answer_en or None if article.holding else None

    def get_keywords(self, article: Article) -> list[str]:
        return article.holding.keywords.split() if article.holding else []


class Open(ApiView):
    """Open to everybody; a token is held to its scope and rate all the same."""

    permission_classes: ClassVar[list[Any]] = [AllowAny, InScope]

    def get_queryset(self) -> ArticleQuerySet:
        return Article.objects.public().with_versions().order_by("-pk")


class Articles(Open):
    serializer_class = ArticleSerializer

    @extend_schema(
        operation_id="articles",
        summary=_("办事问答"),
        parameters=[
            OpenApiParameter("q", str, description=_("里面的词，用空格分开")),
            OpenApiParameter("category", str, description=_("类别的代码")),
        ],
        responses=ArticleSerializer(many=True),
        auth=[{}],
    )
    def get(self, request: Request) -> Response:
        found = self.get_queryset()
        if query := request.query_params.get("q", "").strip()[:100]:
            found = found.search(query, public=True)
        if category := request.query_params.get("category", ""):
            found = found.filter(category__code=category.replace("\0", ""))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OneArticle(Open):
    serializer_class = ArticleSerializer
    pagination_class = None

    @extend_schema(operation_id="article", summary=_("一条办事问答"), auth=[{}])
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)
