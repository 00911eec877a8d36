"""What is typed about visits, checks on the spot and reports; the verbs decide.

A form's fields have the names of its verb's arguments, so that a refusal finds its field.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.forms.base import choice, prose
from requests.forms.files import FilesField

from ..models import Agency, CodelessReport, Inspector, JointVisit, Subject
from ..needs import stages as needs
from ..uploads import TakesFiles
from . import flow, reports
from .capacity import certified, own_part

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
THIS_CENTURY = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]


class PeopleField(forms.ModelMultipleChoiceField):
    """Inspectors, each with the number of his certificate."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("检查人员"))
        super().__init__(Inspector.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, one: Any) -> str:
        return f"{one.user.name} {one.certificate}"


class VerbForm(forms.Form):
    """One verb on one visit for one person; without fields its button does it at once."""

    verb: ClassVar[str]
    name: ClassVar[Any]
    act: ClassVar[Any]
    done: ClassVar[Any]
    hint: ClassVar[Any] = ""
    asks: ClassVar[Any] = ""  # the question before an act without a form

    def __init__(self, *args: Any, visit: JointVisit, user: User, **kwargs: Any) -> None:
        self.visit, self.user = visit, user
        super().__init__(*args, label_suffix="", **kwargs)
        self.shape()

    def shape(self) -> None:
        """Fits the fields to the visit."""

    def call(self) -> Any:
        return getattr(flow, self.verb)(self.visit, by=self.user, **self.cleaned_data)


class Begin(VerbForm):
    verb, name, act = "begin", _("开始检查"), _("到场，开始检查")
    done = _("检查已开始\n企业已收到通知，检查结束后 3 个工作日内补齐记录。")
    asks = _("现在开始这次检查？企业会马上收到通知，开始以后不能改期或取消。")


class NamePeople(VerbForm):
    verb, name, act, done = "name_people", _("换人"), _("保存检查人员"), _("已换人\n检查码上显示新的人员。")
    hint = _("本部门去的人，至少两名，执法证在检查日都要有效。")
    people = PeopleField(error_messages={"required": _("请选至少两名。")})

    def shape(self) -> None:
        part = own_part(self.visit, self.user)
        if part is not None:
            self.fields["people"].queryset = certified(part.agency, self.visit.day).order_by("user__name", "pk")
            self.initial.setdefault("people", [one.pk for one in part.inspectors.all()])


class PutOff(VerbForm):
    verb, name, act, done = "put_off", _("改期"), _("改期，通知有关各方"), _("已改期\n去的人和被告知的企业会收到通知。")
    day = forms.DateField(
        label=_("改到"), widget=DAY, validators=THIS_CENTURY, error_messages={"required": _("请选改到哪一天。")}
    )
    reason = prose(
        _("原因"),
        2,
        max_length=300,
        help_text=_("被告知的企业会看到"),
        error_messages={"required": _("请写改期的原因，被告知的企业会看到。")},
    )


class Cancel(VerbForm):
    verb, name, act = "cancel", _("取消这次检查"), _("取消这次检查")
    done = _("已取消\n检查需求退回待安排。")
    reason = prose(
        _("原因"),
        2,
        max_length=300,
        help_text=_("被告知的企业会看到"),
        error_messages={"required": _("请写取消的原因，被告知的企业会看到。")},
    )


FORMS: dict[str, type[VerbForm]] = {form.verb: form for form in (Begin, NamePeople, PutOff, Cancel)}
AT_ONCE = frozenset({"begin"})


class SpotForm(forms.Form):
    """A check on the spot at the firm that was picked before."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = choice(
        _("为什么现在就查"),
        [(k, _(needs.KINDS[k])) for k in needs.ON_THE_SPOT],
        error_messages={"required": _("请选为什么现在就查。")},
    )
    subject = forms.ModelChoiceField(
        label=_("检查事项"),
        queryset=Subject.objects.none(),
        empty_label=_("请选"),
        help_text=_("本部门在用的事项"),
        error_messages={"required": _("请选检查事项。")},
    )
    basis = forms.CharField(
        label=_("依据"),
        max_length=500,
        help_text=_("工单号、线索或什么突发情况；企业看不到，督查员会看"),
        error_messages={"required": _("请写依据，如工单号或什么突发情况。")},
    )
    people = PeopleField(
        label=_("同行人员"),
        help_text=_("您自己以外，至少一名"),
        error_messages={"required": _("请选至少一名同行人员。")},
    )

    def __init__(self, *args: Any, user: User, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        subjects = Subject.objects.filter(agency__in=agencies, active=True).select_related("agency__department")
        self.fields["subject"].queryset = subjects
        valid = [certified(agency, local_day(clock.now())).values("pk") for agency in agencies]
        found = Inspector.objects.none().values("pk").union(*valid) if valid else Inspector.objects.none()
        others = Inspector.objects.filter(pk__in=[row["pk"] for row in found]).exclude(user=user)
        self.fields["people"].queryset = others.select_related("user").order_by("user__name", "pk")


class ReportForm(TakesFiles, forms.Form):
    """无码检查反映, by one of the firm's people."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(
        label=_("哪天来的"), widget=DAY, validators=THIS_CENTURY, error_messages={"required": _("请选哪天来的。")}
    )
    time = forms.TimeField(
        label=_("大概几点"), widget=TIME, error_messages={"required": _("请写大概几点来的，记不清写个约数。")}
    )
    who = forms.CharField(
        label=_("来的是谁"),
        max_length=200,
        help_text=_("姓名、人数、衣着、车牌或自称，知道多少写多少"),
        error_messages={"required": _("请写来的是谁，不知道姓名就写衣着、车牌或自称。")},
    )
    agency = forms.ModelChoiceField(
        label=_("自称哪个部门"),
        queryset=Agency.objects.filter(active=True).select_related("department"),
        required=False,
        empty_label=_("没有说，或不在里面"),
    )
    said = prose(
        _("来做什么、说了什么"), 4, max_length=1000, error_messages={"required": _("请写来做什么、说了什么。")}
    )
    files = FilesField(label=_("照片"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, label_suffix="", **kwargs)

    def given(self) -> dict[str, Any]:
        """What the verb takes; uploads are stored now."""
        data = dict(self.cleaned_data)
        when = datetime.combine(data.pop("day"), data.pop("time"))
        del data["files"]
        return data | {"came_at": timezone.make_aware(when), "photos": self.taken(self.user)}


class AnswerForm(forms.Form):
    """A supervisor's answer."""

    name, act = _("核查和答复"), _("答复，告诉反映人")
    finding = forms.ChoiceField(
        label=_("核查结论"),
        choices=[("", _("请选")), *((k, _(n)) for k, n in reports.FINDINGS.items())],
        error_messages={"required": _("请选核查结论。")},
    )
    answer = prose(
        _("给反映人的答复"),
        4,
        max_length=1000,
        help_text=_("核查的情况和结论"),
        error_messages={"required": _("请写核查的情况和结论，反映人会看到。")},
    )
    to_agency = prose(
        _("给部门的提醒"),
        3,
        max_length=500,
        required=False,
        help_text=_("部门负责人会看到；不写企业、人员和日期，以免知道是谁反映的"),
    )

    def __init__(self, *args: Any, report: CodelessReport, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if report.agency_id is None:
            del self.fields["to_agency"]


def fresh_key() -> str:
    return str(uuid.uuid4())
