"""Departments as a tree, and task groups."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.desk.accounts import flow
from portal.desk.accounts.forms import AppointForm, DepartmentForm, GroupForm, JoinForm
from portal.desk.accounts.views.common import accepted, administrators, ask, done, story_of
from portal.people.models import Department, Membership, TaskGroup, TaskGroupMember
from portal.people.roles import Role
from portal.people.trying import attempt

HEADS = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD)


@administrators
def departments(request: HttpRequest) -> HttpResponse:
    """All of them at once: a town has some sixty."""
    return render(request, "accounts/departments.html", {"departments": departments_listed()})


def departments_listed() -> list[Department]:
    """As a tree, each with its `heads`, `liaisons` and how many serve there, its `staff`."""
    rows = list(Department.objects.select_related("leader_in_charge"))
    posts = Membership.objects.current().filter(department__isnull=False, user__is_active=True).select_related("user")
    people: dict[int, list[Membership]] = {}
    for post in posts:
        people.setdefault(post.department_id, []).append(post)
    for row in rows:
        held = people.get(row.pk, [])
        row.heads = [post.user for post in held if post.role == Role.DEPARTMENT_HEAD]
        row.liaisons = [post.user for post in held if post.is_liaison]
        row.staff = len({post.user_id for post in held})
    return _as_tree(rows)


def _as_tree(rows: list[Department]) -> list[Department]:
    """Each below its parent, with its `depth`; parents before children, siblings as they come."""
    below: dict[int | None, list[Department]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    tree: list[Department] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, row.depth = waiting.pop()
        tree.append(row)
        waiting += [(child, row.depth + 1) for child in reversed(below.get(row.pk, []))]
    return tree


@administrators
def department(request: HttpRequest, pk: int) -> HttpResponse:
    """The department and who serves in it; the form appoints a person."""
    unit = get_object_or_404(Department.objects.select_related("parent", "leader_in_charge"), pk=pk)
    form = AppointForm(request.POST or None)
    if request.method == "POST" and accepted(form, _appoint, by=request.user, department=unit):
        return done(request, _("已任职"), "accounts:department", pk)
    posts = Membership.objects.unfinished().filter(department=unit).select_related("user")
    context = {
        "unit": unit,
        "posts": sorted(posts, key=lambda post: HEADS.index(post.role) if post.role in HEADS else len(HEADS)),
        "below": unit.children.all(),
        "form": form,
        "story": story_of(unit),
    }
    return render(request, "accounts/department.html", context)


def _appoint(*, person, **fields) -> Membership:
    return flow.grant(person, **fields)


@administrators
def create_department(request: HttpRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and accepted(form, flow.create_department, by=request.user):
        return done(request, _("部门已建立"), "accounts:departments")
    return ask(request, form, heading=_("新建部门"), act=_("建部门"), back=reverse("accounts:departments"))


@administrators
def edit_department(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Department, pk=pk)
    form = DepartmentForm(request.POST or None, instance=Department.objects.get(pk=pk))
    if request.method == "POST" and accepted(form, flow.edit_department, unit, by=request.user):
        return done(request, _("已保存"), "accounts:department", pk)
    heading = _("修改 %(name)s") % {"name": unit.name}
    return ask(request, form, heading=heading, act=_("保存"), back=reverse("accounts:department", args=[pk]))


@administrators
def groups(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/groups.html", {"groups": groups_listed()})


def groups_listed() -> list[TaskGroup]:
    """Each with its people `now` and its `heads`."""
    rows = list(TaskGroup.objects.all())
    inside = TaskGroupMember.objects.current().filter(group__in=rows).select_related("user")
    members: dict[int, list[TaskGroupMember]] = {}
    for member in inside:
        members.setdefault(member.group_id, []).append(member)
    for row in rows:
        row.now = members.get(row.pk, [])
        row.heads = [member.user for member in row.now if member.is_head]
    return rows


@administrators
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The group and its people; the form adds one."""
    unit = get_object_or_404(TaskGroup, pk=pk)
    form = JoinForm(request.POST or None, group=unit)
    if request.method == "POST" and accepted(form, flow.join, unit, by=request.user):
        return done(request, _("已加入"), "accounts:group", pk)
    inside = unit.memberships.unfinished().select_related("user")
    context = {"unit": unit, "inside": inside, "form": form, "story": story_of(unit)}
    return render(request, "accounts/group.html", context)


@administrators
def create_group(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if request.method == "POST" and accepted(form, flow.create_group, by=request.user):
        return done(request, _("工作组已建立"), "accounts:groups")
    return ask(request, form, heading=_("新建工作组"), act=_("建工作组"), back=reverse("accounts:groups"))


@administrators
def edit_group(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(TaskGroup, pk=pk)
    form = GroupForm(request.POST or None, instance=TaskGroup.objects.get(pk=pk))
    if request.method == "POST" and accepted(form, flow.edit_group, unit, by=request.user):
        return done(request, _("已保存"), "accounts:group", pk)
    heading = _("修改 %(name)s") % {"name": unit.name}
    return ask(request, form, heading=heading, act=_("保存"), back=reverse("accounts:group", args=[pk]))


@administrators
@require_POST
def leave_group(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(TaskGroupMember.objects.select_related("user", "group"), pk=pk)
    attempt(request, _("已退出工作组"), flow.leave, member, by=request.user)
    return redirect("accounts:group", member.group_id)
