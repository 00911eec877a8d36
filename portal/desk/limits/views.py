"""SLA tables and ladders: what holds, a new version, which table for what, who is told when. Administrators only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.deadlines import flow, following, revising
from portal.deadlines.following import Preview
from portal.deadlines.models import Deadline, LadderRung, SlaChoice, SlaRule, SlaTable
from portal.deadlines.obligations import Obligation, ObligorKind
from portal.deadlines.revising import Refused
from portal.desk.calendar.views import AT_ONCE, administrators, confirm_page, is_sent, sent_of
from portal.desk.limits.forms import ChoiceForm, NewRuleForm, RuleForm, StepForms, initial_of
from portal.desk.limits.words import (
    SAYS,
    case_words,
    changes,
    hastened_words,
    limit_words,
    obligation_words,
    rule_words,
    told_words,
    when_words,
)
from portal.trail.aside import ABOVE
from portal.trail.models import Event
from portal.worktime import clock, words
from requests.models import Category
from requests.models.ticket import DIVISOR, Urgency

STORY = 10  # changes shown


# Tables --------------------------------------------------------------------------------------------------------------


@administrators
@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """One table at a time, each rule as it holds today and what comes after it."""
    all_tables = list(SlaTable.objects.order_by("-is_default", "code"))
    shown = next((table for table in all_tables if table.code == request.GET.get("table")), all_tables[0])
    today = words.local_day(clock.now())
    events = Event.objects.filter(kind__in=SAYS).select_related("actor").order_by("-at", "-id")[:STORY]
    categories = _categories()
    context = {
        "tables": all_tables,
        "table": shown,
        "usual": _usual(today) or next(table for table in all_tables if table.is_default),
        "rules": [_told(rules, today) for rules in _cases(shown.rules.order_by("valid_from"))],
        "choices": [_chosen(choice, today, categories) for choice in _choices(today)],
        "changes": changes(list(events), categories),
    }
    return render(request, "limits/tables.html", context)


def _cases(rules: Iterable[SlaRule]) -> list[list[SlaRule]]:
    """The versions of each case, the oldest first; cases in the order of the handbook."""
    found: dict[tuple[str, str, str], list[SlaRule]] = {}
    for rule in rules:
        found.setdefault((rule.obligation, rule.kind, rule.complexity), []).append(rule)
    order = {code: place for place, code in enumerate(Obligation.values)}
    return [found[case] for case in sorted(found, key=lambda case: (order.get(case[0], 99), case[1:]))]


def _told(versions: Sequence[SlaRule], today: date) -> dict[str, Any]:
    holding = [rule for rule in versions if rule.valid_from <= today]
    rule = holding[-1] if holding else versions[0]
    return {
        "rule": rule,
        "what": obligation_words(rule.obligation),
        "case": case_words(rule.kind, rule.complexity),
        "limit": limit_words(rule.limit_kind, rule.amount),
        "urgent": hastened_words(rule, DIVISOR[Urgency.URGENT]),
        "critical": hastened_words(rule, DIVISOR[Urgency.CRITICAL]),
        "holds": bool(holding),
        "coming": [
            {"rule": later, "limit": limit_words(later.limit_kind, later.amount)}
            for later in versions
            if later.valid_from > today
        ],
        "changeable": bool(revising.kinds_of(rule.obligation)),
    }


def _usual(today: date) -> SlaTable | None:
    """The table that was chosen for everything; None while it is the complete one."""
    of_all = SlaChoice.objects.filter(category="", complexity="", valid_from__lte=today).order_by("-valid_from")
    choice = of_all.select_related("table").first()
    return choice.table if choice else None


def _choices(today: date) -> list[SlaChoice]:
    """What holds now for each case, and what is to come; former ones are in the trail."""
    found: dict[tuple[str, str], SlaChoice] = {}
    coming = []
    for choice in SlaChoice.objects.select_related("table").order_by("valid_from"):
        if choice.valid_from > today:
            coming.append(choice)
        else:
            found[choice.category, choice.complexity] = choice
    return [*found.values(), *coming]


def _chosen(choice: SlaChoice, today: date, categories: Mapping[str, str]) -> dict[str, Any]:
    return {"choice": choice, "case": _case(choice, categories), "coming": choice.valid_from > today}


def _case(choice: SlaChoice, categories: Mapping[str, str]) -> str:
    return case_words(categories.get(choice.category, choice.category), choice.complexity)


def _categories() -> dict[str, str]:
    return {category.code: str(category) for category in Category.objects.all()}  # in the reader's language


# A rule --------------------------------------------------------------------------------------------------------------


def _table(rule: SlaRule) -> str:
    return f"{reverse('limits:tables')}?table={rule.table.code}"


@administrators
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version in two steps; the second says what it would move if running clocks were given it."""
    present = get_object_or_404(SlaRule.objects.select_related("table"), pk=pk)
    tomorrow = words.local_day(clock.now()) + timedelta(days=1)
    initial = initial_of(present) | {"valid_from": tomorrow}
    form = RuleForm(request.POST or None, obligation=present.obligation, initial=initial)
    heading = rule_words(present)
    if is_sent(request) and form.is_valid():
        try:
            if "confirmed" in request.POST:
                made = revising.revise_rule(present, by=request.user, **form.cleaned_data)
                messages.success(request, _("已定，%(day)s起用") % {"day": words.day(made.valid_from)})
                return redirect(_table(made))
            version = revising.new_version(present, at=clock.now(), **form.cleaned_data)
            return _preview(request, version, heading)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    context = {
        "form": form,
        "heading": heading,
        "rule": present,
        "limit": limit_words(present.limit_kind, present.amount),
        "versions": [
            {"rule": version, "limit": limit_words(version.limit_kind, version.amount)}
            for version in SlaRule.objects.filter(
                table=present.table, obligation=present.obligation, kind=present.kind, complexity=present.complexity
            ).order_by("-valid_from")
        ],
        "today": words.local_day(clock.now()),
        "changeable": bool(revising.kinds_of(present.obligation)),
        "back": _table(present),
    }
    return render(request, "limits/rule.html", context, status=422 if form.errors else 200)


