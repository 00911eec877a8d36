"""What is typed at each verb on a claim or a round; the verbs decide.

A form's fields have the names of its verb's arguments, so that a refusal finds its field.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from policies.claims import capacity, flow
from policies.claims.words import money
from policies.models import Claim, ClaimReview, ClauseVersion, Round
from portal import files
from portal.files.models import StoredFile
from portal.people.models import Department, User
from portal.people.numerals import CountField, SumField, typing
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.calendar import SHANGHAI
from portal.worktime.words import local_day
from requests.forms.base import SCORES, choice, keys, prose
from requests.forms.files import FilesField

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
THIS_CENTURY = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]


def yuan(label: Any, **about: Any) -> SumField:
    """A sum to the cent in 元; `js/yuan.js` says beside it how much that is in 万元, the unit of policies."""
    widget = typing()
    widget.attrs["data-yuan"] = _("即 %s 万元")
    return SumField(label=label, max_digits=14, decimal_places=2, widget=widget, **about)


def account_fields() -> dict[str, forms.Field]:
    """Where the money goes; the same for a claim and for the confirmation of a claim-free one."""
    return {
        "contact_name": forms.CharField(label=_("联系人"), max_length=40),
        "contact_phone": forms.CharField(
            label=_("联系电话"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
        ),
        "account_name": forms.CharField(label=_("开户名称"), max_length=120, help_text=_("应与企业名称一致")),
        "bank": forms.CharField(label=_("开户银行"), max_length=80),
        "account": forms.CharField(
            label=_("银行账号"),
            max_length=40,
            help_text=_("只有本企业和兑付单位看得到全部数字"),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            validators=[RegexValidator(r"^[0-9][0-9 -]{6,38}[0-9]$", _("账号只写数字，至少 8 位。"))],
        ),
    }


def account_of(data: dict[str, Any]) -> flow.Account:
    plain = data["account"].replace(" ", "").replace("-", "")
    return flow.Account(account_name=data["account_name"], bank=data["bank"], account=plain)


class VerbForm(forms.Form):
    """One verb on one claim for one person; without fields its button does it at once."""

    verb: ClassVar[str]
    name: ClassVar[Any]
    done: ClassVar[Any]
    sub: Any = ""
    asks_once: Any = ""  # the question before an act that cannot be taken back
    do_not_call_in_templates: ClassVar[bool] = True

    def __init__(self, *args: Any, claim: Claim, user: User, **kwargs: Any) -> None:
        self.claim, self.user = claim, user
        super().__init__(*args, label_suffix="", **kwargs)
        self.shape()

    def shape(self) -> None:
        """Fits the fields to the claim."""

    def act(self) -> str:
        """What the button says."""
        return str(self.name)

    def call(self) -> Any:
        return getattr(flow, self.verb)(self.claim, by=self.user, **self.cleaned_data)

    def do(self) -> bool:
        """False, with the sentence beside its field, where it is refused."""
        if not self.is_valid():
            return False
        try:
            self.call()
        except (Refused, files.Refused) as refused:
            field = getattr(refused, "field", None)
            self.add_error(field if field in self.fields else None, str(getattr(refused, "sentence", refused)))
        return not self.errors


class ConfirmForm(VerbForm):
    verb, name, done = "confirm", _("确认享受"), _("已确认\n接着由部门审批，办到哪一步都会告诉您。")
    sub = _("系统按数据算好了，核对账户就行，不用交材料。")

    def shape(self) -> None:
        self.fields |= account_fields()
        self.initial = {
            "contact_name": self.user.name,
            "contact_phone": self.user.mobile or self.user.phone,
            "account_name": self.claim.enterprise.name,
            **last_account(self.claim.enterprise_id),
            **self.initial,
        }

    def act(self) -> str:
        return gettext("确认享受 %(amount)s") % {"amount": money(self.claim.asked_amount)}

    def call(self) -> Any:
        data = self.cleaned_data
        named = {name: data[name] for name in ("contact_name", "contact_phone")}
        return flow.confirm(self.claim, by=self.user, account=account_of(data), **named)


def last_account(firm: int) -> dict[str, str]:
    """The account of the firm's last claim, so that nobody types it twice."""
    known = Claim.objects.filter(enterprise=firm, account__regex=r"^\d")  # not what was forgotten since
    found = known.order_by("-created_at").first()
    return {name: getattr(found, name) for name in ("account_name", "bank", "account")} if found else {}


class DeclineForm(VerbForm):
    verb, name, done = "decline", _("不要这笔"), _("已记下，不再享受这一批")
    reason = forms.CharField(label=_("原因"), max_length=300)


