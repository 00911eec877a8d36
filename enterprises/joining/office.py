"""Deciding on requests, and inviting: the clerk's pages, and those of a firm's primary contact."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import files
from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.people.trying import attempt
from portal.trail.entries import read
from portal.worktime import clock

from ..flow import Refused
from ..models import Enterprise, Invitation, JoinProof, JoinRequest, Member
from ..models.joining import ADMITS
from . import flow
from .forms import ApproveForm, InviteForm, RefuseForm

PAGE = 50


@require_safe
@only_for(*ADMITS)
def queue(request: HttpRequest) -> HttpResponse:
    """Those that wait, the oldest first; `?state=done` shows what was decided, the latest first."""
    rows = JoinRequest.objects.visible_to(request.user).select_related("user", "enterprise", "decided_by")
    done = request.GET.get("state") == "done"
    waiting = rows.pending().count()
    shown = rows.exclude(state=JoinRequest.State.PENDING).order_by("-decided_at", "-pk") if done else rows.pending()
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    return render(request, "enterprises/join_queue.html", {"page": page, "done": done, "waiting": waiting})


@require_safe
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, _visible(request, pk))


def _visible(request: HttpRequest, pk: int) -> JoinRequest:
    rows = JoinRequest.objects.visible_to(request.user).select_related("user", "enterprise__place", "decided_by")
    return get_object_or_404(rows, pk=pk)


def show(request: HttpRequest, asked: JoinRequest, **said: Any) -> HttpResponse:
    """The papers beside what is on file about the firm; the number in full for the clerk, who calls (SEC-3)."""
    firm = asked.enterprise or Enterprise.objects.filter(uscc=asked.uscc).first()
    clerk = rights_of(request.user).has(*ADMITS)
    if clerk and request.method == "GET":
        read(asked, by=request.user, what="phone")
    decides = asked.state == asked.State.PENDING and asked.user_id != request.user.pk
    context = {
        "asked": asked,
        "firm": firm,
        "people": Member.objects.current().filter(enterprise=firm).select_related("user") if firm and clerk else [],
        "proofs": asked.proofs.select_related("file"),
        "clerk": clerk,
        "decides": decides,
        "approve": ApproveForm(on_file=firm is not None) if decides else None,
        "refuse": RefuseForm() if decides else None,
    }
    status = 422 if any(form.errors for form in said.values()) else 200
    return render(request, "enterprises/join_request.html", context | said, status=status)


@require_POST
@login_required
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _decidable(request, pk)
    on_file = Enterprise.objects.filter(uscc=asked.uscc).exists()
    form = ApproveForm(request.POST, on_file=on_file)
    if not form.is_valid():
        return show(request, asked, approve=form)
    try:
        member = flow.approve(asked, by=request.user, **form.cleaned_data)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("joining:request", pk)
    said = {"name": asked.user.name, "firm": member.enterprise.called}
    messages.success(request, _("%(name)s 现在可以代表 %(firm)s 办事\n本人已收到通知。") % said)
    return _onward(request)


@require_POST
@login_required
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _decidable(request, pk)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return show(request, asked, refuse=form)
    try:
        flow.refuse(asked, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("joining:request", pk)
    messages.success(request, _("没有通过，已告诉 %(name)s 为什么\n他补好后可以再申请。") % {"name": asked.user.name})
    return _onward(request)


def _decidable(request: HttpRequest, pk: int) -> JoinRequest:
    """404 for what the person may not see and for his own; what somebody else has decided meanwhile he is told."""
    asked = _visible(request, pk)
    if asked.user_id == request.user.pk:
        raise Http404
    return asked


def _onward(request: HttpRequest) -> HttpResponse:
    """On to the next one that waits, the clerk's way to work."""
    if not rights_of(request.user).has(*ADMITS):
        return redirect("enterprises:mine")
    following = JoinRequest.objects.decidable_by(request.user).first()
    return redirect("joining:request", following.pk) if following else redirect("joining:queue")


@require_safe
@login_required
def paper(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """A paper of a request, for whom may see the request (SEC-7)."""
    proof = JoinProof.objects.visible_to(request.user).select_related("file").filter(request=pk, pk=file).first()
    if proof is None:
        raise Http404
    return files.serve(proof.file)


# Inviting ---------------------------------------------------------------------------------------------------------


@login_required
def invite(request: HttpRequest, uscc: str) -> HttpResponse:
    """The form, and the invitations of the firm with what became of them."""
    firm = _led(request, uscc)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            flow.invite(firm, by=request.user, title=form.cleaned_data["title"], **form.cleaned_data["to"])
        except Refused as refused:
            form.add_error("to", str(refused))
        else:
            messages.success(request, _("邀请已发出\n他点开链接接受后，您会收到通知。"))
            return redirect("joining:invite", uscc)
    invitations = firm.invitations.select_related("invited_by", "accepted_by")[:PAGE]
    context = {"firm": firm, "form": form, "invitations": invitations, "now": clock.now()}
    return render(request, "enterprises/join_invite.html", context, status=422 if form.errors else 200)


def _led(request: HttpRequest, uscc: str) -> Enterprise:
    """The firm, if the person may invite for it; else 404."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    if not flow.may_invite(firm, request.user):
        raise Http404
    return firm


@require_POST
@login_required
def revoke(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, enterprise=_led(request, uscc), pk=pk)
    attempt(request, _("邀请已收回，链接不能再用"), flow.revoke, invitation, by=request.user)
    return redirect("joining:invite", uscc)
