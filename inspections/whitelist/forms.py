"""What is typed at each verb on an entry or on many; the verbs decide.

A form's fields have the names of its verb's arguments, so that a refusal finds its field.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.forms.base import prose
from requests.forms.files import FilesField

from ..models import Agency, Entry, EntryReview
from ..uploads import TakesFiles
from . import capacity, flow

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
THIS_CENTURY = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
BASES = _("如《责令改正通知书》及文号，企业会看到")


def reason(label: Any, sentence: Any, hint: Any = "") -> forms.Field:
    """`sentence`: what its verb says where it is empty."""
    return prose(label, 3, max_length=500, help_text=hint, error_messages={"required": sentence})


def round_title(hint: Any) -> forms.Field:
    sentence = _("请写批次名称，如“2026 年第一批”。")
    return forms.CharField(label=_("批次名称"), max_length=60, help_text=hint, error_messages={"required": sentence})


def term_day(label: Any, hint: Any = "") -> forms.Field:
    sentence = _("请选有效期的日期。")
    return forms.DateField(
        label=label, widget=DAY, validators=THIS_CENTURY, help_text=hint, error_messages={"required": sentence}
    )


class AgencyChoice(forms.ModelChoiceField):
    def label_from_instance(self, agency: Any) -> str:
        return str(agency)


class Act(forms.Form):
    """One verb on one entry for one person: its name, what its button says, what is said afterwards."""

    verb: ClassVar[str]
    name: ClassVar[Any]
    act: ClassVar[Any]
    done: ClassVar[Any]
    asks: ClassVar[Any] = ""
    do_not_call_in_templates: ClassVar[bool] = True

    def __init__(self, *args: Any, entry: Entry, user: User, **kwargs: Any) -> None:
        self.entry, self.user = entry, user
        super().__init__(*args, label_suffix="", **kwargs)

    def do(self) -> None:
        """Raises Refused."""
        getattr(flow, self.verb)(self.entry, by=self.user, **self.cleaned_data)


class Review(Act):
    verb, name, act = "review", pgettext_lazy("动作", "提出审查意见"), _("提交意见")
    done = _("意见已记下\n各部门都提过意见后报镇领导审批。")
    agency = AgencyChoice(
        label=_("代表"),
        queryset=Agency.objects.none(),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选代表哪个部门。")},
    )
    says = forms.ChoiceField(
        label=_("意见"),
        choices=EntryReview.Says.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选同意或有异议。")},
    )
    grounds = prose(
        _("异议的理由"), 3, max_length=500, required=False, help_text=_("有异议时必填，推荐单位和审批领导会看到")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [one.agency for one in capacity.own_reviews(self.entry, self.user)]
        self.speaks_for = own[0] if len(own) == 1 else None
        field: Any = self.fields["agency"]
        field.queryset = Agency.objects.filter(pk__in=[one.pk for one in own]).select_related("department")
        if self.speaks_for is not None:
            del self.fields["agency"]  # nothing to choose

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("says") == EntryReview.Says.OBJECTS and not data.get("grounds", "").strip():
            self.add_error("grounds", gettext("请写异议的理由。"))
        return data

    def do(self) -> None:
        flow.review(self.entry, by=self.user, **{"agency": self.speaks_for} | self.cleaned_data)


class Uphold(Act):
    verb, name, act = "uphold", _("坚持推荐"), _("答复异议，报镇领导审批")
    done = _("已报镇领导审批")
    reason = reason(_("对异议的说明"), _("请写为什么仍然推荐，审批领导会看到。"), _("审批领导会和异议一起看到"))


class Drop(Act):
    verb, name, act, done = "drop", _("撤回推荐"), _("撤回推荐"), _("已撤回推荐")
    reason = reason(_("撤回的理由"), _("请写撤回推荐的理由。"))


class Approve(Act):
    verb, name, act = "approve", _("批准"), _("批准列入白名单")
    done = _("已列入白名单\n企业会收到通知，名单公开可查。")
    asks = _("批准这家企业列入白名单？与它冲突的待办检查会同时取消。")


class Refuse(Act):
    verb, name, act, done = "refuse", _("不批准"), _("不批准"), _("没有批准\n推荐单位会看到理由。")
    reason = reason(_("不批准的理由"), _("请写不批准的理由。"))


class Remove(Act):
    verb, name, act = "remove", _("移出白名单"), _("立即移出，告诉企业")
    done = _("已移出白名单\n企业会收到原因和依据，可以申诉一次。")
    reason = reason(_("发生了什么"), _("请写发生了什么，企业会看到。"), _("企业会看到"))
    basis = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=BASES,
        error_messages={"required": _("请写依据，如文书名称和文号。")},
    )


class Appeal(TakesFiles, Act):
    verb, name, act = "appeal", _("申诉"), _("提交申诉")
    done = _("申诉已收到\n处理结果会通知您，期间不在白名单上。")
    text = prose(
        _("申诉的理由"),
        6,
        max_length=1000,
        help_text=_("写清事实和已经做的整改；每次移出只能申诉一次"),
        error_messages={"required": _("请写申诉的理由。")},
    )
    files = FilesField(label=_("照片或材料"))

    def do(self) -> None:
        """Raises Refused, and then keeps no file that came with the form."""
        with transaction.atomic():
            flow.appeal(self.entry, by=self.user, text=self.cleaned_data["text"], files=self.taken(self.user))


class Restore(Act):
    verb, name, act = "restore", _("申诉成立"), _("申诉成立，恢复在册")
    done = _("已恢复在白名单上\n企业会收到处理意见。")
    answer = reason(_("处理意见"), _("请写处理意见，企业会看到。"), _("企业会看到"))


class Dismiss(Act):
    verb, name, act = "dismiss", _("申诉不成立"), _("申诉不成立，维持移出")
    done = _("已维持移出\n企业会收到处理意见。")
    answer = reason(_("处理意见"), _("请写处理意见，企业会看到。"), _("企业会看到"))


class Renew(Act):
    verb, name, act = "renew", _("续期"), _("推荐续期，请各部门审查")
    done = _("已开批次\n各部门会收到审查任务。")
    title = round_title(_("如“2027 年续期第一批”"))
    term_until = term_day(_("有效期至"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("term_until", flow.usual_end(self.entry.term_until))

    def do(self) -> None:
        flow.renew([self.entry], by=self.user, **self.cleaned_data)


FORMS: dict[str, type[Act]] = {
    one.verb: one for one in (Review, Approve, Refuse, Uphold, Drop, Remove, Appeal, Restore, Dismiss, Renew)
}
AT_ONCE = ("approve",)


# Many at once -------------------------------------------------------------------------------------------------------


class RoundForm(forms.Form):
    """A new round of candidates."""

    title = round_title(_("如“2026 年第一批”"))
    term_from = term_day(_("有效期自"))
    term_until = term_day(_("有效期至"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        today = local_day(clock.now())
        self.initial.setdefault("term_from", today)
        self.initial.setdefault("term_until", flow.usual_end(today))


class RenewalForm(forms.Form):
    """A round of firms whose terms end; each new term follows the old one."""

    title = round_title(_("如“2027 年续期第一批”"))
    term_until = term_day(_("有效期至"), _("从各自到期的第二天起算"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.initial.setdefault("term_until", flow.usual_end(local_day(clock.now())))


class GroundsForm(forms.Form):
    grounds = reason(_("异议的理由"), _("请写异议的理由。"), _("推荐单位和审批领导会看到，选中的各家相同"))


class ReasonForm(forms.Form):
    reason = reason(_("理由"), _("请写理由，选中的各家相同。"), _("选中的各家相同"))