def _preview(request: HttpRequest, version: SlaRule, heading: str) -> HttpResponse:
    seen = following.preview(version.obligation, at=clock.now(), rule=version)
    limit = limit_words(version.limit_kind, version.amount)
    return confirm_page(
        request,
        seen,
        sent_of(request),
        heading=_("%(what)s：%(limit)s") % {"what": heading, "limit": limit},
        act=_("%(day)s起用新时限") % {"day": words.day(version.valid_from)},
        back=request.path,
        note=_would_move(seen),
    )


def _would_move(seen: Preview) -> str:
    """What the list below is; nothing where no list follows."""
    return _("在走的不变：下面是按新时限重算会变的，重算要另外做，单独留痕。") if seen.moving else ""


@administrators
def add(request: HttpRequest, code: str) -> HttpResponse:
    """A rule for a case of which the table says nothing, in two steps like a new version."""
    table = get_object_or_404(SlaTable, code=code)
    form = NewRuleForm(request.POST or None, initial={"valid_from": words.local_day(clock.now()) + timedelta(days=1)})
    if is_sent(request) and form.is_valid():
        try:
            if "confirmed" in request.POST:
                made = revising.add_rule(table, by=request.user, **form.cleaned_data)
                messages.success(request, _("已加，%(day)s起用") % {"day": words.day(made.valid_from)})
                return redirect(_table(made))
            rule = revising.new_rule(table, at=clock.now(), **form.cleaned_data)
            return _preview(request, rule, _("%(what)s（%(table)s）") % {"what": rule_words(rule), "table": table.name})
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    return _ask(
        request,
        form,
        heading=_("%(table)s：加一条") % {"table": table.name},
        sub=_("只写和别的不一样的；没有写的用默认表。在走的不变。"),
        back=f"{reverse('limits:tables')}?table={table.code}",
    )


def _ask(request: HttpRequest, form: forms.Form, *, heading: str, back: str, sub: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "sub": sub, "act": _("先看会变什么"), "back": back, "notes": ()}
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


