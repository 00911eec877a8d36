"""What the queues and the list of all tickets can be narrowed to and sorted by; the export uses the list's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
import django_filters.fields
from django.conf import settings
from django.core.cache import cache
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection
from django.db.models import F, Model, Q, QuerySet
from django.forms import BoundField, DateInput, ModelChoiceField
from django.http import QueryDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from enterprises.filters import PlaceFilter
from enterprises.models import Place
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.worktime import clock, words
from portal.worktime.calendar import SHANGHAI
from requests import facts, lateness, stages
from requests.models import Category, Ticket
from requests.models.ticket import Channel, Kind, Round, TicketQuerySet, Urgency

YES = [("1", _("是"))]
# What each answer stands for in the filter of rounds.
ROUNDS = {"rework": (Round.REWORK,), "again": (Round.SECOND, Round.ORDER)}
ORDERS = {
    "due": (F("next_due_at").asc(nulls_last=True), "-filed_at", "-pk"),
    "moved": ("-moved_at", "-pk"),
    "closed": (F("closed_at").desc(nulls_last=True), "-pk"),
    "old": ("filed_at", "pk"),
}


def midnight(day: date) -> datetime:
    """The first instant of a day in the town's time zone."""
    return datetime.combine(day, time.min, SHANGHAI)


