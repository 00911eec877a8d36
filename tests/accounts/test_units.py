"""Departments as a tree (ORG-1), and task groups (ORG-2)."""

import pytest

from portal.desk.accounts import flow
from portal.people.models import Department, TaskGroup
from portal.people.roles import Role
from portal.trail.models import Event
from tests.people.factories import administrator, department, hold, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    admin = administrator()
    client.force_login(admin)
    return admin


def test_a_department_is_made_and_corrected_on_the_page(client, admin):
    leader, top = person(Role.LEADER, name="顾镇长"), department("沙溪镇政府")
    fields = {"name": "住房和城乡建设办公室", "short_name": "住建办", "kind": "town_office", "parent": top.pk}
    client.post("/admin/departments/new/", fields | {"leader_in_charge": leader.pk, "phone": "0512-0000 2301"})
    unit = Department.objects.get(short_name="住建办")
    assert (unit.parent, unit.leader_in_charge, unit.active) == (top, leader, True)
    client.post(f"/admin/departments/{unit.pk}/edit/", fields | {"short_name": "住建", "active": "on"})
    unit.refresh_from_db()
    assert (unit.short_name, unit.leader_in_charge, unit.active) == ("住建", None, True)
    kinds = [(event.kind, event.data.get("fields")) for event in Event.objects.about(unit)]
    assert kinds == [
        ("department.created", None),
        ("department.edited", ["leader_in_charge", "phone", "short_name"]),
    ]


def test_no_department_comes_to_stand_below_itself(admin):
    top = department()
    middle = department(parent=top)
    lowest = department(parent=middle)
    for parent in (lowest, middle, top):
        with pytest.raises(flow.Refused, match="不能归到自己或下级"):
            flow.edit_department(top, by=admin, parent=parent)
    flow.edit_department(lowest, by=admin, parent=top)
    assert Department.objects.get(pk=lowest.pk).parent == top


def test_only_a_leader_is_in_charge(admin):
    with pytest.raises(flow.Refused, match="不是镇领导"):
        flow.edit_department(department(), by=admin, leader_in_charge=person(Role.HANDLER))


def test_a_department_with_people_or_departments_in_it_stays_open(admin):
    unit = department()
    below = department(parent=unit)
    hold(person(), Role.HANDLER, at=unit)
    with pytest.raises(flow.Refused, match="1 人任职、1 个下级部门、0 件在办"):
        flow.edit_department(unit, by=admin, active=False)
    flow.edit_department(below, by=admin, active=False)
    assert not Department.objects.get(pk=below.pk).active


def test_the_list_shows_the_tree_with_heads_and_liaisons(client, admin):
    top = department("甲办")
    department("甲办一站", parent=top)
    department("乙办")
    hold(person(name="沈知远"), Role.DEPARTMENT_HEAD, at=top)
    hold(person(name="陆清和"), Role.HANDLER, at=top, is_liaison=True)
    rows = client.get("/admin/departments/").context["departments"]
    assert [(row.name, row.depth, row.staff) for row in rows] == [("乙办", 0, 0), ("甲办", 0, 2), ("甲办一站", 1, 0)]
    assert [one.name for one in rows[1].heads + rows[1].liaisons] == ["沈知远", "陆清和"]


@pytest.mark.parametrize("typed", ["shenzy", "13800000021", "沈知远"])
def test_a_person_is_appointed_on_the_departments_page(client, admin, typed):
    unit, user = department("住建办"), person(name="沈知远", username="shenzy", mobile="13800000021")
    client.post(f"/admin/departments/{unit.pk}/", {"person": typed, "role": "department_head"})
    assert user.memberships.get().department == unit


def test_whom_one_means_must_be_clear(client, admin):
    unit = department()
    person(name="王芳")
    person(name="王芳")
    path, role = f"/admin/departments/{unit.pk}/", {"role": "handler"}
    assert "不止一位" in "".join(client.post(path, role | {"person": "王芳"}).context["form"].errors["person"])
    assert "没有找到" in "".join(client.post(path, role | {"person": "nobody"}).context["form"].errors["person"])


def test_a_group_gathers_people_across_departments(client, admin):
    client.post("/admin/groups/new/", {"name": "生物医药专班", "kind": "task_force", "purpose": "服务园区"})
    group = TaskGroup.objects.get()
    head, member = person(Role.HANDLER, name="沈知远"), person(Role.HANDLER, name="陆清和")
    client.post(f"/admin/groups/{group.pk}/", {"user": head.pk, "is_head": "on"})
    client.post(f"/admin/groups/{group.pk}/", {"user": member.pk})
    row = client.get("/admin/groups/").context["groups"][0]
    assert ([one.name for one in row.heads], len(row.now)) == (["沈知远"], 2)
    with pytest.raises(flow.Refused, match="已经在组里"):
        flow.join(group, member, by=admin)
    left = group.memberships.get(user=member)
    client.post(f"/admin/groups/members/{left.pk}/leave/")
    assert list(group.memberships.current().values_list("user", flat=True)) == [head.pk]
    assert [event.kind for event in Event.objects.about(group)] == [
        "task_group.created",
        "task_group.joined",
        "task_group.joined",
        "task_group.left",
    ]


def test_a_closed_group_takes_nobody(admin):
    group = TaskGroup.objects.create(name="旧专班")
    flow.edit_group(group, by=admin, active=False)
    with pytest.raises(flow.Refused, match="已停用"):
        flow.join(TaskGroup.objects.get(), person(Role.HANDLER), by=admin)
