"""What is typed about rectifications, cases and ratings; the verbs decide.

A form's fields have the names of its verb's arguments, so that a refusal finds its field.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.numerals import SumField
from requests.forms.base import prose
from requests.forms.files import FilesField

from ..models import Finding, JointVisit, Rectification
from ..uploads import TakesFiles
from . import flow

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
THIS_CENTURY = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
STARS = [(5, _("5 很满意")), (4, _("4 满意")), (3, _("3 一般")), (2, _("2 不满意")), (1, _("1 很不满意"))]
YES_NO = [("yes", pgettext_lazy("选项", "是")), ("no", pgettext_lazy("选项", "否"))]


def day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DAY, validators=THIS_CENTURY, **kwargs)


def days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        initial=5,
        min_value=1,
        max_value=90,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("请写几个工作日。")},
    )


class VerbForm(forms.Form):
    """One verb on one rectification for one person."""

    verb: ClassVar[str]
    name: ClassVar[Any]
    act: ClassVar[Any]
    done: ClassVar[Any]
    hint: ClassVar[Any] = ""

    def __init__(self, *args: Any, rectification: Rectification, user: User, **kwargs: Any) -> None:
        self.rectification, self.user = rectification, user
        super().__init__(*args, label_suffix="", **kwargs)
        self.shape()

    def shape(self) -> None:
        """Fits the fields to the rectification."""

    def call(self) -> Any:
        return getattr(flow, self.verb)(self.rectification, by=self.user, **self.cleaned_data)


class Submit(TakesFiles, VerbForm):
    verb, name, act = "submit", _("提交整改"), _("提交，等执法部门审核")
    done = _("整改已提交\n执法部门 5 个工作日内审核，结果会通知您。")
    text = prose(_("做了哪些整改"), rows=5, max_length=2000, error_messages={"required": _("请写做了哪些整改。")})
    files = FilesField(label=_("照片或材料"))

    def call(self) -> Any:
        stored = self.taken(self.user)
        return flow.submit(self.rectification, by=self.user, text=self.cleaned_data["text"], files=stored)


class AskTime(VerbForm):
    verb, name, act = "ask_time", _("申请延期"), _("提交延期申请")
    done, hint = _("延期申请已提交\n答复以前，仍按原来的期限。"), _("只能申请一次，请一次说清楚。")
    until = day(_("希望延到"), error_messages={"required": _("请选希望延到哪一天。")})
    reason = forms.CharField(label=_("原因"), max_length=500, error_messages={"required": _("请写为什么要延期。")})


class GiveTime(VerbForm):
    verb, name, act, done = "give_time", pgettext_lazy("动作", "同意延期"), _("同意，告知企业"), _("已同意延期")
    until = day(_("延到"), error_messages={"required": _("请选延到哪一天。")})
    answer = forms.CharField(label=_("说明"), max_length=300, required=False)

    def shape(self) -> None:
        self.initial["until"] = self.rectification.more_time.until


class RefuseTime(VerbForm):
    verb, name, act, done = "refuse_time", _("不同意延期"), _("不同意，告知企业"), _("已答复企业")
    answer = forms.CharField(
        label=_("理由"),
        max_length=300,
        help_text=_("企业会看到"),
        error_messages={"required": _("请写为什么不同意，企业会看到。")},
    )


class Accept(VerbForm):
    verb, name, act, done = "accept", _("审核通过"), _("通过，整改完成"), _("整改完成\n已通知企业。")
    answer = forms.CharField(label=_("审核意见"), max_length=500, required=False)

    def shape(self) -> None:
        if self.rectification.status == "recheck":
            self.fields["answer"].label = gettext("为什么不用再去现场")
            self.fields["answer"].required = True
            self.fields["answer"].error_messages["required"] = gettext("请写为什么不用再去现场。")


class SendBack(VerbForm):
    verb, name, act, done = "send_back", _("退回重改"), _("退回，告知企业"), _("已退回\n企业会收到通知。")
    answer = prose(
        _("还缺什么"),
        rows=3,
        max_length=500,
        help_text=_("一次说全，企业照着改"),
        error_messages={"required": _("请写还缺什么，企业照着改。")},
    )
    days = days(_("再给几个工作日"))


class CallRecheck(VerbForm):
    verb, name, act = "call_recheck", _("现场复查"), _("安排复查，告知企业")
    done = _("已安排复查\n十个工作日内并入下一次检查，结果随检查记录办结。")
    hint = _("十个工作日内本部门去这家企业的检查会一并复查；没有的，由检查计划安排。")
    answer = forms.CharField(label=_("要看什么"), max_length=500, required=False)


class Withdraw(VerbForm):
    verb, name, act, done = "withdraw", _("撤销责令"), _("撤销，告知企业"), _("已撤销\n扣的积分已恢复。")
    hint = _("责令确有错误的才撤销；整改好了的请审核通过。")
    reason = prose(
        _("撤销的理由"),
        rows=3,
        max_length=500,
        help_text=_("企业会看到"),
        error_messages={"required": _("请写撤销的理由，企业会看到。")},
    )


LISTED = (Submit, AskTime, GiveTime, RefuseTime, Accept, SendBack, CallRecheck, Withdraw)
FORMS: dict[str, type[VerbForm]] = {form.verb: form for form in LISTED}


def yes_or_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        coerce=lambda typed: typed == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选是或否。")},
    )


class Rate(forms.Form):
    """What a firm says of a visit (INS-8)."""

    stars = forms.TypedChoiceField(
        label=_("总体评价"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一到五星。")},
    )
    showed_papers = yes_or_no(_("检查人员出示了执法证"))
    showed_code = yes_or_no(_("检查人员亮了检查码"))
    told_rights = yes_or_no(_("说清了检查事项和您的权利"))
    was_civil = yes_or_no(_("态度文明"))
    asked_no_more = yes_or_no(_("没有要求无关的资料"))
    comment = prose(_("想说的话"), rows=3, max_length=500, required=False, help_text=_("一两星时请写哪里不满意"))

    def __init__(self, *args: Any, visit: JointVisit, user: User, **kwargs: Any) -> None:
        self.visit, self.user = visit, user
        super().__init__(*args, label_suffix="", **kwargs)

    def call(self) -> Any:
        return flow.rate(self.visit, by=self.user, **self.cleaned_data)


class Conclude(forms.Form):
    """What came of a case (INS-10)."""

    name, act = _("登记处理结果"), _("登记")
    punished = forms.TypedChoiceField(
        label=_("结果"),
        choices=[("yes", _("作出处罚")), ("no", _("不予处罚"))],
        coerce=lambda typed: typed == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选作出处罚还是不予处罚。")},
    )
    decided_on = day(_("决定日期"), error_messages={"required": _("请选决定日期。")})
    decision = forms.CharField(label=_("决定书文号"), max_length=60, required=False, help_text=_("作出处罚的要写"))
    fine = SumField(label=_("罚款（元）"), max_digits=12, decimal_places=2, min_value=0, required=False)
    remarks = forms.CharField(label=_("说明"), max_length=300, required=False, help_text=_("不予处罚的写理由"))

    def __init__(self, *args: Any, finding: Finding, user: User, **kwargs: Any) -> None:
        self.finding, self.user = finding, user
        super().__init__(*args, label_suffix="", **kwargs)

    def call(self) -> Any:
        return flow.conclude(self.finding, by=self.user, **self.cleaned_data)


class Correct(Conclude):
    """What was registered wrong of it."""

    name, act = _("更正处理结果"), _("更正，原来的保留备查")
    reason = forms.CharField(label=_("更正的原因"), max_length=300, error_messages={"required": _("请写更正的原因。")})

    def call(self) -> Any:
        return flow.correct(self.finding, by=self.user, **self.cleaned_data)
