"""What is typed about plans; the verbs decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Count, DateField, Value
from django.db.models.functions import Greatest, TruncQuarter
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from portal.worktime import clock
from portal.worktime.words import local_day
from requests.forms.base import prose

from ..models import Agency, Need, Rules
from ..needs import stages as needs
from .flow import MOST_GAP, MOST_SECONDS

QUARTERS = (
    gettext_noop("%(year)s 年第一季度联合检查"),
    gettext_noop("%(year)s 年第二季度联合检查"),
    gettext_noop("%(year)s 年第三季度联合检查"),
    gettext_noop("%(year)s 年第四季度联合检查"),
)
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.Form):
    """编制计划: the span, the rules of the town as they stand, and which needs are taken in."""

    title = forms.CharField(
        label=_("计划名称"),
        max_length=60,
        error_messages={"required": _("请写计划名称，如“2027 年第一季度联合检查”。")},
    )
    first = forms.DateField(label=_("从"), widget=DAY, error_messages={"required": _("请选开始日期。")})
    last = forms.DateField(label=_("到"), widget=DAY, error_messages={"required": _("请选结束日期。")})
    gap = forms.IntegerField(
        label=_("同一企业两次检查至少隔（工作日）"),
        min_value=1,
        max_value=MOST_GAP,
        error_messages={"required": _("请写两次检查至少隔几个工作日。")},
    )
    seconds = forms.IntegerField(
        label=_("计算时间（秒）"),
        min_value=1,
        max_value=MOST_SECONDS,
        initial=20,
        error_messages={"required": _("请写计算多少秒。")},
    )
    agencies = forms.ModelMultipleChoiceField(
        label=_("部门"), queryset=Agency.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    kinds = forms.MultipleChoiceField(
        label=_("检查类别"), choices=list(needs.KINDS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        field: Any = self.fields["agencies"]
        field.queryset = Agency.objects.filter(active=True).select_related("department")
        choices: Any = self.fields["kinds"]
        choices.choices = [(key, gettext(name)) for key, name in needs.KINDS.items()]
        first, last = proposed_span(local_day(clock.now()))
        given = {"gap": Rules.now().gap, "first": first, "last": last, "title": proposed_title(first, last)}
        for name, value in given.items():
            self.initial.setdefault(name, value)


def proposed_span(today: date) -> tuple[date, date]:
    """The quarter in which most of what waits begins, from tomorrow on; where nothing waits, next Monday's four weeks.

    Within one year, as a plan is.
    """
    tomorrow = today + timedelta(days=1)
    most = _busiest(tomorrow)
    if most is not None:
        return max(most, tomorrow), (most + timedelta(days=95)).replace(day=1) - timedelta(days=1)
    first = today + timedelta(days=7 - today.weekday())
    return first, min(first + timedelta(days=27), date(first.year, 12, 31))


def proposed_title(first: date, last: date) -> str:
    """That of its quarter, where the span ends with one; else empty."""
    if last.month % 3 or (last + timedelta(days=1)).day != 1 or first.month < last.month - 2:
        return ""
    return gettext(QUARTERS[last.month // 3 - 1]) % {"year": last.year}


def _busiest(day: date) -> date | None:
    """The first day of the quarter in which most of the waiting needs can first be met; next year's at the latest."""
    waiting = Need.objects.waiting(day, date(day.year + 1, 12, 31)).order_by()
    begins = TruncQuarter(Greatest("first", Value(day)), output_field=DateField())
    counted = waiting.values(quarter=begins).annotate(n=Count("pk")).order_by("-n", "quarter")
    return counted.values_list("quarter", flat=True).first()


class Act(forms.Form):
    """One act on a plan: its name, what its button says, and its fields by the names the verb takes."""

    name: ClassVar[Any] = ""
    act: ClassVar[Any] = ""
    done: ClassVar[Any] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)


class SendBack(Act):
    name, act, done = _("退回修改"), _("退回，告诉编制人原因"), _("已退回修改\n编制人会收到原因。")
    reason = prose(
        _("为什么退回、要改什么"), 2, max_length=300, error_messages={"required": _("请写为什么退回、要改什么。")}
    )


class Drop(Act):
    name, act, done = _("作废计划"), _("作废这份计划"), _("计划已作废\n需求放回待安排。")
    reason = prose(_("作废的原因"), 2, max_length=300, error_messages={"required": _("请写作废的原因。")})


FORMS: dict[str, type[Act]] = {"send_back": SendBack, "drop": Drop}
