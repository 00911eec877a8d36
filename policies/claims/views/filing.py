"""Claiming (POL-5): one page, prefilled from the data, for whoever acts for the firm; sent twice is one claim."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enterprises.attributes import declaring
from enterprises.criteria.words import explained
from enterprises.models import Enterprise
from policies.claims import flow, stages
from policies.claims.claim_form import ClaimForm
from policies.claims.words import money
from policies.matching import receipts
from policies.models import Claim, Round
from portal import files
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.forms.filing import own_firms
from requests.views.mine import without_firm

OVER = (stages.REJECTED, stages.WITHDRAWN, stages.LAPSED)  # after these one may claim again


def firm_of(request: HttpRequest) -> Enterprise | None:
    """The firm named in the address (404 for a foreign one), else the one the person looks at, else his first."""
    own = list(own_firms(request.user))
    if code := request.GET.get("firm"):
        named = next((firm for firm in own if firm.uscc == code), None)
        if named is None:
            raise Http404
        return named
    return next((firm for firm in own if firm.pk == request.session.get("firm")), own[0] if own else None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a claim in a round; posting with `reckon` only computes the amount anew."""
    firm = firm_of(request)
    if firm is None:
        return without_firm(request)
    shown = Round.objects.visible_to(request.user).select_related(
        "clause__version__policy", "clause__clause", "department"
    )
    round = get_object_or_404(shown, pk=pk)
    made = Claim.objects.filter(round=round, enterprise=firm).exclude(status__in=OVER).first()
    if made is not None:
        return _there_already(request, made)
    if request.method == "POST":
        return _sent(request, round, firm)
    receipts.read(request.user, [firm.pk], [round.clause_id, round.clause.clause.current_id])
    form = form_for(request, round, firm, initial={"key": uuid.uuid4()})
    return _page(request, form)


def _there_already(request: HttpRequest, made: Claim) -> HttpResponse:
    """What was sent twice is no error; who comes again is told that there is one."""
    if request.POST.get("key") != str(made.key):
        messages.info(request, _("这一批已经申报，编号 %(number)s") % {"number": made.number})
    return redirect("claims:claim", made.number)


def form_for(request: HttpRequest, round: Round, firm: Enterprise, *args: Any, **kwargs: Any) -> ClaimForm:
    """The form for what is known now, with the amount for what was typed so far."""
    foreseen = flow.foreseen(round, firm)
    named = {"round": round, "firm": firm, "user": request.user}
    form = ClaimForm(*args, foreseen=foreseen, **named, **kwargs)
    if answers := form.answers():
        form.foreseen = flow.foreseen(round, firm, answers=answers)
    return form


def _sent(request: HttpRequest, round: Round, firm: Enterprise) -> HttpResponse:
    form = form_for(request, round, firm, request.POST, request.FILES)
    if "reckon" in request.POST:
        form.full_clean()
        for name in [name for name in form.errors if not _is_typed_number(request, name)]:
            del form.errors[name]  # nothing is sent yet: only the amount is asked for
        return _page(request, form, status=422 if form.errors else 200)
    claim = _submit(request, form) if form.is_valid() else None
    if claim is None:
        return _page(request, form, status=422)
    said = (
        _("已列入候补，有名额时按顺序转正")
        if claim.status == stages.WAITING
        else _("部门 5 个工作日内受理，每一步都会告诉您。")
    )
    messages.success(request, _("申报已提交，编号 %(number)s\n%(then)s") % {"number": claim.number, "then": said})
    return redirect("claims:claim", claim.number)


def _is_typed_number(request: HttpRequest, name: str) -> bool:
    """Whether something was typed that the amount may rest on."""
    return name.startswith(("answer_", "declare_")) and bool(request.POST.get(name, "").strip())


def _submit(request: HttpRequest, form: ClaimForm) -> Claim | None:
    """Declares what was unknown, then claims: both or nothing. None, with the sentence in the form, where refused."""
    data = form.cleaned_data
    try:
        with transaction.atomic():
            declare(form, request)
            return flow.submit(
                form.round,
                form.firm,
                by=request.user,
                key=data["key"],
                account=form.account(),
                contact_name=data["contact_name"],
                contact_phone=data["contact_phone"],
                answers=form.answers(),
                statement=data["statement"],
                files=form.stored(),
            )
    except (Refused, files.Refused) as refused:
        form.add_error(_field(form, getattr(refused, "field", None)), str(getattr(refused, "sentence", refused)))
        return None


def _field(form: ClaimForm, named: str | None) -> str | None:
    """Where the form says what a verb refuses."""
    wanted = [named, f"answer_{named}", f"declare_{named}"] if named else []
    return next((name for name in wanted if name in form.fields), None)


def declare(form: ClaimForm, request: HttpRequest) -> None:
    """The firm's own word for what no line has said (POL-2)."""
    if said := form.declared():
        declaring.declare(form.firm, said, by=request.user)


def _page(request: HttpRequest, form: ClaimForm, status: int = 200) -> HttpResponse:
    now, foreseen = clock.now(), form.foreseen
    finding = foreseen.finding
    lines = explained(finding, (), day=local_day(now)) if finding is not None else ()
    context = {
        "now": now,
        "form": form,
        "round": form.round,
        "firm": form.firm,
        "foreseen": foreseen,
        "amount": money(foreseen.amount),
        "lines": [(depth, one.outcome, words) for depth, one, words in lines],
        "declares": [form[f"declare_{attribute.code}"] for attribute in form.declares],
        "asks": [form[f"answer_{question.code}"] for question in form.questions],
        "materials": form.materials(),
        "most": settings.FILES_PER_SUBJECT,
        "most_mb": settings.FILE_MAX_BYTES // 1024 // 1024,
    }
    return render(request, "claims/new.html", context, status=status)
