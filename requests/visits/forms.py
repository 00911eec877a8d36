"""What is typed about visits: the record on the phone, the plan, and the small acts; the verbs decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from enterprises.facts.pages.forms import plain_of
from enterprises.forms import OfficialChoice
from enterprises.keylists.forms import FirmsField
from enterprises.models import Criterion, Enterprise, Level
from portal.files.tables import Unreadable
from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.forms.base import choice, prose
from requests.forms.files import FilesField
from requests.forms.filing import Prose
from requests.models import Category, Visit, VisitAttempt, VisitPlan
from requests.models.ticket import Urgency
from requests.models.visits import VISITORS
from requests.visits.drafts import MOST_FIXES, MOST_FOUND
from requests.visits.fixing import Fixable
from requests.visits.flow.planning import Wanted
from requests.visits.flow.recording import Fix, Found, Record

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class RecordForm(forms.Form):
    """One visit as it is written down at the firm's gate; problems and corrections in numbered blocks."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(label=_("日期"), widget=DAY)
    time = forms.TimeField(label=_("时间"), widget=TIME)
    way = choice(pgettext_lazy("走访", "方式"), Visit.Way.choices, initial=Visit.Way.ON_SITE)
    met_name = forms.CharField(label=_("见到谁"), max_length=40, required=False)
    met_title = forms.CharField(label=_("职务"), max_length=40, required=False)
    said = Prose(
        label=_("谈了什么、看到什么"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("企业能看到"),
        error_messages={"required": _("请写谈了什么、看到什么。"), "max_length": _("最多 4000 字。")},
    )
    needs = Prose(label=_("企业的需求"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    note = Prose(
        label=_("内部备注"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("企业看不到"),
    )
    contact_phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    consent = forms.BooleanField(label=_("企业同意代为提交诉求"), required=False)
    files = FilesField()

    def __init__(self, *args: Any, fixables: list[Fixable], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fixables = {one.code: one for one in fixables}
        categories = Category.objects.filter(active=True)
        for n in range(MOST_FOUND):
            self.fields[f"found{n}_text"] = Prose(
                label=_("什么问题"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
            self.fields[f"found{n}_title"] = forms.CharField(label=_("标题"), max_length=60, required=False)
            self.fields[f"found{n}_category"] = forms.ModelChoiceField(
                label=_("类别"), queryset=categories, to_field_name="code", required=False, empty_label=_("由中心判断")
            )
            self.fields[f"found{n}_urgency"] = forms.ChoiceField(
                label=_("紧急程度"), choices=Urgency.choices, required=False
            )
        for n in range(MOST_FIXES if fixables else 0):
            self.fields[f"fix{n}_what"] = forms.ChoiceField(
                label=_("哪一项"), choices=grouped(fixables), required=False, widget=forms.Select
            )
            self.fields[f"fix{n}_value"] = forms.CharField(label=_("应为"), max_length=200, required=False)
            self.fields[f"fix{n}_reason"] = forms.CharField(
                label=_("依据"), max_length=200, required=False, help_text=_("看到什么、谁说的")
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for n in self._numbers("found"):
            if any(data.get(f"found{n}_{name}") for name in ("title", "category")) and not data.get(f"found{n}_text"):
                self.add_error(f"found{n}_text", gettext("请写是什么问题，或清空这一块。"))
        for n in self._numbers("fix"):
            self._check_fix(n, data)
        return data

    def _numbers(self, block: str) -> Iterator[int]:
        return (
            n
            for n in range(max(MOST_FOUND, MOST_FIXES))
            if any(name.startswith(f"{block}{n}_") for name in self.fields)
        )

    def _check_fix(self, n: int, data: dict[str, Any]) -> None:
        what, typed = data.get(f"fix{n}_what"), (data.get(f"fix{n}_value") or "").strip()
        if not what:
            if typed or data.get(f"fix{n}_reason"):
                self.add_error(f"fix{n}_what", gettext("请选是哪一项。"))
            return
        if not data.get(f"fix{n}_reason"):
            self.add_error(f"fix{n}_reason", gettext("请写依据。"))
        try:
            if not typed:
                raise Unreadable(typed)
            data[f"fix{n}_plain"] = plain_of(self.fixables[what].column, typed)
        except (Unreadable, Refused):
            self.add_error(f"fix{n}_value", gettext("请写正确的值，如原来是数字的写数字。"))

    def record(self) -> Record:
        data = self.cleaned_data
        when = timezone.make_aware(datetime.combine(data["day"], data["time"]))
        return Record(
            visited_at=when,
            way=data["way"],
            met_name=data["met_name"],
            met_title=data["met_title"],
            said=data["said"],
            needs=data["needs"],
            note=data["note"],
            found=[self._found(n) for n in self._numbers("found") if data.get(f"found{n}_text")],
            fixes=[self._fix(n) for n in self._numbers("fix") if data.get(f"fix{n}_what")],
            contact_phone=data["contact_phone"],
            consent=data["consent"],
        )

    def _found(self, n: int) -> Found:
        data = self.cleaned_data
        urgency = data[f"found{n}_urgency"] or Urgency.ORDINARY
        return Found(data[f"found{n}_text"], data[f"found{n}_title"], data[f"found{n}_category"], urgency)

    def _fix(self, n: int) -> Fix:
        data = self.cleaned_data
        one = self.fixables[data[f"fix{n}_what"]]
        return Fix(one.column, data[f"fix{n}_plain"], data[f"fix{n}_reason"], one.period, one.item, f"fix{n}_value")

    # What the template draws -----------------------------------------------------------------------------------

    def blocks(self, block: str) -> list[dict[str, Any]]:
        """The blocks of one kind, each with its bound fields, and whether it is open."""
        found = []
        for n in self._numbers(block):
            fields = {name.partition("_")[2]: self[name] for name in self.fields if name.startswith(f"{block}{n}_")}
            typed = any(field.value() for name, field in fields.items() if name != "urgency")
            found.append({"n": n + 1, "open": typed or any(field.errors for field in fields.values()), **fields})
        return found

    def found_blocks(self) -> list[dict[str, Any]]:
        return self.blocks("found")

    def fix_blocks(self) -> list[dict[str, Any]]:
        return self.blocks("fix")

    @property
    def field_of(self) -> dict[str, str]:
        """Where the form says what a verb calls otherwise."""
        return {"visited_at": "day"}


def grouped(fixables: list[Fixable]) -> list[Any]:
    """The choices by row, an empty one first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in fixables:
        groups.setdefault(one.row, []).append((one.code, one.label))
    return [("", "—"), *groups.items()]


class PlanForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=60)
    source = choice(_("走访哪些企业"), VisitPlan.Source.choices, initial=VisitPlan.Source.KEY_LIST)
    level = forms.ChoiceField(
        label=_("名单的级别"), choices=[("", _("区级和镇级")), *Level.choices], required=False, widget=forms.Select
    )
    criterion = forms.ModelChoiceField(
        label=_("条件"), queryset=Criterion.objects.none(), to_field_name="code", required=False, empty_label="—"
    )
    firms = FirmsField(
        label=_("企业"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一家，写全称或统一社会信用代码"),
    )
    goes = choice(_("谁去"), VisitPlan.Goes.choices, initial=VisitPlan.Goes.STEWARD)
    person = OfficialChoice(label=_("指定的人"), queryset=User.objects.none(), required=False, empty_label="—")
    since = forms.DateField(label=_("从"), widget=DAY)
    until = forms.DateField(label=_("到"), widget=DAY)
    times = forms.IntegerField(label=_("每家几次"), min_value=1, max_value=12, initial=1)
    purpose = prose(_("看什么、问什么"), rows=3, max_length=500, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["criterion"].queryset = Criterion.objects.visible_to(user).standing()  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.serving(*VISITORS)  # type: ignore[attr-defined]
        today = local_day(clock.now())
        self.initial = {"since": today, "until": today + timedelta(days=90)} | self.initial

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        source, goes = data.get("source"), data.get("goes")
        if source == VisitPlan.Source.CRITERION and not data.get("criterion"):
            self.add_error("criterion", gettext("请选一个条件。"))
        if source == VisitPlan.Source.CHOSEN and not data.get("firms") and "firms" not in self.errors:
            self.add_error("firms", gettext("请写企业。"))
        if goes == VisitPlan.Goes.PERSON and not data.get("person"):
            self.add_error("person", gettext("请选一个人。"))
        return data

    def wanted(self) -> Wanted:
        data = dict(self.cleaned_data)
        firms: list[Enterprise] = data.pop("firms") or []
        return Wanted(firms=firms, **data)


class NotReachedForm(forms.Form):
    name, act = _("没有见到"), _("记一次没有见到")
    why = choice(_("原因"), VisitAttempt.Why.choices)
    text = forms.CharField(label=_("说明"), max_length=300, required=False)


class MoveForm(forms.Form):
    name, act = _("改期"), _("改到这一天")
    to = forms.DateField(label=_("改到"), widget=DAY)
    reason = forms.CharField(label=_("原因"), max_length=300)


class ReassignForm(forms.Form):
    name, act = _("换人"), _("交给他走访")
    visitor = OfficialChoice(label=_("由谁走访"), queryset=User.objects.none(), empty_label=_("请选择"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visitor"].queryset = User.objects.serving(*VISITORS)  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    name, act = _("取消"), _("取消这次走访")
    reason = forms.CharField(label=_("理由"), max_length=300)


class AnswerForm(forms.Form):
    name, act = _("答复"), _("提交答复")
    answer = choice(_("记录的情况"), Visit.Answer.choices)
    text = prose(_("补充"), rows=3, max_length=500, required=False)


class CallOffForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=300)


FORMS: dict[str, type[forms.Form]] = {
    "not_reached": NotReachedForm,
    "move": MoveForm,
    "reassign": ReassignForm,
    "cancel": CancelForm,
    "answer": AnswerForm,
}