@administrators
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(SlaRule.objects.select_related("table"), pk=pk)
    try:
        revising.withdraw_rule(version, by=request.user)
        messages.success(request, _("已撤销"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_table(version))


@administrators
def apply(request: HttpRequest, obligation: str) -> HttpResponse:
    """Running clocks are given the rules of today: first which ones, then on purpose."""
    get_object_or_404(SlaRule.objects.filter(obligation=obligation)[:1])
    heading = _("在走的“%(what)s”按现行时限重算") % {"what": obligation_words(obligation)}
    if request.method == "POST":
        try:
            asked = revising.apply_rules(obligation, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("limits:tables")
        following.carry_on(AT_ONCE)
        return redirect("calendar:following", asked.pk)
    return confirm_page(
        request,
        following.preview(obligation, at=clock.now()),
        {},
        heading=heading,
        act=_("重算"),
        back=reverse("limits:tables"),
        note=_("到期时间变了的，提醒从头走一遍，经办的人在工单上看得到；已经延期的、指定日期的不动。"),
    )


# Choices -------------------------------------------------------------------------------------------------------------


@administrators
def choose(request: HttpRequest) -> HttpResponse:
    """Another table for some matters or, with everything left at “all”, for all of them; what it would move first."""
    form = ChoiceForm(request.POST or None, initial={"valid_from": words.local_day(clock.now()) + timedelta(days=1)})
    if is_sent(request) and form.is_valid():
        try:
            if "confirmed" in request.POST:
                made = revising.choose_table(by=request.user, **form.cleaned_data)
                messages.success(request, _("已定，%(day)s起用") % {"day": words.day(made.valid_from)})
                return redirect("limits:tables")
            return _preview_choice(request, revising.new_choice(at=clock.now(), **form.cleaned_data))
        except Refused as refused:
            form.add_error(refused.field, str(refused))
    return _ask(
        request,
        form,
        heading=_("哪些诉求用哪张表"),
        sub=_("先看类别，再看复杂程度；两样都选“所有”，就是换默认表。在走的不变。"),
        back=reverse("limits:tables"),
    )


def _preview_choice(request: HttpRequest, choice: SlaChoice) -> HttpResponse:
    said = {"case": _case(choice, _categories()), "table": choice.table.name}
    of_all = not choice.category and not choice.complexity
    seen = following.preview("", at=clock.now(), choice=choice)
    return confirm_page(
        request,
        seen,
        sent_of(request),
        heading=(_("所有诉求用“%(table)s”") if of_all else _("%(case)s诉求用“%(table)s”")) % said,
        act=_("%(day)s起用这张表") % {"day": words.day(choice.valid_from)},
        back=request.path,
        note=_would_move(seen),
    )


@administrators
@require_POST
def unchoose(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        revising.withdraw_choice(get_object_or_404(SlaChoice.objects.select_related("table"), pk=pk), by=request.user)
        messages.success(request, _("已撤销"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("limits:tables")


# Ladders -------------------------------------------------------------------------------------------------------------


@administrators
@require_safe
def ladders(request: HttpRequest) -> HttpResponse:
    rungs = list(LadderRung.objects.order_by("number"))
    shown = [
        {
            "kind": kind,
            "rungs": [
                {"when": when_words(rung.anchor, rung.working_days), "told": told_words(rung.tells), "n": rung.number}
                for rung in rungs
                if rung.obligor_kind == kind
            ],
        }
        for kind in ObligorKind
    ]
    events = Event.objects.filter(kind="ladder.revised").select_related("actor").order_by("-at", "-id")[:STORY]
    return render(request, "limits/ladders.html", {"ladders": shown, "changes": changes(list(events), {})})


@administrators
def ladder(request: HttpRequest, kind: str) -> HttpResponse:
    """All rungs of one ladder at once; open deadlines follow, and what has fired does not fire again."""
    owed = get_object_or_404(LadderRung.objects.filter(obligor_kind=kind)[:1]).obligor_kind
    rungs = LadderRung.objects.filter(obligor_kind=owed).order_by("number")
    initial = [
        {"key": r.pk, "anchor": r.anchor, "working_days": r.working_days or None, "tells": r.tells} for r in rungs
    ]
    formset = StepForms(request.POST or None, initial=initial, form_kwargs={"obligor_kind": owed}, prefix="step")
    refusal = ""
    if request.method == "POST" and formset.is_valid():
        steps = [form.step for form in formset if form.step]
        try:
            return _revised(request, revising.revise_ladder(owed, steps, by=request.user))
        except Refused as refused:
            refusal = str(refused)
    context = {
        "formset": formset,
        "kind": ObligorKind(owed),
        "refusal": refusal,
        "running": sum(_climbing(Model, owed) for Model in flow.concrete()),
    }
    return render(request, "limits/ladder.html", context, status=422 if request.method == "POST" else 200)


def _revised(request: HttpRequest, asked: Any) -> HttpResponse:
    if asked is None:
        messages.success(request, _("和现行的一样，没有改动"))
        return redirect("limits:ladders")
    following.carry_on(AT_ONCE)
    return redirect("calendar:following", asked.pk)


def _climbing(Model: type[Deadline], owed: str) -> int:
    """How many clocks would follow, without what is kept aside: of that there is, no administrator learns (SEC-1)."""
    return Model.objects.open().filter(obligor_kind=owed, pk__lt=ABOVE).count()