class WithdrawForm(VerbForm):
    verb, name, done = "withdraw", _("撤回申报"), _("申报已撤回")
    sub = _("撤回后这次申报结束，窗口没有截止时可以重新申报；占用的名额让给候补。")
    reason = forms.CharField(label=_("原因"), max_length=300, required=False)


class SupplementForm(VerbForm):
    verb, name, done = "supplement", _("补正材料"), _("已补正\n部门接着受理。")
    text = prose(_("说明"), rows=3, max_length=2000, required=False)
    files = FilesField(label=_("材料"))

    def call(self) -> Any:
        data = self.cleaned_data
        stored = files.sent_ahead(keys(self.data.getlist("stored")), by=self.user, lock=True)
        files.check_count(len(stored), len(data["files"]))
        stored += [files.store(upload, by=self.user) for upload in data["files"]]
        if not stored and not data["text"]:
            raise Refused(gettext("请写说明，或上传材料。"), "text")
        return flow.supplement(self.claim, by=self.user, text=data["text"], files=[(one, "") for one in stored])

    @property
    def kept(self) -> list[StoredFile]:
        return files.sent_ahead(keys(self.data.getlist("stored")), by=self.user) if self.is_bound else []


class AcceptForm(VerbForm):
    verb, name, done = "accept", _("受理申报"), _("已受理")

    def act(self) -> str:
        reviewers = [one.short_name for one in self.claim.round.clause.reviewers.all()]
        if self.claim.round.way == "by_review" and reviewers:
            return gettext("受理，请%(departments)s审查") % {"departments": gettext("、").join(reviewers)}
        return gettext("受理，报审批")


class AskSupplementForm(VerbForm):
    verb, name, done = "ask_supplement", _("要求补正"), _("已要求补正\n一次告知，企业 10 个工作日内补齐。")
    reason = prose(_("缺什么，怎么补"), rows=3, max_length=500, help_text=_("一次说全，企业照着补"))


class ReviewForm(VerbForm):
    verb, name, done = "give_review", _("提审查意见"), _("意见已提交")
    department = forms.ModelChoiceField(label=_("代表"), queryset=Department.objects.none(), empty_label=None)
    says = choice(_("意见"), ClaimReview.Says.choices)
    amount = yuan(_("建议金额(元)"), min_value=0, required=False)
    opinion = prose(_("说明"), rows=3, max_length=500, required=False)

    def shape(self) -> None:
        owing = [review.department_id for review in capacity.own_reviews(self.claim, self.user)]
        field = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=owing)  # type: ignore[attr-defined]
        field.label_from_instance = lambda department: department.short_name  # type: ignore[attr-defined]
        if len(field.queryset) == 1:  # type: ignore[attr-defined]
            self.initial["department"] = field.queryset[0]  # type: ignore[attr-defined]
            field.widget = field.hidden_widget()  # type: ignore[attr-defined]
        self.fields["amount"].help_text = gettext("核减时写；申报 %(amount)s") % {
            "amount": money(self.claim.asked_amount)
        }


class ApproveForm(VerbForm):
    verb, name, done = "approve", _("批准"), _("已批准")
    amount = yuan(_("核定金额(元)"), min_value=0)
    reason = prose(_("理由"), rows=2, max_length=500, required=False, help_text=_("和算得的金额不一样时写"))

    def shape(self) -> None:
        amount = flow.proposed(self.claim)
        whole = amount is not None and amount == int(amount)
        self.initial.setdefault("amount", int(amount) if amount is not None and whole else amount)

    def act(self) -> str:
        days = self.claim.round.clause.publicity_days
        return gettext("批准，接着公示") if days else gettext("批准，接着兑付")


class SendBackForm(VerbForm):
    verb, name, done = "send_back", _("退回重审"), _("已退回")
    reason = prose(_("为什么退回"), rows=2, max_length=500)


class RejectForm(VerbForm):
    verb, name, done = "reject", _("不予通过"), _("已告知企业不予通过")
    sub = _("理由写进不予通过通知书，企业看得到。")
    reason = prose(_("理由"), rows=3, max_length=500)


class PublishForm(VerbForm):
    verb, name, done = "publish", pgettext_lazy("动作", "公示"), _("公示已发布")

    def act(self) -> str:
        return gettext("公示 %(n)s 个工作日") % {"n": self.claim.round.clause.publicity_days}

    def call(self) -> Any:
        return flow.publish([self.claim], by=self.user)