def choice(choices: Any, label: Any, empty: Any, **kwargs: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(choices=choices, label=label, empty_label=empty, **kwargs)


def day(label: Any, method: str) -> django_filters.DateFilter:
    """A calendar day of this century: what lies beyond is a slip of the finger, and has no midnight to compare with."""
    return django_filters.DateFilter(
        label=label,
        method=method,
        widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
    )


def flag(label: Any, method: str) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(choices=YES, label=label, method=method)


class PersonChoice(ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return str(person.name)


class PersonFilter(django_filters.ModelChoiceFilter):
    """Who handles a ticket of the list that is filtered, or could."""

    field_class = PersonChoice

    def get_queryset(self, request: Any) -> QuerySet[User]:
        handles = self.parent.queryset.order_by().values("handler")
        may = User.objects.holding(Role.HANDLER).order_by().values("pk")
        return User.objects.filter(Q(pk__in=handles) | Q(pk__in=may)).order_by("name", "pk")


class KeptIterator(django_filters.fields.ModelChoiceIterator):
    """Choices that seldom change and stand on every page of the list: read once a minute, and when one is saved.

    What is chosen is still looked up. Nothing in them depends on who asks.
    """

    SECONDS = 60

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        field = self.field
        if field.empty_label is not None:
            yield "", field.empty_label
        if field.null_label is not None:
            yield field.null_value, field.null_label
        key = kept_key(self.queryset.model, get_language())
        kept: list[tuple[Any, str]] | None = cache.get(key)
        if kept is None:
            kept = [(row.pk, field.label_from_instance(row)) for row in self.queryset.all()]
            cache.set(key, kept, self.SECONDS)
        yield from kept


def kept_key(model: type[Model], language: str | None) -> str:
    town = connection.settings_dict["NAME"]  # two may share one Valkey
    return f"list.choices.{town}.{model._meta.label_lower}.{language}"


def forget_choices(sender: type[Model], **kwargs: Any) -> None:
    """Called when a department or a category is saved or deleted."""
    cache.delete_many([kept_key(sender, code) for code, _name in settings.LANGUAGES])


class CategoryChoice(django_filters.fields.ModelChoiceField):
    iterator = KeptIterator


class CategoryFilter(django_filters.ModelChoiceFilter):
    field_class = CategoryChoice


class DepartmentChoice(django_filters.fields.ModelChoiceField):
    iterator = KeptIterator

    def label_from_instance(self, department: Any) -> str:
        return str(department.short_name)


class DepartmentFilter(django_filters.ModelChoiceFilter):
    field_class = DepartmentChoice


class Narrowing(django_filters.FilterSet):
    """What queues and list have in common: nothing is shown for a value that does not exist, rather than everything."""

    channel = choice(Channel.choices, _("渠道"), _("渠道"))
    category = CategoryFilter(queryset=Category.objects.all(), label=_("类别"), empty_label=_("类别"))
    place = PlaceFilter(queryset=Place.objects.all(), method="placed", label=_("网格"), empty_label=_("网格"))
    urgency = choice(Urgency.choices, _("紧急程度"), _("紧急程度"))
    handler = PersonFilter(label=_("承办人"), empty_label=_("承办人"))

    @property
    def qs(self) -> TicketQuerySet:
        return super().qs if self.is_valid() else self.queryset.none()

    @property
    def narrowing(self) -> list[str]:
        """Names of the filters in force, in the order of the page."""
        cleaned = self.form.cleaned_data if self.is_valid() else {}
        return [name for name in self.filters if name != "sort" and cleaned.get(name) not in (None, "")]

    @property
    def narrows(self) -> bool:
        return bool(self.narrowing) or not self.is_valid()

    def without(self, name: str) -> QueryDict:
        """The query string with one filter taken off, on the first page."""
        data = QueryDict(mutable=True)
        for key, values in self.data.lists():
            if key not in (name, "page"):
                data.setlist(key, [value for value in values if value])
        return data

    def placed(self, tickets: TicketQuerySet, name: str, place: Place) -> TicketQuerySet:
        return tickets.filter(place__path__startswith=place.path)


class QueueFilter(Narrowing):
    """The filters of a queue; who handles it is asked only where a department works (`own`)."""

    sort = choice([("new", _("新的在前")), ("old", _("先提交在前"))], _("排序"), _("先到期在前"), method="ordered")

    class Meta:
        model = Ticket
        fields = ["channel", "category", "place", "urgency", "handler"]

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            del self.filters["handler"]

    @property
    def order(self) -> str:
        """The name of the order: due, new or old."""
        return (self.form.cleaned_data.get("sort") if self.is_valid() else "") or "due"

    def ordered(self, tickets: TicketQuerySet, name: str, sort: str) -> TicketQuerySet:
        return tickets


class TicketFilter(Narrowing):
    """The list's filters; figures link to it by these names (`portal.desk.figures`)."""

    q = django_filters.CharFilter(method="find", label=_("找"), max_length=100)
    status = choice([(s, _(name)) for s, (_stage, name) in stages.STATUSES.items()], _("状态"), _("状态"))
    category = CategoryFilter(
        queryset=Category.objects.all(), label=_("类别"), empty_label=_("类别"), null_label=_("未分类")
    )
    stage = choice([(s, _(name)) for s, name in stages.STAGES.items()], _("停在"), _("停在哪一站"), method="standing")
    department = DepartmentFilter(
        field_name="lead_department",
        queryset=Department.objects.order_by("short_name"),
        label=_("主办部门"),
        empty_label=_("主办部门"),
        null_label=_("还没交部门"),
    )
    under = DepartmentFilter(
        field_name="lead_department",
        queryset=Department.objects.order_by("short_name"),
        label=_("部门及下属"),
        method="led_under",
    )
    kind = choice(Kind.choices, _("类型"), _("类型"))
    round = choice(
        [("rework", _("返工")), ("again", _("二次交办和督办"))],
        _("返工和二次交办"),
        _("返工和二次交办"),
        method="round_again",
    )
    filed_after = day(_("提交日期从"), "filed_since")
    filed_before = day(_("提交日期到"), "filed_until")
    closed_after = day(_("办结日期从"), "closed_since")
    closed_before = day(_("办结日期到"), "closed_until")
    open = flag(_("在办"), "only_open")
    overdue = flag(_("超期"), "only_overdue")
    in_department = flag(_("在部门手上"), "only_in_department")
    late_handled = flag(_("超期办结"), "only_late_handled")
    on_time = flag(_("按时办结"), "only_on_time")
    response = choice(
        [("quick", _("30 分钟内")), ("slow", _("超过 30 分钟")), ("any", _("已有人联系"))],
        _("首次响应"),
        _("首次响应"),
        method="responded",
    )
    outcome = choice(
        [("resolved", _("已解决或部分解决")), ("any", _("有答复"))], _("答复"), _("答复"), method="answered"
    )
    score = choice(
        [("good", _("3 分及以上")), ("poor", _("2 分及以下")), ("any", _("有评分"))],
        _("评分"),
        _("评分"),
        method="scored",
    )
    late = choice(list(lateness.BANDS.items()), _("超期多久"), _("超期多久"), method="late_for")
    rung = choice(lateness.rungs, _("提醒到"), _("提醒到"), method="raised_to")
    promise = choice(list(lateness.PROMISES.items()), _("公开承诺"), _("公开承诺"), method="promised")
    elsewhere = flag(_("不在任何片区"), "only_elsewhere")
    mine = flag(_("我经手的"), "only_mine")
    sort = choice(
        [
            ("due", _("先到期在前")),
            ("moved", _("最近有进展在前")),
            ("closed", _("最近办结在前")),
            ("old", _("先提交在前")),
        ],
        _("排序"),
        _("新提交在前"),
        method="ordered",
    )

    # What the page shows at once, and what under “more”; the rest is kept as it came with a figure's link.
    FIRST = ("status", "category", "department", "sort")
    SHOWN: tuple[str, ...] = ("q", *FIRST)
    base_filters: dict[str, django_filters.Filter]
    FURTHER = (
        "channel",
        "kind",
        "urgency",
        "place",
        "handler",
        "filed_after",
        "filed_before",
        "closed_after",
        "closed_before",
    )
    KEPT = (
        *("stage", "round", "open", "overdue", "in_department", "late_handled", "mine"),
        *("under", "on_time", "response", "outcome", "score", "elsewhere"),
        *("late", "rung", "promise"),
    )

    class Meta:
        model = Ticket
        fields = ["q", "status", "stage", "channel", "category", "department", "handler", "kind", "urgency", "place"]

    def __init__(self, data: Any = None, *args: Any, whole: bool = False, **kwargs: Any) -> None:
        """Only the filters that are asked for or shown are made: each costs, and some ask the database."""
        wanted = {*self.SHOWN, *(data or ())}
        if self.SHOWN and wanted & {"more", *self.FURTHER}:
            wanted.update(self.FURTHER)
        if not whole:
            self.base_filters = {name: one for name, one in self.base_filters.items() if name in wanted}
        super().__init__(data, *args, **kwargs)

    @property
    def first_fields(self) -> list[BoundField]:
        return [self.form[name] for name in self.FIRST]

    @property
    def further_fields(self) -> list[BoundField]:
        made = self.filters.keys() >= set(self.FURTHER)
        whole = self if made else type(self)(self.data, self.queryset, request=self.request, whole=True)
        return [whole.form[name] for name in self.FURTHER]

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [(name, self.data[name]) for name in self.KEPT if self.data.get(name)]

    def in_force(self) -> dict[str, str]:
        """The filters that narrow, as codes and ids, for the event of an export; what was typed stays out of it."""
        given = {name: self.data.get(name, "") for name in [*self.narrowing, "sort"] if name != "q"}
        return {name: value for name, value in given.items() if value} | ({"q": "…"} if self.data.get("q") else {})

    def words_for(self, name: str) -> str:
        """A filter in force as its chip says it: “渠道：微信”, “超期”."""
        field, value = self.form.fields[name], self.form.cleaned_data[name]
        if value == "1":
            return str(field.label)
        if value == "null":
            return str(field.null_label)
        if isinstance(field, ModelChoiceField):
            value = field.label_from_instance(value).strip("　")
        elif isinstance(value, date):
            value = words.day(value, weekday=False)
        elif hasattr(field, "choices"):
            value = dict(field.choices)[value]
        return gettext("%(filter)s：%(value)s") % {"filter": field.label, "value": value}

    def find(self, tickets: TicketQuerySet, name: str, query: str) -> TicketQuerySet:
        return tickets.search(query)

    def standing(self, tickets: TicketQuerySet, name: str, stage: str) -> TicketQuerySet:
        return tickets.at_stage(stage)

    def round_again(self, tickets: TicketQuerySet, name: str, which: str) -> TicketQuerySet:
        return tickets.filter(round__in=ROUNDS[which])

    def filed_since(self, tickets: TicketQuerySet, name: str, day: date) -> TicketQuerySet:
        return tickets.filter(filed_at__gte=midnight(day))

    def filed_until(self, tickets: TicketQuerySet, name: str, day: date) -> TicketQuerySet:
        return tickets.filter(filed_at__lt=midnight(day + timedelta(days=1)))

    def closed_since(self, tickets: TicketQuerySet, name: str, day: date) -> TicketQuerySet:
        return tickets.filter(closed_at__gte=midnight(day))

    def closed_until(self, tickets: TicketQuerySet, name: str, day: date) -> TicketQuerySet:
        return tickets.filter(closed_at__lt=midnight(day + timedelta(days=1)))

    def only_open(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        return tickets.open()

    def only_overdue(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        return tickets.overdue(clock.now())

    def only_in_department(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        return tickets.filter(status__in=stages.IN_DEPARTMENT)

    def only_late_handled(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        return tickets.handled_late()

    def led_under(self, tickets: TicketQuerySet, name: str, department: Department) -> TicketQuerySet:
        return tickets.filter(lead_department__in=facts.departments_below(department))

    def only_on_time(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        return tickets.filter(facts.ON_TIME)

    def responded(self, tickets: TicketQuerySet, name: str, how: str) -> TicketQuerySet:
        found = {"quick": facts.QUICK, "slow": facts.RESPONDED & ~facts.QUICK, "any": facts.RESPONDED}[how]
        return tickets.filter(found)

    def answered(self, tickets: TicketQuerySet, name: str, how: str) -> TicketQuerySet:
        return tickets.filter(facts.RESOLVED if how == "resolved" else facts.ANSWERED)

    def scored(self, tickets: TicketQuerySet, name: str, how: str) -> TicketQuerySet:
        found = {"good": facts.SATISFIED, "poor": facts.SCORED & ~facts.SATISFIED, "any": facts.SCORED}[how]
        return tickets.filter(found)

    def late_for(self, tickets: TicketQuerySet, name: str, band: str) -> TicketQuerySet:
        now = clock.now()
        return lateness.with_lateness(tickets.overdue(now), now).filter(lateness.in_band(band, now))

    def raised_to(self, tickets: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        now = clock.now()
        return lateness.with_lateness(tickets.overdue(now), now).filter(lateness.on_rung(value))

    def promised(self, tickets: TicketQuerySet, name: str, state: str) -> TicketQuerySet:
        now = clock.now()
        return lateness.with_lateness(tickets.overdue(now), now).filter(late_promise=state)

    def only_elsewhere(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        return tickets.filter(Q(place=None) | Q(place__level=1))

    def only_mine(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        user = self.request.user
        return tickets.filter(Q(handler=user) | Q(first_responder=user) | Q(registered_by=user) | Q(filed_by=user))

    def ordered(self, tickets: TicketQuerySet, name: str, sort: str) -> TicketQuerySet:
        return (tickets.with_due() if sort == "due" else tickets).order_by(*ORDERS[sort])
