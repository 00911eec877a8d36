"""问政策: asking, what was answered before, and the work list of whoever keeps the policy (POL-9, POL-11)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people.doors import only_for
from portal.people.models import Department
from portal.people.rights import HEADS
from portal.people.roles import Role
from portal.people.trying import attempt, tried
from requests import anonymity
from requests.forms.filing import contact_of, filable_firms

from ..models import Policy, PolicyAnswer, PolicyQuestion
from ..models.policies import OVERSEE_POLICIES, kept_by
from . import flow
from .forms import AnswerForm, AskForm
from .of_policy import alike, answered_in, asked_in

PAGE = 20
WORKS = (Role.POLICY_OFFICER, *HEADS)
READS = (*WORKS, *OVERSEE_POLICIES)


# Everybody ---------------------------------------------------------------------------------------------------------


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """政策问答: all that is published, `?q=` what is found."""
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    found = PolicyAnswer.objects.published().filter(policy__current__isnull=False).search(query)
    rows = found.select_related("policy__current", "clause").order_by("-published_at", "-pk")
    context = {"q": query, "page": Paginator(rows, PAGE).get_page(request.GET.get("page"))}
    return render(request, "questions/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """问一问这条政策. Strangers learn how to ask; what was answered before is offered before anything is sent."""
    policy = get_object_or_404(Policy.objects.public().select_related("current", "department"), code=code)
    firms = filable_firms(request.user) if request.user.is_authenticated else None
    if firms is None or not firms.exists():
        return render(request, "questions/how.html", {"policy": policy, "centre": _centre()})
    typed = request.POST if request.method == "POST" else None
    form = AskForm(typed, policy=policy, user=request.user, initial=_initial(request, firms))
    offered: list[PolicyAnswer] = []
    if request.method == "POST" and form.is_valid():
        offered = [] if "sure" in request.POST else alike(form.cleaned_data["text"], policy)
        if not offered:
            ticket = tried(form, flow.ask, policy, by=request.user, **form.cleaned_data)
            if ticket is not None:
                messages.success(
                    request, _("已提交，编号 %(number)s\n答复会在这件诉求里。") % {"number": ticket.number}
                )
                return redirect("requests:ticket", ticket.number)
    context = {"policy": policy, "form": form, "offered": offered, "several": firms.count() > 1}
    return render(request, "questions/ask.html", context, status=422 if form.errors else 200)


def _centre() -> Department | None:
    return Department.objects.filter(kind=Department.Kind.CENTRE, active=True).first()


def _initial(request: HttpRequest, firms: Any) -> dict[str, Any]:
    firm = firms.filter(uscc=request.GET.get("firm", "").replace("\0", "")).first() or firms[0]
    person = contact_of(firm, request.user)
    known = {"contact_name": person.name, "contact_phone": person.mobile or person.phone} if person else {}
    return {"key": uuid.uuid4(), "firm": firm.uscc, "clause": request.GET.get("clause", ""), **known}


# Who keeps the policy ----------------------------------------------------------------------------------------------


@require_safe
@only_for(*READS)
def work(request: HttpRequest) -> HttpResponse:
    """可以并入解读的答复: closed questions about policies of one's department that nobody has taken over yet."""
    waiting = PolicyQuestion.objects.visible_to(request.user).waiting()
    rows = waiting.select_related("policy__current", "clause__current", "ticket__enterprise")
    page = Paginator(rows.order_by("-ticket__closed_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    kept = kept_by(request.user)
    drafts = PolicyAnswer.objects.visible_to(request.user).filter(status=PolicyAnswer.Status.DRAFT)
    context = {
        "page": page,
        "rows": [
            {"question": one, "asked": asked_in(one.ticket), "writes": one.policy.department_id in kept} for one in page
        ],
        "drafts": drafts.filter(policy__department__in=kept).select_related("policy__current")[:PAGE],
    }
    return render(request, "questions/work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*READS)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The question and its answer as a draft without names; the ticket itself is not opened for it."""
    rows = PolicyQuestion.objects.visible_to(request.user).filter(set_aside_at=None)
    question = get_object_or_404(rows.select_related("policy__current", "clause__current", "ticket"), pk=pk)
    _must_write(request, question.policy)
    if made := PolicyAnswer.objects.filter(ticket=question.ticket_id).first():
        return redirect("questions:edit", made.pk)  # sent twice, or somebody else was first
    asked, answered = asked_in(question.ticket), answered_in(question.ticket)
    initial = {"question": asked[:300], "answer": answered[:2000]}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {"question_text": data["question"], "answer_text": data["answer"]}
        made = tried(form, flow.write, question, by=request.user, **said)
        if made is not None:
            return _saved(request, made)
    context = {"form": form, "question": question, "policy": question.policy, "asked": asked, "answered": answered}
    return render(request, "questions/answer_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*READS)
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A question that is often asked, without a ticket behind it."""
    policy = get_object_or_404(Policy.objects.public().select_related("current"), code=code)
    _must_write(request, policy)
    form = AnswerForm(request.POST if request.method == "POST" else None, policy=policy)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {"question_text": data["question"], "answer_text": data["answer"], "clause": data["clause"]}
        made = tried(form, flow.add, policy, by=request.user, **said)
        if made is not None:
            return _saved(request, made)
    context = {"form": form, "policy": policy}
    return render(request, "questions/answer_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*READS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer: its draft to be changed and published, what is published to be taken down."""
    answer = _answer(request, pk)
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"question": answer.question, "answer": answer.answer},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {"question_text": data["question"], "answer_text": data["answer"]}
        if tried(form, flow.edit, answer, by=request.user, **said) is not None:
            return _saved(request, answer)
    context = {
        "form": form,
        "answer": answer,
        "policy": answer.policy,
        "doubts": anonymity.doubts(answer.question, answer.answer),
    }
    return render(request, "questions/answer_form.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, answer: PolicyAnswer) -> HttpResponse:
    """`publish` is the other button of the form."""
    if "publish" in request.POST:
        if attempt(request, _("已公开\n政策页面的“问答”里能看到。"), flow.publish, answer, by=request.user):
            return redirect(answer.policy.get_absolute_url())
    else:
        messages.success(request, _("草稿已保存"))
    return redirect("questions:edit", answer.pk)


@require_POST
@only_for(*READS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    answer = _answer(request, pk)
    attempt(request, _("已撤下\n改好后可以再公开。"), flow.withdraw, answer, by=request.user)
    return redirect("questions:edit", answer.pk)


@require_POST
@only_for(*READS)
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """不并入."""
    question = get_object_or_404(PolicyQuestion.objects.visible_to(request.user).waiting(), pk=pk)
    _must_write(request, question.policy)
    attempt(request, _("已移出清单，这件的答复不并入解读。"), flow.set_aside, question, by=request.user)
    return redirect("questions:work")


def _answer(request: HttpRequest, pk: int) -> PolicyAnswer:
    rows = PolicyAnswer.objects.visible_to(request.user).select_related("policy__current", "clause", "ticket")
    answer = get_object_or_404(rows, pk=pk)
    _must_write(request, answer.policy)
    return answer


def _must_write(request: HttpRequest, policy: Policy) -> None:
    """404 for who reads the list and writes for no department of it (SEC-1)."""
    if flow.grant_for(policy, request.user) is None:
        raise Http404