class DecideObjectionForm(VerbForm):
    verb, name, done = "decide_objection", _("处理异议"), _("异议已处理")
    objection = forms.ModelChoiceField(label=_("哪一条异议"), queryset=None, empty_label=None)
    upheld = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("no", _("不成立，继续")), ("yes", _("成立，不予通过"))],
        coerce=lambda typed: typed == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    answer = prose(_("处理意见"), rows=3, max_length=500, help_text=_("核实了什么，依据是什么"))

    def shape(self) -> None:
        field = self.fields["objection"]
        field.queryset = self.claim.objections.visible_to(self.user).open()  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: one.text[:60]  # type: ignore[attr-defined]
        if len(field.queryset) == 1:  # type: ignore[attr-defined]
            self.initial["objection"] = field.queryset[0]  # type: ignore[attr-defined]
            field.widget = field.hidden_widget()  # type: ignore[attr-defined]

    def call(self) -> Any:
        data = dict(self.cleaned_data)
        return flow.decide_objection(data.pop("objection"), by=self.user, **data)


class PayForm(VerbForm):
    verb, name, done = "pay", _("登记兑付"), _("兑付已登记\n企业会收到通知，请它确认收款。")
    paid_on = forms.DateField(label=_("兑付日期"), widget=DAY, validators=THIS_CENTURY)
    voucher = forms.CharField(label=_("凭证号"), max_length=40)

    def shape(self) -> None:
        self.initial.setdefault("paid_on", local_day(clock.now()))

    def act(self) -> str:
        return gettext("登记兑付 %(amount)s") % {"amount": money(self.claim.amount)}


class ConfirmReceiptForm(VerbForm):
    verb, name, done = "confirm_receipt", _("确认收款"), _("已确认收款\n请给这次办理打个分。")

    def act(self) -> str:
        return gettext("钱已收到")


class RateForm(VerbForm):
    verb, name, done = "rate", pgettext_lazy("动作", "评价"), _("已评价\n谢谢。")
    stars = forms.TypedChoiceField(label=_("满意吗"), choices=SCORES, coerce=int, widget=forms.RadioSelect)
    comment = prose(_("再说几句"), rows=2, max_length=300, required=False)


FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        ConfirmForm,
        DeclineForm,
        SupplementForm,
        AcceptForm,
        AskSupplementForm,
        ReviewForm,
        ApproveForm,
        PublishForm,
        DecideObjectionForm,
        PayForm,
        ConfirmReceiptForm,
        RateForm,
        SendBackForm,
        RejectForm,
        WithdrawForm,
    )
}
AT_ONCE = ("accept", "publish", "confirm_receipt")  # nothing to fill in: the button does it


# Rounds and objections ----------------------------------------------------------------------------------------------


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


class ClauseChoice(forms.ModelChoiceField):
    def label_from_instance(self, clause: Any) -> str:
        return f"{clause.version.title} {clause.title}"


class RoundForm(forms.Form):
    """A new round of a clause in force; the last day of the window is still in it."""

    clause = ClauseChoice(label=_("条款"), queryset=ClauseVersion.objects.none(), empty_label=_("请选择"))
    title = forms.CharField(label=_("申报批次"), max_length=60, help_text=_("如“2026 年第一批”"))
    opens_on = forms.DateField(label=_("开始日期"), widget=DAY, validators=THIS_CENTURY)
    closes_on = forms.DateField(
        label=_("截止日期"),
        widget=DAY,
        required=False,
        validators=THIS_CENTURY,
        help_text=_("当天仍可申报，不填就是常年受理"),
    )
    order = choice(_("名额怎么分"), Round.Order.choices, initial=Round.Order.BY_MERIT)
    quota = CountField(label=_("名额"), min_value=1, max_value=100_000, required=False, help_text=_("不填就是不限名额"))
    budget = yuan(_("预算(元)"), min_value=1, required=False, help_text=_("按元填写，不填就是不限总额"))

    def __init__(self, *args: Any, clauses: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]
        self.initial.setdefault("opens_on", local_day(clock.now()))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", gettext("截止日期不能早于开始日期。"))
        return data

    def given(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        opens, closes = data.pop("opens_on"), data.pop("closes_on")
        data.pop("clause")
        closes_at = midnight(closes + timedelta(days=1)) if closes else None
        return data | {"opens_at": midnight(opens), "closes_at": closes_at}


class CloseRoundForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=300)


class ObjectionForm(forms.Form):
    """公示异议: by whoever reads the notice; name and telephone are seen by the department alone."""

    claim = forms.ModelChoiceField(
        label=_("对哪一家"), queryset=Claim.objects.none(), to_field_name="number", empty_label=_("请选择")
    )
    text = prose(_("异议和依据"), rows=5, max_length=1000)
    name = forms.CharField(label=_("您的姓名"), max_length=40)
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        validators=[RegexValidator(r"^[+0-9][0-9 ()-]{5,30}$", _("请写能联系到您的电话。"))],
    )

    def __init__(self, *args: Any, claims: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        field = self.fields["claim"]
        field.queryset = claims  # type: ignore[attr-defined]
        field.label_from_instance = lambda claim: claim.enterprise.name  # type: ignore[attr-defined]
