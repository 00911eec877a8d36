"""The administrator's pages exist for administrators only (SEC-1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.desk.accounts.urls import urlpatterns
from portal.people.models import Delegation, TaskGroup, TaskGroupMember
from portal.people.roles import Role
from portal.trail.models import Event
from tests.people.factories import LONG_AGO, administrator, department, hold, person, stand_in

pytestmark = pytest.mark.django_db

# Every page of the administrator, by hand: name, path with the ids of `there`, and whether it only takes POST.
PAGES = {
    "users": ("/admin/users/", False),
    "user-new": ("/admin/users/new/", False),
    "user": ("/admin/users/{user}/", False),
    "user-edit": ("/admin/users/{user}/edit/", False),
    "user-password": ("/admin/users/{user}/password/", False),
    "user-factor": ("/admin/users/{user}/second-factor/", False),
    "user-unlock": ("/admin/users/{user}/unlock/", True),
    "user-hand-over": ("/admin/users/{user}/hand-over/", False),
    "user-deactivate": ("/admin/users/{user}/deactivate/", False),
    "user-reactivate": ("/admin/users/{user}/reactivate/", True),
    "user-grant": ("/admin/users/{user}/roles/", True),
    "role-end": ("/admin/roles/{role}/end/", False),
    "role-duty": ("/admin/roles/{role}/duty/", True),
    "departments": ("/admin/departments/", False),
    "department-new": ("/admin/departments/new/", False),
    "department": ("/admin/departments/{department}/", False),
    "department-edit": ("/admin/departments/{department}/edit/", False),
    "groups": ("/admin/groups/", False),
    "group-new": ("/admin/groups/new/", False),
    "group": ("/admin/groups/{group}/", False),
    "group-edit": ("/admin/groups/{group}/edit/", False),
    "users-export": ("/admin/users/export/", False),
    "departments-export": ("/admin/departments/export/", False),
    "groups-export": ("/admin/groups/export/", False),
    "group-leave": ("/admin/groups/members/{member}/leave/", True),
}
EVERYBODYS = {"delegate", "delegation-end", "factor", "factor-codes", "own", "password", "password-set"}
OTHERS = [role for role in Role if role != Role.ADMINISTRATOR]


@pytest.fixture
def there():
    unit, target = department(), person(name="柳溪")
    group = TaskGroup.objects.create(name="企业服务小组")
    return {
        "user": target.pk,
        "role": hold(target, Role.HANDLER, at=unit).pk,
        "department": unit.pk,
        "group": group.pk,
        "member": TaskGroupMember.objects.create(group=group, user=target, since=LONG_AGO).pk,
    }


def ask(client, path, only_post):
    return client.post(path) if only_post else client.get(path)


def test_every_address_of_the_room_is_declared_here():
    assert {pattern.name for pattern in urlpatterns} == set(PAGES) | EVERYBODYS


@pytest.mark.parametrize("name", PAGES)
def test_administrators_open_it(client, there, name):
    path, only_post = PAGES[name]
    client.force_login(administrator())
    response = ask(client, path.format(**there), only_post)
    assert response.status_code == (302 if only_post and name != "user-grant" else 200)


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_does_with_any_method(client, there, role):
    user = person(role)
    client.force_login(user)
    before = Event.objects.count()
    for path, _only_post in PAGES.values():
        assert client.get(path.format(**there)).status_code == 404, path
        assert client.post(path.format(**there), {"name": "x"}).status_code == 404, path
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_asked_to_sign_in(client, there, name):
    path = PAGES[name][0].format(**there)
    assert client.post(path)["Location"] == f"/sign-in/?next={path}"


@pytest.mark.parametrize("name", [name for name, (_path, only_post) in PAGES.items() if only_post])
def test_acts_need_a_post(client, there, name):
    client.force_login(administrator())
    assert client.get(PAGES[name][0].format(**there)).status_code == 405


def test_a_deputy_of_an_administrator_opens_it_and_a_former_administrator_does_not(client, there):
    now, day = timezone.now(), timedelta(days=1)
    deputy, former = person(), person()
    stand_in(deputy, administrator(), now - day, now + day)
    hold(former, Role.ADMINISTRATOR, until=now - day)
    client.force_login(deputy)
    assert client.get("/admin/users/").status_code == 200
    client.force_login(former)
    assert client.get("/admin/users/").status_code == 404


@pytest.mark.parametrize("role, status", [("handler", 200), ("administrator", 200), ("enterprise_member", 404)])
def test_officials_set_deputies(client, role, status):
    client.force_login(person(role))
    assert client.get("/account/deputy/").status_code == status


def test_a_delegation_is_ended_by_those_it_concerns(client):
    now, day = timezone.now(), timedelta(days=1)
    principal, deputy = person(Role.TRIAGER), person(Role.TRIAGER)
    path = f"/account/deputy/{stand_in(deputy, principal, now - day, now + day).pk}/end/"
    for user, status in [(person(Role.SUPERVISOR), 404), (principal, 200), (deputy, 200), (administrator(), 200)]:
        client.force_login(user)
        assert client.get(path).status_code == status
    client.force_login(person(Role.SUPERVISOR))
    assert client.post(path).status_code == 404
    assert Delegation.objects.current().exists()
