"""AB角: who may set a deputy, for whom, and what it gives."""

from datetime import timedelta

import pytest

from portal.desk.accounts import flow
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.models import Event
from tests.people.factories import administrator, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def noon(at):
    return at("2026-11-23 12:00")


def test_the_principal_sets_a_deputy_for_a_period(noon):
    principal, deputy = person(Role.SUPERVISOR), person(Role.TRIAGER)
    delegation = flow.delegate(principal, deputy, by=principal, until=noon + 3 * DAY, reason="年休假", at=noon)
    held = [rights_of(deputy, noon + n * DAY).has(Role.SUPERVISOR) for n in (0, 2, 3)]
    assert held == [True, True, False]
    event = Event.objects.about(principal).get()
    assert (event.kind, event.data["deputy"], event.data["delegation"]) == (
        "delegation.given",
        deputy.pk,
        delegation.pk,
    )
    assert "年休假" not in str(event.data), "free text stays in its row"


def test_an_administrator_sets_it_for_others_but_not_to_himself(noon):
    principal, deputy, admin = person(Role.SUPERVISOR), person(Role.TRIAGER), administrator()
    with pytest.raises(flow.Refused, match="委托给自己"):
        flow.delegate(principal, admin, by=admin, until=noon + DAY, at=noon)
    assert flow.delegate(principal, deputy, by=admin, until=noon + DAY, at=noon)


def test_others_cannot(noon):
    principal, deputy = person(Role.SUPERVISOR), person(Role.TRIAGER)
    for somebody in (deputy, person(Role.LEADER)):
        with pytest.raises(flow.Refused):
            flow.delegate(principal, deputy, by=somebody, until=noon + DAY, at=noon)


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"since": -1, "until": 1}, "不能从过去开始"),
        ({"until": 0}, "结束日期要晚于"),
        ({"since": 2, "until": 1}, "结束日期要晚于"),
    ],
)
def test_periods_that_make_no_sense(noon, fields, sentence):
    principal = person(Role.SUPERVISOR)
    days = {key: noon + value * DAY for key, value in fields.items()}
    with pytest.raises(flow.Refused, match=sentence):
        flow.delegate(principal, person(Role.TRIAGER), by=principal, at=noon, **days)


def test_deputies_are_officials_and_so_are_principals(noon):
    principal, firm = person(Role.SUPERVISOR), person(Role.ENTERPRISE_MEMBER)
    for deputy in (firm, person(), person(Role.TRIAGER, is_active=False)):
        with pytest.raises(flow.Refused, match="不是在岗人员"):
            flow.delegate(principal, deputy, by=principal, until=noon + DAY, at=noon)
    with pytest.raises(flow.Refused, match="没有可以委托的职责"):
        flow.delegate(firm, principal, by=firm, until=noon + DAY, at=noon)
    with pytest.raises(flow.Refused, match="委托给本人"):
        flow.delegate(principal, principal, by=principal, until=noon + DAY, at=noon)


def test_the_three_duties_stay_apart(noon):
    auditor, triager, admin = person(Role.AUDITOR), person(Role.TRIAGER), administrator()
    for principal, deputy in [(auditor, triager), (triager, auditor), (admin, triager), (auditor, admin)]:
        with pytest.raises(flow.Refused, match="三项职责要分开"):
            flow.delegate(principal, deputy, by=principal, until=noon + DAY, at=noon)


def test_one_deputy_at_a_time(noon):
    principal = person(Role.SUPERVISOR)
    flow.delegate(principal, person(Role.TRIAGER), by=principal, until=noon + 2 * DAY, at=noon)
    with pytest.raises(flow.Refused, match="已经有代理人"):
        flow.delegate(principal, person(Role.TRIAGER), by=principal, until=noon + DAY, at=noon)


def test_ending_acts_at_once(noon):
    principal, deputy = person(Role.SUPERVISOR), person(Role.TRIAGER)
    delegation = flow.delegate(principal, deputy, by=principal, until=noon + 9 * DAY, at=noon)
    with pytest.raises(flow.Refused):
        flow.end_delegation(delegation, by=person(Role.LEADER), at=noon + DAY)
    flow.end_delegation(delegation, by=deputy, at=noon + DAY)
    assert not rights_of(deputy, noon + DAY).has(Role.SUPERVISOR)
    with pytest.raises(flow.Refused, match="早已结束"):
        flow.end_delegation(delegation, by=principal, at=noon + 2 * DAY)


def test_the_page_counts_the_last_day_whole(client):
    principal, deputy = person(Role.SUPERVISOR), person(Role.TRIAGER)
    client.force_login(principal)
    response = client.post("/account/deputy/", {"deputy": deputy.pk, "since": "", "until": "2099-03-31", "reason": ""})
    assert response.status_code == 302, response.context["form"].errors
    assert principal.delegations_given.get().last_day.isoformat() == "2099-03-31"
    late = client.post("/account/deputy/", {"deputy": deputy.pk, "until": "2001-01-01"})
    assert "已经过去" in "".join(late.context["form"].errors["until"])
