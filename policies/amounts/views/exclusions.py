"""Which clauses exclude each other: read by everybody, kept by the policy officers of their departments (POL-3)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from policies.models import Clause, Exclusion
from policies.models.policies import WRITES_POLICIES
from portal.people.doors import only_for
from portal.people.models import Department
from portal.people.numerals import SumField
from portal.people.rights import rights_of
from portal.people.trying import attempt, tried

from .. import flow
from ..results import rule_words


class ClauseChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, clause: Any) -> str:
        return f"{clause.policy.current.title} · {clause.current.title}"


class ExclusionForm(forms.Form):
    """`cap` in 万元, as people say it."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    rule = forms.ChoiceField(label=gettext_lazy("规则"), choices=Exclusion.Rule.choices, widget=forms.RadioSelect)
    cap = SumField(
        label=gettext_lazy("合计上限（万元）"),
        min_value=Decimal("0.01"),
        max_digits=10,
        decimal_places=6,
        required=False,
    )
    clauses = ClauseChoice(Clause.objects.none(), label=gettext_lazy("条款"))
    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("责任单位"), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Department.objects.filter(pk__in=rights_of(user).departments(WRITES_POLICIES))
        standing = Clause.objects.filter(ended_at=None, current__isnull=False, policy__ended_at=None)
        chosen = standing.select_related("policy__current", "current").order_by("policy__current__title", "number")
        self.fields["clauses"].queryset = chosen  # type: ignore[attr-defined]
        field = self.fields["department"]
        field.queryset = mine  # type: ignore[attr-defined]
        if mine.count() == 1:
            field.widget, field.initial = forms.HiddenInput(), mine.get()


@require_GET
def exclusions(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@only_for(WRITES_POLICIES)
def keep(request: HttpRequest) -> HttpResponse:
    form = ExclusionForm(request.user, request.POST)
    if form.is_valid():
        typed = dict(form.cleaned_data)
        cap, clauses = typed.pop("cap"), typed.pop("clauses")
        typed["cap"] = None if cap is None else cap * 10000
        kept = tried(form, flow.keep_exclusion, clauses, by=request.user, **typed)
        if kept is not None:
            messages.success(request, _("已保存“%(name)s”\n计算和申报随即按它执行") % {"name": kept.name})
            return redirect("calculator:exclusions")
    return _page(request, form, status=422)


@require_POST
@only_for(WRITES_POLICIES)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    mine = rights_of(request.user).departments(WRITES_POLICIES)
    exclusion = get_object_or_404(Exclusion.objects.filter(department__in=mine), pk=pk)
    attempt(request, _("“%(name)s”已停用") % {"name": exclusion.name}, flow.end_exclusion, exclusion, by=request.user)
    return redirect("calculator:exclusions")


def _page(request: HttpRequest, form: ExclusionForm | None = None, status: int = 200) -> HttpResponse:
    shown = Exclusion.objects.filter(ended_at=None).select_related("department")
    found = list(shown.prefetch_related("clauses__policy__current", "clauses__current"))
    mine = rights_of(request.user).departments(WRITES_POLICIES)
    rows = [(one, rule_words(one), one.department_id in mine) for one in found]
    if mine and form is None:
        form = ExclusionForm(request.user)
    context = {"rows": rows, "count": len(rows), "form": form if mine else None}
    return render(request, "calculator/exclusions.html", context, status=status)
