"""Reference data: what the codes and numbers of the other addresses stand for."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.api import Table
from portal.people.models import Department
from requests.api.serializers import (
    CategorySerializer,
    ChoiceSerializer,
    DepartmentSerializer,
    ListItemSerializer,
    choices,
)
from requests.models import Category, ListItem
from requests.models.ticket import Channel, Kind


class Categories(Table):
    serializer_class = CategorySerializer
    queryset = Category.objects.filter(active=True)

    @extend_schema(operation_id="categories", summary=_("类别"), responses=CategorySerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(request)


class ListItems(Table):
    serializer_class = ListItemSerializer
    queryset = ListItem.objects.filter(active=True)

    @extend_schema(operation_id="list_items", summary=_("受理和不予受理清单"), responses=ListItemSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(request)


class Departments(Table):
    serializer_class = DepartmentSerializer
    queryset = Department.objects.filter(active=True)

    @extend_schema(operation_id="departments", summary=_("部门"), responses=DepartmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(request)


class Choices(Table):
    """A fixed list of codes."""

    serializer_class = ChoiceSerializer
    pairs: Any = ()

    def get_queryset(self) -> QuerySet[Any]:
        return choices(self.pairs)  # type: ignore[return-value]


class Channels(Choices):
    pairs = Channel.choices

    @extend_schema(operation_id="channels", summary=_("渠道"), responses=ChoiceSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(request)


class Kinds(Choices):
    pairs = Kind.choices

    @extend_schema(operation_id="kinds", summary=_("办理类型"), responses=ChoiceSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(request)
