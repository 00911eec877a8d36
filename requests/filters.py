"""What the queues and the list of all tickets can be narrowed to and sorted by; the export uses the list's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters
import django_filters.fields
from django.db.models import F, Q
from django.forms import BoundField, ModelChoiceField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.filters import PlaceFilter
from enterprises.models import Place
from portal.people.models import Department
from portal.worktime import clock, words
from requests import asked, facts, lateness, stages
from requests.filter_fields import (
    CategoryFilter,
    DepartmentFilter,
    PersonFilter,
    choice,
    day,
    flag,
    midnight,
)
from requests.likeness import accuracy
from requests.models import Category, Result, SecondLook, Ticket
from requests.models.ticket import Channel, Complexity, Kind, Round, TicketQuerySet, Urgency
from requests.narrowing import Narrowing

# What each answer stands for in the filter of rounds.
ROUNDS = {"rework": (Round.REWORK,), "again": (Round.SECOND, Round.ORDER)}
ORDERS = {
    "due": (F("next_due_at").asc(nulls_last=True), "-filed_at", "-pk"),
    "moved": ("-moved_at", "-pk"),
    "closed": (F("closed_at").desc(nulls_last=True), "-pk"),
    "old": ("filed_at", "pk"),
}


class TicketNarrowing(Narrowing):
    """What queues and list have in common."""

    channel = choice(Channel.choices, _("渠道"), _("渠道"))
    category = CategoryFilter(queryset=Category.objects.all(), label=_("类别"), empty_label=_("类别"))
    place = PlaceFilter(queryset=Place.objects.all(), method="placed", label=_("网格"), empty_label=_("网格"))
    urgency = choice(Urgency.choices, _("紧急程度"), _("紧急程度"))
    handler = PersonFilter(label=_("承办人"), empty_label=_("承办人"))

    def placed(self, tickets: TicketQuerySet, name: str, place: Place) -> TicketQuerySet:
        return tickets.filter(place__path__startswith=place.path)


class QueueFilter(TicketNarrowing):
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


class TicketFilter(TicketNarrowing):
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
    late_by = DepartmentFilter(
        field_name="lead_department",
        queryset=Department.objects.order_by("short_name"),
        label=_("谁超期"),
        null_label=_("服务中心"),
        method="late_with",
    )
    burden = DepartmentFilter(
        field_name="lead_department",
        queryset=Department.objects.order_by("short_name"),
        label=_("主办，或协办已超期"),
        method="burdening",
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
        [("resolved", _("已解决或部分解决")), ("any", _("有答复")), *Result.Kind.choices],
        _("答复"),
        _("答复"),
        method="answered",
    )
    look = choice(
        [("any", _("全部")), ("due", _("该再看了")), ("later", _("还没到再看的时候"))],
        _("历史疑难件"),
        _("历史疑难件"),
        method="looked_at",
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
    pledge = choice(list(lateness.PLEDGES.items()), _("公开承诺兑现"), _("公开承诺兑现"), method="pledged_as")
    in_charge = flag(_("我分管的部门"), "only_in_charge")
    complexity = choice(Complexity.choices, _("复杂程度"), _("复杂程度"))
    returned = choice(list(asked.RETURNED.items()), _("退回"), _("退回"), method="returned_as")
    elsewhere = flag(_("不在任何片区"), "only_elsewhere")
    advice = django_filters.CharFilter(method="advised", label=_("研判建议"), max_length=60)
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

    FIRST = ("status", "category", "department", "sort")
    SHOWN: tuple[str, ...] = ("q", *FIRST)
    base_filters: dict[str, django_filters.Filter]
    FURTHER = (
        "channel",
        "kind",
        "complexity",
        "returned",
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
        *("late", "late_by", "burden", "rung", "promise", "look", "advice", "pledge", "in_charge"),
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
    def further_fields(self) -> list[BoundField]:
        made = self.filters.keys() >= set(self.FURTHER)
        whole = self if made else type(self)(self.data, self.queryset, request=self.request, whole=True)
        return [whole.form[name] for name in self.FURTHER]

    def words_for(self, name: str) -> str:
        """A filter in force as its chip says it: “渠道：微信”, “超期”."""
        field, value = self.form.fields[name], self.form.cleaned_data[name]
        if value == "1":
            return str(field.label)
        if value == "null":
            return str(field.null_label)
        if isinstance(field, ModelChoiceField):
            value = field.label_from_instance(value).strip("　")
        elif name == "advice":
            value = accuracy.said(value)
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

    def late_with(self, tickets: TicketQuerySet, name: str, department: Department | str) -> TicketQuerySet:
        """Whose own clock is late, the lead's or a co-handler's; `null` is the centre."""
        whose = None if isinstance(department, str) else department
        return tickets.open().filter(lateness.owed_by(whose, clock.now()))

    def burdening(self, tickets: TicketQuerySet, name: str, department: Department) -> TicketQuerySet:
        """What a department leads, and what it is late with as a co-handler."""
        return tickets.filter(Q(lead_department=department) | lateness.owed_by(department, clock.now()))

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
        found = {"resolved": facts.RESOLVED, "any": facts.ANSWERED}.get(how)
        return tickets.filter(found if found is not None else Q(outcome=how))

    def looked_at(self, tickets: TicketQuerySet, name: str, which: str) -> TicketQuerySet:
        """What could not be met, or waits, and is looked at again (APP-15)."""
        looks = SecondLook.objects.planned()
        if which != "any":
            looks = looks.filter(came_up_at__isnull=which == "later")
        return tickets.filter(pk__in=looks.values("ticket"))

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

    def pledged_as(self, tickets: TicketQuerySet, name: str, how: str) -> TicketQuerySet:
        return tickets.filter(lateness.pledged(how, clock.now()))

    def only_in_charge(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        """Led by the departments that the leader who reads is in charge of (ORG-1)."""
        return tickets.filter(lead_department__in=self.request.user.departments_in_charge.all())

    def returned_as(self, tickets: TicketQuerySet, name: str, how: str) -> TicketQuerySet:
        return tickets.filter(asked.returned_as(how))

    def only_elsewhere(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        return tickets.filter(Q(place=None) | Q(place__level=1))

    def advised(self, tickets: TicketQuerySet, name: str, link: str) -> TicketQuerySet:
        return accuracy.behind(tickets, link)

    def only_mine(self, tickets: TicketQuerySet, name: str, yes: str) -> TicketQuerySet:
        user = self.request.user
        return tickets.filter(Q(handler=user) | Q(first_responder=user) | Q(registered_by=user) | Q(filed_by=user))

    def ordered(self, tickets: TicketQuerySet, name: str, sort: str) -> TicketQuerySet:
        return (tickets.with_due() if sort == "due" else tickets).order_by(*ORDERS[sort])
