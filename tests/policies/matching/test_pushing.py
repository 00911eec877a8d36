"""A match is told once (POL-4), whatever runs beside it; what closes soon is called to mind once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enterprises.attributes.values import Put, put_many
from enterprises.criteria import store
from enterprises.models import Criterion, Enterprise, Member, Stewardship
from policies.matching import receipts
from policies.matching.pushing import push, remind
from policies.models import ClauseVersion, Muted, Policy, Pushed, Reminded
from portal.outbox import queue
from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery, Message, State
from portal.outbox.queueing import held
from portal.worktime import clock
from tests.policies.factories import claim_row, clause, round_

HIGH_TECH = {"holds": "high_tech"}


def fits(*firms):
    put_many(Put(firm.pk, "high_tech", True, "科技", timezone.localdate()) for firm in firms)
    store.refresh(Criterion.objects.standing())


def letters(kind="policy.matched"):
    rows = Message.objects.filter(kind=kind).order_by("subject_id", "pk")
    return [(row.subject_id, row.params) for row in rows]


def received(user, kind="policy.matched"):
    found = Delivery.objects.filter(recipient=user, channel=Channel.INBOX, message__kind=kind).order_by("pk")
    return [(one.title, one.body, one.url) for one in found]


@pytest.fixture
def rd(town):
    return clause(town, tree=HIGH_TECH, title="研发补助", support="funds")


def test_one_letter_for_a_firm_with_all_that_is_new_and_never_again(town, rd):
    award = clause(town, tree=HIGH_TECH, title="认定奖励", support="award")
    clause(town, tree={"holds": "own_technology"})
    fits(town.firm, town.foreign_firm)
    assert push() == (4, 2)
    assert letters() == [
        (firm.pk, {"clauses": sorted([rd.current_id, award.current_id])}) for firm in (town.firm, town.foreign_firm)
    ]
    assert push() == (0, 0)
    late = clause(town, tree=HIGH_TECH)
    assert push() == (2, 2)
    assert letters()[1] == (town.firm.pk, {"clauses": [late.current_id]})


def test_its_people_and_its_steward_are_told_each_with_his_own_page(town, rd):
    fits(town.firm)
    push()
    deliver()
    for user in (town.enterprise_member, town.member_official):
        ((title, body, url),) = received(user)
        assert title == "乌有精密符合 1 条政策"
        assert "研发补助" in body
        assert url == f"/policies/matches/?firm={town.firm.uscc}"
    ((_title, _body, url),) = received(town.steward)
    assert url == f"/policies/matches/of/{town.firm.uscc}/"
    for name in ("former_member", "other_member", "project_assistant", "supervisor", "policy_officer"):
        assert received(town.people[name]) == []


def test_muted_kinds_are_left_out_for_who_muted_them(town, rd):
    clause(town, tree=HIGH_TECH, title="认定奖励", support="award")
    fits(town.firm)
    Muted.objects.create(user=town.enterprise_member, support="award")
    for support in ("award", "funds"):
        Muted.objects.create(user=town.steward, support=support)
    push()
    deliver()
    ((title, body, _url),) = received(town.enterprise_member)
    assert title == "乌有精密符合 1 条政策"
    assert "认定奖励" not in body
    assert received(town.steward) == []
    assert received(town.member_official)[0][0] == "乌有精密符合 2 条政策"


def test_who_cannot_be_told_is_not_noted_until_somebody_comes(town, rd):
    Member.objects.filter(enterprise=town.foreign_firm).delete()
    fits(town.foreign_firm)
    assert push() == (0, 0)
    Member.objects.create(enterprise=town.foreign_firm, user=town.other_member, since=clock.now() - timedelta(hours=1))
    assert push() == (1, 1)


def test_a_firm_that_is_gone_is_told_nothing(town, rd):
    fits(town.firm)
    Enterprise.objects.filter(pk=town.firm.pk).update(status="cancelled")
    assert push() == (0, 0)


def test_what_is_not_in_force_is_not_told(town, rd):
    fits(town.firm)
    tomorrow = timezone.localdate() + timedelta(days=1)
    type(rd.policy.current).objects.filter(pk=rd.policy.current_id).update(valid_from=tomorrow)
    assert push() == (0, 0)


def test_what_went_out_of_force_before_it_was_written_is_not_told(town, rd):
    fits(town.firm)
    push()
    rd.policy.current.status = "superseded"
    rd.policy.current.save()
    deliver()
    assert received(town.enterprise_member) == []


def test_a_new_version_of_the_clause_is_told_anew(town, rd):
    fits(town.firm)
    push()
    old = rd.policy.current
    type(old).objects.filter(pk=old.pk).update(status="superseded")
    old.pk, old.number, old.status = None, 2, "in_force"
    old.save()
    Policy.objects.filter(pk=rd.policy_id).update(current=old)
    version = ClauseVersion.objects.create(
        version=old, clause=rd, title="研发补助", support="funds", conditions="x", benefit="y", way="by_data"
    )
    type(rd).objects.filter(pk=rd.pk).update(current=version)
    assert push() == (1, 1)
    assert Pushed.objects.filter(enterprise=town.firm).count() == 2


def test_the_first_load_of_a_town_can_be_held_back(town, rd):
    fits(town.firm)
    with held():
        assert push() == (1, 1)
    assert Message.objects.get(kind="policy.matched").state == State.HELD
    deliver()
    assert received(town.enterprise_member) == []
    assert push() == (0, 0)


# Reminders --------------------------------------------------------------------------------------------------------


def test_a_round_that_closes_within_a_week_is_called_to_mind_once(town, rd):
    now = clock.now()
    soon = round_(rd, opens_at=now - timedelta(days=25), days=30)
    late = clause(town, tree=HIGH_TECH)
    round_(late, opens_at=now - timedelta(days=10), days=30)
    round_(late, opens_at=now - timedelta(days=60), days=30)
    fits(town.firm, town.foreign_firm)
    claim_row(soon, town.foreign_firm)
    assert remind() == (1, 1)
    assert letters("policy.closing") == [(town.firm.pk, {"rounds": [soon.pk]})]
    assert remind() == (0, 0)
    deliver()
    assert "1 项申报快截止" in received(town.enterprise_member, "policy.closing")[0][0]
    assert Reminded.objects.count() == 1


def test_at_the_seventh_day_and_not_before(town, rd):
    fits(town.firm)
    now = clock.now()
    round_(rd, opens_at=now, days=8)
    assert remind(at=now + timedelta(days=1) - timedelta(seconds=1)) == (0, 0)
    assert remind(at=now + timedelta(days=1)) == (1, 1)


def test_who_has_claimed_meanwhile_is_not_reminded(town, rd):
    fits(town.firm)
    batch = round_(rd, opens_at=clock.now() - timedelta(days=25), days=30)
    remind()
    claim_row(batch, town.firm)
    deliver()
    assert received(town.enterprise_member, "policy.closing") == []


# Receipts ---------------------------------------------------------------------------------------------------------


def test_the_first_reader_of_the_firm_is_noted_and_no_official(town, rd):
    fits(town.firm)
    push()
    assert receipts.read(town.steward, [town.firm.pk], [rd.current_id]) == 0
    assert receipts.opened(town.supervisor, rd.policy) == 0
    assert receipts.read(town.other_member, [town.firm.pk], [rd.current_id]) == 0
    assert receipts.opened(town.member_official, rd.policy) == 1
    first = Pushed.objects.get()
    assert first.read_by == town.member_official
    assert receipts.read(town.enterprise_member, [town.firm.pk], [rd.current_id]) == 0
    assert Pushed.objects.get().read_at == first.read_at


# Two at once ------------------------------------------------------------------------------------------------------


def two_at_once(act):
    """Both begin together; the first to have written holds its transaction open until the other has begun to write."""
    barrier = threading.Barrier(2, timeout=60)

    def run():
        try:
            act(barrier)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def naive(barrier):
    """The control: looks first, then writes, and tells of what it has seen missing."""
    with transaction.atomic():
        told = set(Pushed.objects.values_list("enterprise_id", flat=True))
        missing = [firm for firm in Enterprise.objects.all() if firm.pk not in told]
        barrier.wait()
        version = ClauseVersion.objects.get()
        rows = [Pushed(clause=version, enterprise=firm, at=clock.now()) for firm in missing]
        Pushed.objects.bulk_create(rows, ignore_conflicts=True)
        for firm in missing:
            key = f"policy.matched:{firm.pk}:{threading.get_ident()}"
            queue("policy.matched", firm, key=key, at=clock.now(), clauses=[version.pk])


def once(barrier):
    barrier.wait()
    push()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("act", "sent"), [(once, 2), (naive, 4)], ids=["push", "control"])
def test_of_two_that_push_at_once_one_tells(town, rd, act, sent):
    fits(town.firm, town.foreign_firm)
    two_at_once(act)
    assert Pushed.objects.count() == 2
    assert Message.objects.filter(kind="policy.matched").count() == sent


def test_many_firms_are_told_by_as_many_statements_as_one(town, rd):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            push()
        return len(queries)

    fits(town.firm)
    one = counted()
    made = Enterprise.objects.bulk_create(
        Enterprise(uscc=f"X{n:017d}", name=f"第 {n} 家企业", place=town.place, kind="limited") for n in range(300)
    )
    yesterday = clock.now() - timedelta(days=1)
    Stewardship.objects.bulk_create(Stewardship(enterprise=firm, user=town.steward, since=yesterday) for firm in made)
    fits(*made)
    assert counted() == one
    assert Message.objects.filter(kind="policy.matched").count() == 301
