"""Accounts: made, corrected, given a new first password."""

import re

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.desk.accounts import flow
from portal.people.models import User
from portal.people.roles import Role
from portal.trail.models import Event
from tests.people.factories import PASSWORD, administrator, department, hold, person

pytestmark = pytest.mark.django_db
NEW = {"name": "沈知远", "username": "shenzy", "mobile": "138 0000 0021", "language": "zh-hans"}


@pytest.fixture
def admin(client):
    admin = administrator(name="管某")
    client.force_login(admin)
    return admin


def shown_password(response) -> str:
    return re.search(r"<code[^>]*>([a-z0-9-]{14})</code>", response.content.decode())[1]


def test_a_new_account_opens_with_the_password_shown_once(client, admin):
    response = client.post("/admin/users/new/", NEW)
    password = shown_password(response)
    assert "no-store" in response["Cache-Control"]
    user = User.objects.get(username="shenzy")
    assert password not in client.get(f"/admin/users/{user.pk}/").content.decode()
    assert Event.objects.about(user).get().kind == "user.created"
    fresh = Client()
    assert fresh.post("/sign-in/", {"username": "13800000021", "password": password}).status_code == 302
    assert fresh.get("/account/")["Location"] == "/password/"


@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("username", "TAKEN", "已有人用"),
        ("username", "123456", "不能全是数字"),
        ("username", "shen zy", "空格"),
        ("mobile", "+86 13800000099", "另一个账号"),
        ("mobile", "call", "只写数字"),
        ("name", "", "请填写。"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_or_above(client, admin, field, value, sentence):
    person(username="taken", mobile="13800000099")
    response = client.post("/admin/users/new/", NEW | {field: value})
    said = "".join(e for errors in response.context["form"].errors.values() for e in errors)
    assert sentence in said
    assert User.objects.count() == 2


def test_two_accounts_of_one_name_made_at_once_are_refused_in_words():
    person(username="shenzy")
    with pytest.raises(flow.Refused, match="已有人用"):
        flow.create_user(by=administrator(), username="ShenZY", name="沈知远")


def test_a_correction_names_the_fields_in_the_trail_and_not_their_content(client, admin):
    user = person(username="shenzy", name="沈知远")
    fields = NEW | {"name": "沈知行", "position": "科员"}
    assert client.post(f"/admin/users/{user.pk}/edit/", fields).status_code == 302
    event = Event.objects.about(user).get()
    assert event.data == {"fields": ["mobile", "name", "position"]}
    page = client.get(f"/admin/users/{user.pk}/").content.decode()
    assert "手机号、姓名、职务" in page
    client.post(f"/admin/users/{user.pk}/edit/", fields)
    assert Event.objects.about(user).count() == 1, "saving without a change is no event"


def test_a_new_first_password_ends_sessions_and_a_lock(client, admin):
    user, other = person(Role.TRIAGER, username="lin", password=PASSWORD), Client()
    other.force_login(user)
    AccessAttempt.objects.create(username="lin", ip_address="192.0.2.7", failures_since_start=9)
    asked = client.get(f"/admin/users/{user.pk}/password/")
    assert "只显示一次" in asked.content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD), "asking changes nothing"
    password = shown_password(client.post(f"/admin/users/{user.pk}/password/"))
    assert other.get("/account/").status_code == 302
    assert not AccessAttempt.objects.exists()
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password


def test_the_administrator_changes_his_own_password_as_everybody_does(admin):
    with pytest.raises(flow.Refused, match="我的账号"):
        flow.reset_password(admin, by=admin)


def test_unlocking_is_an_act_of_its_own(client, admin):
    user = person(username="lin")
    AccessAttempt.objects.create(username="lin", ip_address="192.0.2.7", failures_since_start=9)
    AccessAttempt.objects.create(username="wang", ip_address="192.0.2.7", failures_since_start=9)
    client.post(f"/admin/users/{user.pk}/unlock/")
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["wang"]
    assert Event.objects.about(user).get().kind == "user.unlocked"


