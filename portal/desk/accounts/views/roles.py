"""Granting and ending roles, and deputies (AB角), which everybody sets for himself."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.desk.accounts import flow
from portal.desk.accounts.forms import DelegateForm, EndForm, GrantForm
from portal.desk.accounts.views.common import accepted, administrators, ask, done
from portal.desk.accounts.views.users import show_user
from portal.people.models import Delegation, Membership, User
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.people.trying import attempt


@administrators
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST)
    if accepted(form, flow.grant, person, by=request.user):
        return done(
            request, _("已授予“%(role)s”") % {"role": Role(form.cleaned_data["role"]).label}, "accounts:user", pk
        )
    return show_user(request, person, form)


@administrators
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the last day; without one the role ends now."""
    membership = get_object_or_404(Membership.objects.select_related("user", "department"), pk=pk)
    person = membership.user
    form = EndForm(request.POST or None)
    if request.method == "POST" and accepted(form, flow.end, membership, by=request.user):
        return done(request, _("已保存"), "accounts:user", person.pk)
    names = {"name": person.name, "role": membership.get_role_display(), "department": membership.department or ""}
    return ask(
        request,
        form,
        heading=_("结束 %(name)s 的“%(role)s”角色") % names,
        sub=_("到期后的下一次点击就不再有这个角色的权限。在办事项不会自动移交，要先移交。"),
        act=_("结束角色"),
        back=reverse("accounts:user", args=[person.pk]),
        notes=(str(membership.department),) if membership.department else (),
    )


@administrators
@require_POST
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """`on_duty` or `is_liaison` in the form is `1` or `0`."""
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=pk)
    flags = {name: request.POST[name] == "1" for name in ("on_duty", "is_liaison") if name in request.POST}
    attempt(request, _("已保存"), flow.assign_duty, membership, by=request.user, **flags)
    return redirect("accounts:user", membership.user_id)


@login_required
def delegate(request: HttpRequest) -> HttpResponse:
    """An official names his own deputy for a period."""
    if not rights_of(request.user).is_official:
        raise Http404
    form = DelegateForm(request.POST or None, principal=request.user)
    if request.method == "POST" and accepted(form, flow.delegate, request.user, by=request.user):
        names = {"name": form.cleaned_data["deputy"].name}
        return done(request, _("已委托 %(name)s") % names, "accounts:own")
    return ask(
        request,
        form,
        heading=_("设代理人（AB角）"),
        sub=_("这段时间里，代理人以您的角色办事，页面和留痕都写明“代”。"),
        act=_("委托"),
        back=reverse("accounts:own"),
    )


@login_required
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """By the principal or the deputy; to others it does not exist. Administrators come from the person's page."""
    whose = (
        Q() if rights_of(request.user).has(Role.ADMINISTRATOR) else Q(principal=request.user) | Q(deputy=request.user)
    )
    delegations = Delegation.objects.select_related("principal", "deputy")
    delegation = get_object_or_404(delegations.filter(whose), pk=pk)
    mine = request.user.pk in (delegation.principal_id, delegation.deputy_id)
    back = reverse("accounts:own") if mine else reverse("accounts:user", args=[delegation.principal_id])
    form = forms.Form(request.POST or None)
    if request.method == "POST" and accepted(form, flow.end_delegation, delegation, by=request.user):
        return done(request, _("委托已结束"), back)
    names = {"deputy": delegation.deputy.name, "principal": delegation.principal.name}
    return ask(
        request,
        form,
        heading=_("结束 %(deputy)s 代 %(principal)s") % names,
        sub=_("现在结束；代理期间办过的事都保留。"),
        act=_("结束委托"),
        back=back,
    )
