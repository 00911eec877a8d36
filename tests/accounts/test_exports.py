"""The administrator's lists as files: what the page shows, in its order, as filtered, and recorded (SEC-6)."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.people.models import TaskGroup
from portal.people.roles import Role
from portal.trail.models import Event
from tests.outbox.factories import dead_delivery, person
from tests.people.factories import administrator, department, hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    user = administrator()
    client.force_login(user)
    return user


def sheet_of(response):
    assert response.status_code == 200
    return [list(row) for row in load_workbook(BytesIO(response.content)).worksheets[0].iter_rows(values_only=True)]


def shown(response):
    return response.content.decode()


def test_users_are_exported_as_filtered_with_masked_numbers(client, chief):
    unit = department("住建办")
    one = person("zhou", name="周南", mobile="13800000021")
    hold(one, Role.HANDLER, at=unit)
    person("lu", name="陆越")
    assert "/admin/users/export/?q=%E5%91%A8" in shown(client.get("/admin/users/", {"q": "周"}))
    rows = sheet_of(client.get("/admin/users/export/", {"q": "周", "role": "handler"}))
    assert rows[1:] == [["周南", None, "zhou", "住建办 承办人", "138 **** 0021", None, "在用"]]
    event = Event.objects.get(kind="user.exported")
    assert (event.actor, event.data) == (chief, {"rows": 1, "filters": {"q": "…", "role": "handler"}})
    assert len(sheet_of(client.get("/admin/users/export/", {"role": "king"}))) <= 4


def test_departments_come_as_the_tree_and_groups_with_their_heads(client, chief):
    top = department("住建办")
    below = department("市政站", parent=top)
    hold(person("zhou", name="周南"), Role.DEPARTMENT_HEAD, at=top)
    names = [row[0] for row in sheet_of(client.get("/admin/departments/export/"))[1:]]
    assert names == [top.name, f"　{below.name}"]
    assert sheet_of(client.get("/admin/departments/export/"))[1][2] == "周南"
    TaskGroup.objects.create(name="专班")
    assert [row[0] for row in sheet_of(client.get("/admin/groups/export/"))[1:]] == ["专班"]
    for page in ("departments", "groups"):
        assert f"/admin/{page}/export/" in shown(client.get(f"/admin/{page}/"))


def test_dead_letters_are_exported_without_content(client, chief):
    dead_delivery(chief)
    assert "/outbox/dead/export/?kind=delivery" in shown(client.get("/outbox/dead/", {"kind": "delivery"}))
    rows = sheet_of(client.get("/outbox/dead/export/"))
    assert [row[3] for row in rows[1:]] == ["SMTPServerDisconnected"]
    assert "标题" not in str(rows)
    assert client.get("/outbox/dead/export/", {"kind": "king"}).status_code == 404


@pytest.mark.parametrize("path", ["/admin/users/", "/admin/departments/", "/admin/groups/", "/outbox/dead/"])
def test_only_the_administrator_exports_them(client, path):
    user = person("lu")
    hold(user, Role.LEADER)
    client.force_login(user)
    assert client.get(f"{path}export/").status_code == 404
