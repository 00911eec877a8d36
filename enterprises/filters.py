"""What the list of firms can be narrowed to and sorted by; the export uses the same."""

from typing import Any

import django_filters
from django.db.models import F
from django.forms import ModelChoiceField
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from portal.people.models import User

from .models import Enterprise, Industry, Place, Stewardship, Tag
from .models.firms import EnterpriseQuerySet
from .tags.showing import bearing, choices_of_tags

ORDERS = {
    "name": (F("name").asc(),),
    "place": (F("place__path").asc(), F("name").asc()),
    "established": (F("established_on").desc(nulls_last=True),),
    "capital": (F("registered_capital").desc(nulls_last=True),),
}


class PlaceChoice(ModelChoiceField):
    def label_from_instance(self, place: Any) -> str:
        return "　" * (place.level - 1) + place.name


class IndustryChoice(ModelChoiceField):
    def label_from_instance(self, industry: Any) -> str:
        return f"{'　' * (industry.level - 1)}{industry.full_code} {industry.name}"


class PlaceFilter(django_filters.ModelChoiceFilter):
    field_class = PlaceChoice


class IndustryFilter(django_filters.ModelChoiceFilter):
    field_class = IndustryChoice


def steward_choices() -> list[tuple[str, Any]]:
    held = Stewardship.objects.current().filter(kind=Stewardship.Kind.STEWARD)
    stewards = User.objects.filter(pk__in=held.values("user")).values_list("pk", "name")
    return [("none", _("还没有服务管家")), *((str(pk), name) for pk, name in stewards)]


class EnterpriseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="find", label=_("名称、拼音、代码、法定代表人、电话或网格"), max_length=100)
    scope = django_filters.ChoiceFilter(
        method="within", choices=[("mine", _("我服务的")), ("placed", _("我网格里的"))], label=_("范围")
    )
    place = PlaceFilter(queryset=Place.objects.all(), method="placed", label=_("网格"), empty_label=_("全部网格"))
    industry = IndustryFilter(
        queryset=Industry.objects.filter(level__lte=2), method="classed", label=_("行业"), empty_label=_("全部行业")
    )
    status = django_filters.ChoiceFilter(
        choices=Enterprise.Status.choices, label=_("登记状态"), empty_label=_("全部状态")
    )
    steward = django_filters.ChoiceFilter(
        method="served", choices=steward_choices, label=_("服务管家"), empty_label=_("全部管家")
    )
    tag = django_filters.ChoiceFilter(
        method="tagged", choices=choices_of_tags, label=_("标签"), empty_label=_("全部标签")
    )
    sort = django_filters.ChoiceFilter(
        method="ordered",
        choices=[("place", _("按网格")), ("established", _("新成立在前")), ("capital", _("注册资本大的在前"))],
        label=_("排序"),
        empty_label=_("按名称"),
    )

    class Meta:
        model = Enterprise
        fields = ["q", "scope", "place", "industry", "status", "steward", "tag", "sort"]

    @property
    def qs(self) -> EnterpriseQuerySet:
        """In a settled order; nothing where the address holds a value that does not exist, rather than everything."""
        if not self.is_valid():
            return self.queryset.none()
        found = super().qs
        return found if found.query.order_by else found.best_first(self.form.cleaned_data["q"])

    def in_force(self) -> dict[str, str]:
        """The filters that narrow, as codes, for the event of an export; what was typed for search stays out of it."""
        given = {name: self.data.get(name, "") for name in self.filters if name != "q"}
        return {name: value for name, value in given.items() if value} | ({"q": "…"} if self.data.get("q") else {})

    def find(self, firms: EnterpriseQuerySet, name: str, query: str) -> EnterpriseQuerySet:
        return firms.search(query)

    def within(self, firms: EnterpriseQuerySet, name: str, scope: str) -> EnterpriseQuerySet:
        user = self.request.user
        return firms.stewarded_by(user) if scope == "mine" else firms.placed_under(user)

    def placed(self, firms: EnterpriseQuerySet, name: str, place: Place) -> EnterpriseQuerySet:
        return firms.in_place(place)

    def classed(self, firms: EnterpriseQuerySet, name: str, industry: Industry) -> EnterpriseQuerySet:
        return firms.in_industry(industry)

    def served(self, firms: EnterpriseQuerySet, name: str, steward: str) -> EnterpriseQuerySet:
        held = Stewardship.objects.current().filter(kind=Stewardship.Kind.STEWARD)
        if steward == "none":
            return firms.exclude(pk__in=held.values("enterprise"))
        return firms.filter(pk__in=held.filter(user=int(steward)).values("enterprise"))

    @extend_schema_field(str)  # the tags themselves are data
    def tagged(self, firms: EnterpriseQuerySet, name: str, code: str) -> EnterpriseQuerySet:
        return bearing(firms, Tag.objects.standing().get(criterion__code=code))

    def ordered(self, firms: EnterpriseQuerySet, name: str, sort: str) -> EnterpriseQuerySet:
        return firms.order_by(*ORDERS[sort], "pk")
