"""Users: the list, one person, making and correcting an account, passwords, leaving."""

from django import forms
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.desk.accounts import flow
from portal.desk.accounts.filters import UserFilter
from portal.desk.accounts.forms import GrantForm, LeaveForm, UserForm
from portal.desk.accounts.views.common import accepted, administrators, ask, done, story_of
from portal.people.models import Delegation, Membership, User
from portal.people.trying import attempt

PAGE = 25


def listed(request: HttpRequest) -> UserFilter:
    """The accounts as filtered, with the roles they hold now."""
    held = Membership.objects.current().select_related("department")
    return UserFilter(request.GET, User.objects.prefetch_related(Prefetch("memberships", held, to_attr="held")))


@administrators
def users(request: HttpRequest) -> HttpResponse:
    found = listed(request)
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/users.html", {"page": page, "filter": found})


@administrators
def user(request: HttpRequest, pk: int) -> HttpResponse:
    return show_user(request, get_object_or_404(User, pk=pk), GrantForm())


def show_user(request: HttpRequest, person: User, form: GrantForm) -> HttpResponse:
    memberships = Membership.objects.filter(user=person).select_related("department")
    unfinished = list(memberships.unfinished())
    context = {
        "person": person,
        "memberships": unfinished,
        "former": memberships.exclude(pk__in=[row.pk for row in unfinished]).order_by("-until"),
        "given": Delegation.objects.filter(principal=person).unfinished().select_related("deputy"),
        "held": Delegation.objects.filter(deputy=person).unfinished().select_related("principal"),
        "groups": person.group_memberships.unfinished().select_related("group"),
        "work": flow.open_work(person),
        "form": form,
        "story": story_of(person),
    }
    return render(request, "accounts/user.html", context)


@administrators
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    """The first password is shown in the answer and nowhere else."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = flow.create_user(by=request.user, **form.cleaned_data)
        except flow.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "accounts/password.html", {"person": person, "password": password, "new": True})
    heading, act = _("新建账号"), _("建账号，显示初始密码")
    sub = _("建好以后再授予角色；没有角色的账号只能看公开内容。")
    return ask(request, form, heading=heading, act=act, back=reverse("accounts:users"), sub=sub)


@administrators
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=User.objects.get(pk=pk))
    if request.method == "POST" and accepted(form, flow.edit_user, person, by=request.user):
        return done(request, _("已保存"), "accounts:user", pk)
    heading = _("修改 %(name)s 的账号") % {"name": person.name}
    return ask(request, form, heading=heading, act=_("保存"), back=reverse("accounts:user", args=[pk]))


@administrators
@never_cache
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, then shows the new first password once."""
    person = get_object_or_404(User, pk=pk)
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        try:
            first = flow.reset_password(person, by=request.user)
        except flow.Refused as refusal:
            form.is_valid()
            form.add_error(None, str(refusal))
        else:
            return render(request, "accounts/password.html", {"person": person, "password": first})
    return ask(
        request,
        form,
        heading=_("重置 %(name)s 的密码") % {"name": person.name},
        sub=_("原密码作废，各设备上的登录退出，登录锁定解除。新的初始密码只显示一次，下次登录须改。"),
        act=_("重置密码，显示初始密码"),
        back=reverse("accounts:user", args=[pk]),
    )


@administrators
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    attempt(request, _("已解除登录锁定"), flow.unlock, get_object_or_404(User, pk=pk), by=request.user)
    return redirect("accounts:user", pk)


@administrators
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    attempt(request, _("账号已启用\n角色要重新授予"), flow.reactivate, get_object_or_404(User, pk=pk), by=request.user)
    return redirect("accounts:user", pk)


@administrators
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Leaving: names what will happen, and asks who takes over where anything is open."""
    person = get_object_or_404(User, pk=pk)
    work = flow.open_work(person)
    able = flow.able_to_take_over(person) if work else None
    form = LeaveForm(request.POST or None, leaver=person, able=able)
    if request.method == "POST" and accepted(form, flow.deactivate, person, by=request.user):
        return done(request, _("%(name)s 的账号已停用") % {"name": person.name}, "accounts:user", pk)
    return ask(
        request,
        form,
        heading=_("停用 %(name)s 的账号") % {"name": person.name},
        sub=_("所有角色、代理和工作组任职现在结束，各设备上的登录退出。经手的诉求和留痕都保留。"),
        act=_("停用账号并移交") if work else _("停用账号"),
        back=reverse("accounts:user", args=[pk]),
        notes=_open(work, form),
        stuck=form.stuck,
    )


@administrators
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    work = flow.open_work(person)
    form = LeaveForm(request.POST or None, leaver=person, able=flow.able_to_take_over(person))
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            moved = flow.hand_over(person, to, by=request.user)
        except flow.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("已移交给 %(name)s\n%(work)s") % {"name": to.name, "work": moved}
            return done(request, said, "accounts:user", pk)
    return ask(
        request,
        form,
        heading=_("移交 %(name)s 的在办事项") % {"name": person.name},
        sub=_("一次全部移交；时限照旧，每件都留痕。"),
        act=_("全部移交"),
        back=reverse("accounts:user", args=[pk]),
        notes=_open(work, form),
        stuck=form.stuck,
    )


def _open(work: flow.Work, form: LeaveForm) -> tuple[str, ...]:
    """What is open, and what to do first where nobody can take all of it over."""
    notes = (_("现有：%(work)s。") % {"work": work},)
    if form.stuck:
        notes += (_("还没有人能全部接手：接手的人要有同样的角色，在同一个部门承办。先任职，再移交。"),)
    return notes
