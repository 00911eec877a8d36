"""When somebody leaves, his open work is handed over in one act (handbook §1)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

import requests.flow
from enterprises.models import Member, Stewardship
from portal.desk.accounts import flow
from portal.people.models import Department, TaskGroup, User
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.models import Event
from requests.models import Ticket, Visit
from tests.people.factories import administrator, department, hold, person, stand_in
from tests.requests import factories
from tests.requests.factories import town  # noqa: F401  the fixture

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def admin():
    return administrator()


def successor(town, *roles):  # noqa: F811
    user = person(Role.HANDLER, at=town.housing, name="接任者")
    for role in roles:
        hold(user, role)
    return user


def test_tickets_and_firms_go_over_in_one_act(town, admin):  # noqa: F811
    ticket = factories.handling(town)
    leaver, to = ticket.handler, successor(town, Role.STEWARD)
    hold(leaver, Role.STEWARD)
    Stewardship.objects.filter(enterprise=town.foreign_firm).update(user=leaver)
    firms = Stewardship.objects.unfinished().filter(user=leaver).count()
    work = flow.open_work(leaver)
    assert (work.tickets, work.stewardships) == (1, firms)
    done = flow.hand_over(leaver, to, by=admin)
    assert (done.tickets, done.stewardships) == (1, firms)
    assert Ticket.objects.get(pk=ticket.pk).handler == to
    assert not flow.open_work(leaver)
    event = Event.objects.about(leaver).get(kind="work.handed_over")
    assert event.data == {"to": to.pk, "tickets": 1, "stewardships": firms, "visits": 0}


def test_only_to_one_who_can_do_it(town, admin):  # noqa: F811
    leaver = factories.handling(town).handler
    elsewhere = person(Role.HANDLER, at=town.police, name="别处的人")
    for to, sentence in [(elsewhere, "不是 住建局 的承办人"), (leaver, "不能移交给本人")]:
        with pytest.raises(flow.Refused, match=sentence):
            flow.hand_over(leaver, to, by=admin)
    assert flow.open_work(leaver).tickets == 1


def test_a_refusal_of_another_room_undoes_all_of_it(town, admin):  # noqa: F811
    ticket = factories.handling(town)
    leaver, to = ticket.handler, successor(town)
    hold(leaver, Role.STEWARD)
    firm = Stewardship.objects.create(
        enterprise=town.foreign_firm, user=leaver, kind="project_assistant", project="二期", since=timezone.now() - DAY
    )
    with pytest.raises(flow.Refused, match="助企员"):
        flow.hand_over(leaver, to, by=admin)
    assert Ticket.objects.get(pk=ticket.pk).handler == leaver
    assert Stewardship.objects.get(pk=firm.pk).until is None


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DEPARTMENT_HEAD])
def test_only_administrators_hand_over(role):
    with pytest.raises(flow.Refused, match="只有系统管理员"):
        flow.hand_over(person(Role.HANDLER), person(Role.HANDLER), by=person(role))


def test_leaving_ends_everything_and_keeps_every_row(admin):
    now, unit = timezone.now(), department()
    user, deputy, principal = person(Role.HANDLER, at=unit), person(Role.TRIAGER), person(Role.TRIAGER)
    hold(user, Role.STEWARD, since=now + DAY)
    stand_in(deputy, user, now - DAY, now + DAY)
    stand_in(user, principal, now - DAY, now + DAY)
    group = TaskGroup.objects.create(name="企业服务小组")
    flow.join(group, user, by=admin)
    flow.deactivate(user, by=admin)
    left = User.objects.get(pk=user.pk)
    assert not left.is_active
    assert left.memberships.count() == 2
    later = now + 2 * DAY
    for at in (None, later):
        assert not left.memberships.current(at).exists()
        assert not rights_of(deputy, at).departments()
    assert not group.memberships.current().exists()
    assert Event.objects.about(user).last().kind == "user.deactivated"


def test_leaving_with_open_work_needs_somebody_who_takes_it(client, town, admin):  # noqa: F811
    leaver, to = factories.handling(town).handler, successor(town)
    with pytest.raises(flow.Refused, match="还有 1 件诉求"):
        flow.deactivate(leaver, by=admin)
    client.force_login(admin)
    path = f"/admin/users/{leaver.pk}/deactivate/"
    asked = client.get(path).content.decode()
    assert "诉求 1 件" in asked
    assert "停用账号并移交" in asked
    assert "to" in client.post(path, {"to": ""}).context["form"].errors
    assert client.post(path, {"to": to.pk}).status_code == 302
    assert not User.objects.get(pk=leaver.pk).is_active
    assert flow.open_work(to).tickets == 1


def test_whoever_is_in_charge_of_departments_hands_those_over_first(admin):
    leader = person(Role.LEADER, name="顾镇长")
    Department.objects.filter(pk=department("住建办").pk).update(leader_in_charge=leader)
    with pytest.raises(flow.Refused, match="还分管 住建办"):
        flow.deactivate(leader, by=admin)


def test_no_administrator_ends_his_own_account_or_the_last_one(admin):
    second = administrator()
    with pytest.raises(flow.Refused, match="自己的账号"):
        flow.deactivate(admin, by=admin)
    flow.deactivate(second, by=admin)
    with pytest.raises(flow.Refused, match="已停用"):
        flow.deactivate(second, by=admin)


def test_one_who_comes_back_begins_without_an_office(client, admin):
    user = person(Role.TRIAGER, Role.ENTERPRISE_MEMBER)
    flow.deactivate(user, by=admin)
    assert not rights_of(User.objects.get(pk=user.pk)).grants
    client.force_login(admin)
    client.post(f"/admin/users/{user.pk}/reactivate/")
    back = User.objects.get(pk=user.pk)
    assert back.is_active
    assert rights_of(back).roles == {Role.ENTERPRISE_MEMBER}, "his firms are still his"


def test_handing_over_on_the_page_says_how_much(client, town, admin):  # noqa: F811
    leaver, to = factories.handling(town).handler, successor(town)
    client.force_login(admin)
    response = client.post(f"/admin/users/{leaver.pk}/hand-over/", {"to": to.pk}, follow=True)
    assert "诉求 1 件，企业或网格 0 个，走访 0 次" in response.content.decode()
    assert client.get(f"/admin/users/{leaver.pk}/").context["work"].tickets == 0


def test_colleagues_of_the_same_department_are_offered_first(client, town, admin):  # noqa: F811
    leaver = person(Role.HANDLER, at=town.housing)
    near, far = person(Role.HANDLER, at=town.housing, name="龚某"), person(Role.HANDLER, at=town.police, name="一某")
    client.force_login(admin)
    page = client.get(f"/admin/users/{leaver.pk}/hand-over/").content.decode()
    assert page.index(near.name) < page.index(far.name)


def with_work(town):  # noqa: F811
    """A handler with a ticket who also looks after one firm and has a visit to make to another."""
    ticket = factories.handling(town)
    leaver, now = ticket.handler, timezone.now()
    hold(leaver, Role.STEWARD)
    Stewardship.objects.filter(enterprise=town.foreign_firm).update(user=leaver)
    planned = {"status": "planned", "opens_at": now, "created_by": leaver, "created_at": now}
    Visit.objects.create(enterprise=town.foreign_firm, visitor=leaver, **planned)
    return leaver, ticket


def accepts(leaver, to, admin):
    """Whether the verb takes the person, found out by trying; nothing stays."""
    try:
        with transaction.atomic():
            flow.hand_over(leaver, to, by=admin)
            transaction.set_rollback(True)
    except flow.Refused:
        return False
    return True


def test_offered_are_those_whom_the_verb_accepts(town, admin):  # noqa: F811
    leaver, ticket = with_work(town)
    able = successor(town, Role.STEWARD)
    own = successor(town, Role.STEWARD)
    Member.objects.create(enterprise=ticket.enterprise, user=own, since=timezone.now() - DAY)
    visited = successor(town, Role.STEWARD)
    Member.objects.create(enterprise=town.foreign_firm, user=visited, since=timezone.now() - DAY)
    ended = successor(town)
    hold(ended, Role.STEWARD, until=timezone.now() - DAY / 2)
    deputy = person(Role.TRIAGER)
    stand_in(deputy, able, timezone.now() - DAY, timezone.now() + DAY)
    elsewhere = person(Role.HANDLER, at=town.police)
    hold(elsewhere, Role.STEWARD)
    offered = set(flow.able_to_take_over(leaver))
    everybody = User.objects.officials().exclude(pk=leaver.pk)
    assert {own, visited, ended, deputy, elsewhere} <= set(everybody)
    assert offered == {able}
    assert offered == {person for person in everybody if accepts(leaver, person, admin)}


def test_an_instruction_by_name_goes_to_one_who_may_be_instructed(town, admin):  # noqa: F811
    leaver = person(Role.SUPERVISOR)
    requests.flow.instruct(factories.handling(town), by=town.leader, text="请盯住", person=leaver, days=3)
    supervisor, clerk = person(Role.SUPERVISOR), person(Role.INTAKE_CLERK)
    offered = set(flow.able_to_take_over(leaver))
    assert supervisor in offered
    assert clerk not in offered
    others = User.objects.officials().exclude(pk=leaver.pk)
    assert offered == {person for person in others if accepts(leaver, person, admin)}


def test_where_nobody_can_take_it_all_the_page_says_what_to_do_first(client, town, admin):  # noqa: F811
    leaver, _ticket = with_work(town)
    client.force_login(admin)
    for path in ("hand-over", "deactivate"):
        response = client.get(f"/admin/users/{leaver.pk}/{path}/")
        assert list(response.context["form"]["to"].field.choices) == [("", "请选择")]
        assert "还没有人能全部接手" in response.content.decode()
        assert 'name="to"' not in response.content.decode(), "nothing to choose, nothing to press"
        assert "全部移交</button>" not in response.content.decode()
    successor(town, Role.STEWARD)
    assert "还没有人能全部接手" not in client.get(f"/admin/users/{leaver.pk}/hand-over/").content.decode()


def test_one_who_is_sent_although_he_cannot_is_refused_in_words(client, town, admin):  # noqa: F811
    leaver = factories.handling(town).handler
    elsewhere = person(Role.HANDLER, at=town.police, name="别处的人")
    client.force_login(admin)
    page = client.post(f"/admin/users/{leaver.pk}/hand-over/", {"to": elsewhere.pk}).content.decode()
    assert "别处的人 不是 住建局 的承办人，先任职再移交" in page