def found(client, **query) -> set[str]:
    return {user.name for user in client.get("/admin/users/", query).context["page"]}


def test_users_are_found_and_filtered(client, admin, at):
    roads, water = department("住建办"), department("水务站")
    shen = person(Role.HANDLER, at=roads, name="沈知远", username="shenzy", mobile="13800000021")
    hold(shen, Role.TRIAGER, until=at("2020-01-01"))
    lu = person(Role.HANDLER, at=water, name="陆清和", position="站长")
    hold(lu, Role.STEWARD, at=roads)
    person(name="已走的人", is_active=False)
    assert found(client) == {"管某", "沈知远", "陆清和", "已走的人"}
    assert found(client, q="知远") == found(client, q="SHEN") == found(client, q="138 0000 0021") == {"沈知远"}
    assert found(client, q="站长") == {"陆清和"}
    assert found(client, q="%") == set()
    assert found(client, role="handler") == {"沈知远", "陆清和"}
    assert found(client, role="triager") == set(), "that role is over"
    assert found(client, department=roads.pk) == {"沈知远", "陆清和"}
    assert found(client, role="handler", department=roads.pk) == {"沈知远"}, "both of the same membership"
    assert found(client, state="inactive") == {"已走的人"}
    assert "没有符合条件的用户" in client.get("/admin/users/", {"q": "zzz"}).content.decode()


@pytest.mark.parametrize(
    "query", [{"role": "king"}, {"department": "x"}, {"page": "-1"}, {"page": "zz"}, {"q": "\x00"}]
)
def test_hostile_filters_do_no_harm(client, admin, query):
    assert client.get("/admin/users/", query).status_code == 200


def queries(client, path) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    # The session comes from the cache or, when that was emptied, from its table.
    return sum("django_session" not in query["sql"] for query in captured)


def test_pages_cost_the_same_with_one_row_and_with_three(client, admin):
    unit = department()
    user = person(Role.HANDLER, at=unit)
    paths = ["/admin/users/", "/admin/departments/", f"/admin/users/{user.pk}/", f"/admin/departments/{unit.pk}/"]
    flow.end(hold(user, Role.TRIAGER), by=admin)
    one = [queries(client, path) for path in paths]
    for role in (Role.STEWARD, Role.GRID_MEMBER):
        person(role, Role.HANDLER, at=unit)
        hold(user, role, at=unit)
        department(parent=unit)
    flow.edit_user(user, by=admin, position="科员")
    assert [queries(client, path) for path in paths] == one


def test_granting_and_ending_on_the_page(client, admin, at):
    user, unit = person(name="沈知远"), department("住建办")
    client.post(f"/admin/users/{user.pk}/roles/", {"role": "handler", "department": unit.pk, "until": "2099-03-31"})
    membership = user.memberships.get()
    assert membership.last_day.isoformat() == "2099-03-31"
    refused = client.post(f"/admin/users/{user.pk}/roles/", {"role": "handler"})
    assert "要属于一个部门" in refused.content.decode()
    client.post(f"/admin/roles/{membership.pk}/duty/", {"is_liaison": "1"})
    assert user.memberships.get().is_liaison
    asked = client.get(f"/admin/roles/{membership.pk}/end/").content.decode()
    assert "结束 沈知远 的“承办人”角色" in asked
    client.post(f"/admin/roles/{membership.pk}/end/", {"until": "2099-01-31"})
    assert user.memberships.get().last_day.isoformat() == "2099-01-31"


def test_the_administrator_sees_no_way_to_grant_himself(client, admin):
    page = client.get(f"/admin/users/{admin.pk}/").content.decode()
    assert f"/admin/users/{admin.pk}/roles/" not in page
    refused = client.post(f"/admin/users/{admin.pk}/roles/", {"role": "supervisor"})
    assert "不能给自己授予角色" in refused.content.decode()
    assert admin.memberships.count() == 1
