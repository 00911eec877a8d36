"""The verbs on a firm: who may, what changes, what the trail says."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from enterprises import flow
from enterprises.models import Enterprise, Member, PlaceMember, Stewardship, firms_of
from portal.people.actors import CLOCK
from portal.people.models import Delegation, Membership
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.models import Audience, Event
from portal.worktime import clock
from tests.enterprises import factories
from tests.enterprises.factories import LONG_AGO, again

pytestmark = pytest.mark.django_db

MAY_MANAGE = {"intake_clerk", "supervisor"}


@pytest.fixture
def clerk(db):
    return factories.person("clerk", "intake_clerk")


@pytest.fixture
def firm(db):
    return factories.firm(1)


def last_event(subject):
    return Event.objects.about(subject).last()


def test_a_new_member_may_act_at_once_and_the_trail_says_so(firm, clerk, at):
    user, now = factories.person("agent"), at("2026-11-23 15:20")
    assert firms_of(user) == frozenset()
    member = flow.add_member(firm, user, by=clerk, title="会计", at=now)
    assert firms_of(user, now) == {firm.pk}
    assert (member.title, member.is_primary, member.since, member.until) == ("会计", True, now, None)
    event = last_event(firm)
    assert (event.kind, event.actor, event.role, event.at) == ("enterprise.member_added", clerk, "intake_clerk", now)
    assert event.data == {"member": member.pk, "user": user.pk}
    assert event.audience == Audience.FIRM


def test_what_was_known_of_a_person_is_forgotten_when_it_changes(firm, clerk):
    user = factories.person("agent")
    assert firms_of(user) == frozenset()
    member = flow.add_member(firm, user, by=clerk)
    assert firms_of(user) == {firm.pk}
    flow.end_member(member, by=clerk)
    assert firms_of(member.user) == frozenset()


def test_an_ended_member_loses_access_at_once_and_leaves_his_row(firm, clerk, at):
    now = at("2026-11-23 15:20")
    member = factories.member(firm, factories.person("agent"))
    flow.end_member(member, by=clerk, at=now)
    assert not Enterprise.objects.visible_to(again(member.user), now).exists()
    assert Enterprise.objects.visible_to(again(member.user), now - timedelta(seconds=1)).exists()
    assert Member.objects.get(pk=member.pk).until == now
    assert last_event(firm).kind == "enterprise.member_ended"
    with pytest.raises(flow.Refused):
        flow.end_member(member, by=clerk, at=now)


def test_the_role_of_a_firms_person_follows_his_firms(firm, clerk):
    other, user = factories.firm(2), factories.person("agent")
    first = flow.add_member(firm, user, by=clerk)
    second = flow.add_member(other, user, by=clerk)
    assert rights_of(again(user)).has(Role.ENTERPRISE_MEMBER)
    flow.end_member(first, by=clerk)
    assert rights_of(again(user)).has(Role.ENTERPRISE_MEMBER)
    flow.end_member(second, by=clerk)
    assert not rights_of(again(user)).has(Role.ENTERPRISE_MEMBER)
    assert Membership.objects.filter(user=user, role=Role.ENTERPRISE_MEMBER).count() == 1


def test_a_person_is_member_of_a_firm_once(firm, clerk):
    user = factories.person("agent")
    flow.add_member(firm, user, by=clerk)
    with pytest.raises(flow.Refused, match="已经是"):
        flow.add_member(firm, user, by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.member(firm, user)


def test_a_person_may_come_back(firm, clerk, at):
    user = factories.person("agent")
    left = flow.end_member(factories.member(firm, user), by=clerk, at=at("2026-11-02 09:00"))
    back = flow.add_member(firm, user, by=clerk, at=left.until)
    assert back.pk != left.pk
    assert firms_of(again(user)) == {firm.pk}


def test_a_firm_has_one_primary_contact(firm, clerk):
    one, two, three = (factories.person(name) for name in ("one", "two", "three"))
    first = flow.add_member(firm, one, by=clerk)
    second = flow.add_member(firm, two, by=clerk)
    assert (first.is_primary, second.is_primary) == (True, False)
    third = flow.add_member(firm, three, by=clerk, primary=True)
    assert list(firm.members.filter(is_primary=True)) == [third]
    flow.make_primary(second, by=clerk)
    assert list(firm.members.filter(is_primary=True)) == [second]
    with pytest.raises(IntegrityError), transaction.atomic():
        firm.members.filter(pk=third.pk).update(is_primary=True)


def test_who_left_cannot_be_made_primary(firm, clerk):
    member = flow.end_member(factories.member(firm, factories.person("agent")), by=clerk)
    with pytest.raises(flow.Refused):
        flow.make_primary(member, by=clerk)


def test_a_deactivated_account_is_not_added(firm, clerk):
    with pytest.raises(flow.Refused, match="停用"):
        flow.add_member(firm, factories.person("gone", is_active=False), by=clerk)


@pytest.mark.parametrize("role", Role.values)
def test_who_may_manage_people_and_stewards(firm, role):
    by, user, steward = factories.person("by", role), factories.person("agent"), factories.person("new", "steward")
    for verb in (lambda: flow.add_member(firm, user, by=by), lambda: flow.assign_steward(firm, steward, by=by)):
        if role in MAY_MANAGE:
            verb()
        else:
            with pytest.raises(flow.Refused):
                verb()
    assert Event.objects.exists() == Member.objects.exists() == (role in MAY_MANAGE)


@pytest.mark.parametrize("role", ["steward", "project_assistant", "grid_member"])
def test_who_looks_after_a_firm_keeps_its_people_but_names_no_steward(role):
    places = factories.town()
    own, foreign = factories.firm(1, places["A1"]), factories.firm(2, places["B1"])
    by, user = factories.person("by", role), factories.person("agent")
    if role == "grid_member":
        factories.grid_member(places["A"], by)
    else:
        factories.steward(own, by, kind=role)
    flow.add_member(own, user, by=by)
    with pytest.raises(flow.Refused):
        flow.add_member(foreign, user, by=by)
    with pytest.raises(flow.Refused):
        flow.assign_steward(own, factories.person("new", "steward"), by=by)


def test_a_firms_own_people_manage_nobody(firm):
    owner = factories.person("owner", "enterprise_member")
    factories.member(firm, owner, is_primary=True)
    with pytest.raises(flow.Refused):
        flow.add_member(firm, factories.person("friend"), by=owner)


def test_the_trail_says_for_whom_a_deputy_acts(firm, clerk):
    deputy, until = factories.person("deputy"), clock.now() + timedelta(days=1)
    Delegation.objects.create(principal=clerk, deputy=deputy, since=LONG_AGO, until=until)
    flow.add_member(firm, factories.person("agent"), by=deputy)
    event = last_event(firm)
    assert (event.actor, event.principal, event.role) == (deputy, clerk, "intake_clerk")


def test_a_new_steward_takes_over_from_the_old_one(firm, clerk, at):
    old, new, now = factories.person("old", "steward"), factories.person("new", "steward"), at("2026-11-23 15:20")
    before = factories.steward(firm, old)
    tie = flow.assign_steward(firm, new, by=clerk, at=now)
    assert Stewardship.objects.get(pk=before.pk).until == tie.since == now
    assert firm.first_contact(now) == new
    assert firm.first_contact(now - timedelta(seconds=1)) == old
    assert last_event(firm).data == {"stewardship": tie.pk, "user": new.pk, "kind": "steward", "before": old.pk}
    with pytest.raises(flow.Refused, match="本来就是"):
        flow.assign_steward(firm, new, by=clerk, at=now)


def test_the_database_keeps_to_one_steward_per_firm(firm):
    factories.steward(firm, factories.person("one"))
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.steward(firm, factories.person("two"))


def test_each_project_has_its_own_assistant_beside_the_steward(firm, clerk):
    one, two = factories.person("one", "project_assistant"), factories.person("two", "project_assistant")
    factories.steward(firm, factories.person("steward"))
    for project in ("二期厂房", "智能产线"):
        flow.assign_steward(firm, one, by=clerk, kind="project_assistant", project=project)
    flow.assign_steward(firm, two, by=clerk, kind="project_assistant", project="二期厂房")
    open_ties = firm.stewardships.filter(until=None, kind="project_assistant").values_list("project", "user__username")
    assert set(open_ties) == {("二期厂房", "two"), ("智能产线", "one")}


def test_a_steward_must_hold_the_role_himself(firm, clerk):
    steward, deputy = factories.person("steward", "steward"), factories.person("deputy")
    until = clock.now() + timedelta(days=1)
    Delegation.objects.create(principal=steward, deputy=deputy, since=LONG_AGO, until=until)
    for user in (factories.person("nobody"), factories.person("leader", "leader"), deputy):
        with pytest.raises(flow.Refused, match="服务管家"):
            flow.assign_steward(firm, user, by=clerk)
    with pytest.raises(flow.Refused, match="助企员"):
        flow.assign_steward(firm, steward, by=clerk, kind="project_assistant")


def test_a_stewardship_can_end_without_a_successor(firm, clerk):
    tie = factories.steward(firm, factories.person("steward", "steward"))
    flow.end_steward(tie, by=clerk)
    assert firm.first_contact() is None
    assert last_event(firm).kind == "enterprise.steward_ended"
    with pytest.raises(flow.Refused):
        flow.end_steward(tie, by=clerk)


def test_everything_a_person_looks_after_is_handed_over_in_one_act(at):
    places, now = factories.town(), at("2026-11-23 15:20")
    firms = [factories.firm(n, places["T"]) for n in range(1, 4)]
    leaving = factories.person("leaving", "steward", "project_assistant", "grid_member")
    to = factories.person("to", "steward", "project_assistant", "grid_member")
    for firm in firms:
        factories.steward(firm, leaving)
    factories.steward(firms[0], leaving, kind="project_assistant", project="二期厂房")
    factories.steward(firms[0], leaving, kind="project_assistant", project="旧项目", until=LONG_AGO)
    factories.grid_member(places["A"], leaving)
    factories.grid_member(places["B"], leaving)
    factories.grid_member(places["B"], to)
    administrator = factories.person("admin", "administrator")
    assert flow.hand_over_stewardships(leaving, to, by=administrator, at=now) == 6
    assert not Stewardship.objects.current(now).filter(user=leaving).exists()
    assert Stewardship.objects.current(now).filter(user=to).count() == 4
    assert set(PlaceMember.objects.current(now).values_list("place__code", "user__username")) == {
        ("A", "to"),
        ("B", "to"),
    }
    assert all(last_event(firm).kind == "enterprise.steward_assigned" for firm in firms)
    assert last_event(places["A"]).kind == "place.grid_member_changed"
    assert flow.hand_over_stewardships(leaving, to, by=administrator, at=now) == 0


def test_a_hand_over_is_whole_or_not_at_all(firm):
    leaving, administrator = factories.person("leaving"), factories.person("admin", "administrator")
    tie = factories.steward(firm, leaving)
    factories.steward(firm, leaving, kind="project_assistant", project="二期")
    with pytest.raises(flow.Refused):
        flow.hand_over_stewardships(leaving, factories.person("half", "steward"), by=administrator)
    with pytest.raises(flow.Refused):
        flow.hand_over_stewardships(leaving, leaving, by=administrator)
    with pytest.raises(flow.Refused):
        flow.hand_over_stewardships(leaving, factories.person("to", "steward"), by=factories.person("h", "handler"))
    tie.refresh_from_db()
    assert tie.until is None
    assert not Event.objects.exists()


def test_a_renamed_firm_keeps_its_history(clerk, at):
    firm = factories.firm(1, name="太仓乌有厂", established_on="2012-03-04")
    flow.change_name(firm, "太仓乌有有限公司", by=clerk, at=at("2020-05-06 10:00"))
    flow.change_name(firm, " 太仓乌有股份有限公司 ", by=clerk, at=at("2026-11-23 10:00"))
    assert Enterprise.objects.get(pk=firm.pk).name == "太仓乌有股份有限公司"
    history = [(str(f.since), str(f.until), f.name) for f in firm.former_names.all()]
    assert history == [
        ("2020-05-06", "2026-11-23", "太仓乌有有限公司"),
        ("2012-03-04", "2020-05-06", "太仓乌有厂"),
    ]
    assert last_event(firm).kind == "enterprise.renamed"
    for name in ("", "  ", "太仓乌有股份有限公司"):
        with pytest.raises(flow.Refused):
            flow.change_name(firm, name, by=clerk)


@pytest.mark.parametrize(("role", "may"), [("data_officer", True), ("supervisor", True), ("steward", False)])
def test_who_may_rename(firm, role, may):
    by = factories.person("by", role)
    factories.steward(firm, by)
    if may:
        flow.change_name(firm, "太仓新名有限公司", by=by)
    else:
        with pytest.raises(flow.Refused):
            flow.change_name(firm, "太仓新名有限公司", by=by)


def test_the_clock_is_not_asked_for_rights(firm, at):
    flow.add_member(firm, factories.person("agent"), by=CLOCK, at=at("2026-11-23 15:20"))
    assert last_event(firm).actor is None


def test_a_tie_cannot_end_before_it_begins(firm, at):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.member(firm, factories.person("agent"), until=LONG_AGO - timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_two_clerks_adding_the_same_person_at_once_make_one_member():
    firm, user = factories.firm(1), factories.person("agent")
    clerks, start, outcomes = [factories.person(f"c{n}", "intake_clerk") for n in range(4)], Barrier(4), []

    def add(clerk):
        try:
            start.wait()
            flow.add_member(Enterprise.objects.get(pk=firm.pk), again(user), by=clerk)
            outcomes.append("added")
        except flow.Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=add, args=[clerk]) for clerk in clerks]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["added", "refused", "refused", "refused"]
    assert Member.objects.count() == Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_stewards_named_at_once_leave_one():
    firm = factories.firm(1)
    clerk = factories.person("clerk", "intake_clerk")
    stewards, start, failures = [factories.person(f"s{n}", "steward") for n in range(4)], Barrier(4), []

    def assign(user):
        try:
            start.wait()
            flow.assign_steward(Enterprise.objects.get(pk=firm.pk), again(user), by=again(clerk))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=assign, args=[user]) for user in stewards]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []
    assert firm.stewardships.filter(until=None).count() == 1
    assert firm.stewardships.count() == 4


def test_nobody_makes_himself_or_whom_he_stands_in_for_a_person_of_the_firm(firm):
    by, principal = factories.person("by", "intake_clerk"), factories.person("principal", "intake_clerk")
    Delegation.objects.create(principal=principal, deputy=by, since=LONG_AGO, until=LONG_AGO.replace(year=2099))
    for user in (by, principal):
        with pytest.raises(flow.Refused, match="不能把自己"):
            flow.add_member(firm, user, by=by)
    assert not firm.members.exists()
