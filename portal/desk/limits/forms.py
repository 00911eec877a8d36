"""Forms of the pages on SLA tables and ladders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.deadlines.models import LadderRung, RuleKind, SlaRule, SlaTable
from portal.deadlines.obligations import Obligation
from portal.deadlines.revising import LATEST_STEP, MOST_STEPS, NO_AMOUNT, TELLS, Step, kinds_of
from portal.desk.calendar.forms import DAY
from portal.desk.limits.words import TOLD
from requests.models import Category
from requests.models.ticket import Complexity, Kind

WHOLE = gettext_lazy("请写 1 到 10000 的整数。")


class RuleForm(forms.Form):
    """A new version of a rule."""

    limit_kind = forms.ChoiceField(label=gettext_lazy("怎么数"))
    amount = forms.IntegerField(
        label=gettext_lazy("数值"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("由部门定日期的不填"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), WHOLE),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("从哪天起"), widget=DAY, help_text=gettext_lazy("这一天以后开始的时限用新的，在走的不变")
    )
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)

    def __init__(self, *args: Any, obligation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kinds_of(obligation)
        self.fields["limit_kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if RuleKind.BY_DATE not in kinds:
            self.fields["amount"].help_text = ""
            self.fields["amount"].required = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        counted = given.get("limit_kind") not in (None, *NO_AMOUNT)
        if counted and given.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", WHOLE)
        return given


class NewRuleForm(RuleForm):
    """A rule for a case of which the table says nothing yet."""

    obligation = forms.ChoiceField(label=gettext_lazy("事项"))
    kind = forms.ChoiceField(label=gettext_lazy("诉求类型"), required=False)
    complexity = forms.ChoiceField(label=gettext_lazy("复杂程度"), required=False)
    field_order = ["obligation", "kind", "complexity", "limit_kind", "amount", "valid_from", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, obligation="handle", **kwargs)
        fields: dict[str, Any] = self.fields
        fields["obligation"].choices = [(o.value, o.label) for o in Obligation if len(kinds_of(o)) > 1]
        fields["obligation"].initial = Obligation.HANDLE.value
        fields["kind"].choices = [("", _("所有")), *Kind.choices]
        fields["complexity"].choices = [("", _("所有")), *Complexity.choices]


class ChoiceForm(forms.Form):
    table = forms.ModelChoiceField(label=gettext_lazy("用哪张表"), queryset=SlaTable.objects.none(), empty_label=None)
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    complexity = forms.ChoiceField(label=gettext_lazy("复杂程度"), required=False)
    valid_from = forms.DateField(label=gettext_lazy("从哪天起"), widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["table"].queryset = SlaTable.objects.all()
        fields["category"].choices = [
            ("", _("所有")),
            *((c.code, str(c)) for c in Category.objects.filter(active=True)),
        ]
        fields["complexity"].choices = [("", _("所有")), *Complexity.choices]


class StepForm(forms.Form):
    """One rung of a ladder; an empty one is left out."""

    key = forms.IntegerField(required=False, widget=forms.HiddenInput)
    anchor = forms.ChoiceField(
        label=gettext_lazy("什么时候"),
        choices=[("", gettext_lazy("不用这一级")), *LadderRung.Anchor.choices],
        required=False,
    )
    working_days = forms.IntegerField(
        label=gettext_lazy("超期工作日"),
        min_value=0,
        max_value=LATEST_STEP,
        required=False,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), gettext_lazy("请写整数，不能是负数，也不能太大。")
        ),
    )
    tells = forms.MultipleChoiceField(label=gettext_lazy("提醒谁"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, obligor_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tells"].choices = [(code, TOLD[code]) for code in TELLS[obligor_kind]]  # type: ignore[attr-defined,index]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        after = given.get("anchor") == LadderRung.Anchor.AFTER
        if after and "working_days" not in self.errors and not given.get("working_days"):
            self.add_error("working_days", _("写超期几个工作日。"))
        if given.get("anchor") and not given.get("tells"):
            self.add_error("tells", _("至少选一个。"))
        return given

    @property
    def step(self) -> Step | None:
        given = self.cleaned_data
        if not given.get("anchor"):
            return None
        after = given["anchor"] == LadderRung.Anchor.AFTER
        days = given["working_days"] if after else 0
        told = [code for code, _name in self.fields["tells"].choices if code in given["tells"]]  # type: ignore[attr-defined]
        return Step(given["anchor"], days, tuple(told), given.get("key"))


class Steps(forms.BaseFormSet):  # type: ignore[type-arg]
    row_error = gettext_lazy("第 %(n)s 级 %(error)s")


StepForms = forms.formset_factory(
    StepForm, Steps, extra=1, max_num=MOST_STEPS, validate_max=True, absolute_max=MOST_STEPS
)


def initial_of(rule: SlaRule) -> dict[str, Any]:
    return {"limit_kind": rule.limit_kind, "amount": rule.amount, "source": rule.source}
