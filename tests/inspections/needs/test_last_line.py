"""The database's own refusal (INS-2), by raw SQL as the application's role; each with its control."""

import threading
from datetime import date, timedelta

import dj_database_url
import psycopg2
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from inspections.models import Entry, JointVisit, Need, Rules
from inspections.needs import flow, gate
from inspections.visits import stages as visits
from portal.people.refusal import Refused
from portal.worktime.calendar import calendar
from tests.inspections.factories import DAY, agencies, listed, need, plan, visit
from tests.requests import factories as make
from tests.requests.factories import MONDAY

FRIDAY = DAY + timedelta(days=4)


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def stands(of, days, **fields):
    """Housing's self-chosen visit so many days before DAY."""
    day = DAY - timedelta(days=days)
    return visit(of, of.town.firm, [need(of, of.town.firm, first=day, last=day)], day=day, **fields)


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "self_chosen"), ("ordered_by", ""), ("status", "open"), ("enterprise_id", None)]
)
def test_no_update_makes_a_blocked_need_of_a_lawful_one(of, column, value):
    lawful = {
        "kind": {"kind": "statutory"},
        "ordered_by": {"kind": "random", "ordered_by": "部署"},
        "status": {"status": "dropped", "ended_at": MONDAY},
        "enterprise_id": {},
    }[column]
    firm = of.town.foreign_firm if column == "enterprise_id" else of.town.firm
    one = need(of, firm, **lawful)
    change = f"UPDATE inspections_need SET {column} = %s, ended_at = NULL WHERE id = %s"
    value = of.town.firm.pk if column == "enterprise_id" else value
    with transaction.atomic():
        sql(change, value, one.pk)  # the control: the firm is not listed
        transaction.set_rollback(True)
    listed(of, of.town.firm)
    with pytest.raises(IntegrityError, match="need_of_whitelisted_firm"):
        sql(change, value, one.pk)


def test_no_row_is_inserted_for_a_listed_firm(of):
    listed(of, of.town.firm)
    need(of, of.town.firm, kind="statutory")
    need(of, of.town.foreign_firm)
    with pytest.raises(IntegrityError, match="need_of_whitelisted_firm"), transaction.atomic():
        need(of, of.town.firm, kind="random", ordered_by="  ")


def test_what_a_window_is_moved_into_is_seen_as_well(of):
    listed(of, of.town.firm, term=(date(2026, 1, 1), date(2026, 6, 30)))
    one = need(of, of.town.firm)
    with pytest.raises(IntegrityError, match="need_of_whitelisted_firm"):
        sql("UPDATE inspections_need SET first = '2026-06-30' WHERE id = %s", one.pk)


def test_no_firm_is_listed_over_needs_that_wait(of):
    one = need(of, of.town.firm)
    entry = listed(of, of.town.firm, status="approve")
    change = "UPDATE inspections_entry SET status = 'listed', approved_at = now() WHERE id = %s"
    with pytest.raises(IntegrityError, match="listed_over_waiting_needs"):
        sql(change, entry.pk)
    with transaction.atomic():  # the same transaction may bar them afterwards
        Entry.objects.filter(pk=entry.pk).update(status="listed", approved_at=MONDAY)
        assert flow.bar(of.town.firm, entry.term_from, entry.term_until, by=of.leader, at=MONDAY) == [one]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    one.refresh_from_db()
    assert (one.status, one.ended_for) == ("dropped", "企业列入白名单")


def test_what_inspectors_are_carrying_out_goes_on(of):
    under_way = visit(of, of.town.firm, status=visits.UNDER_WAY)
    entry = listed(of, of.town.firm, status="approve")
    assert flow.bar(of.town.firm, entry.term_from, entry.term_until, by=of.leader, at=MONDAY) == []
    sql("UPDATE inspections_entry SET status = 'listed', approved_at = now() WHERE id = %s", entry.pk)
    flow.carry_out(under_way.needs.get(), by=of.inspector, at=MONDAY)


def test_no_visit_stands_beyond_the_yearly_cap(of):
    Rules.objects.create(pk=1, yearly_cap=1)
    stands(of, 60)
    further = stands(of, 0, status="proposed")
    schedule = "UPDATE inspections_jointvisit SET status = 'scheduled' WHERE id = %s"
    with transaction.atomic():
        sql("UPDATE inspections_need SET kind = 'statutory' WHERE visit_id = %s", further.pk)
        sql(schedule, further.pk)  # the control: what is not capped stands
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError, match="visits_beyond_yearly_cap"):
        sql(schedule, further.pk)


def test_nor_by_hanging_a_need_to_a_visit_that_stands(of):
    Rules.objects.create(pk=1, yearly_cap=1)
    stands(of, 60)
    lawful = visit(of, of.town.firm, [need(of, of.town.firm, kind="statutory")], day=DAY)
    one = need(of, of.town.firm, first=DAY)
    with pytest.raises(IntegrityError, match="visits_beyond_yearly_cap"):
        sql("UPDATE inspections_need SET visit_id = %s WHERE id = %s", lawful.pk, one.pk)


def test_a_lowered_cap_leaves_what_stands_alone(of):
    for days in (60, 90):
        stands(of, days)
    sql("SELECT 1")  # what was to be looked at for them has been, as after their commit
    Rules.objects.create(pk=1, yearly_cap=1)
    sql("UPDATE inspections_jointvisit SET status = 'under_way'")
    assert JointVisit.objects.filter(status="under_way").count() == 2


def _two_agencies(of, days, kind="statutory"):
    """Fire's visit stands, housing's is proposed so many days later."""
    visit(of, of.town.firm, [need(of, of.town.firm, of.fire, kind="statutory")], day=DAY)
    own = need(of, of.town.firm, kind=kind)
    return visit(of, of.town.firm, [own], day=DAY + timedelta(days=days), status="proposed")


@pytest.mark.parametrize(("days", "stands"), [(6, False), (7, True)])  # Sunday: four working days on; Monday: five
def test_at_a_listed_firm_visits_of_several_agencies_keep_the_gap(of, days, stands):
    Rules.objects.create(pk=1, gap=5)
    further = _two_agencies(of, days)
    schedule = "UPDATE inspections_jointvisit SET status = 'scheduled' WHERE id = %s"
    with transaction.atomic():
        sql(schedule, further.pk)  # the control: the firm is not listed
        transaction.set_rollback(True)
    listed(of, of.town.firm)
    if stands:
        sql(schedule, further.pk)
    else:
        with pytest.raises(IntegrityError, match="visits_of_several_agencies_too_near"):
            sql(schedule, further.pk)


def test_follow_ups_keep_no_gap(of):
    further = _two_agencies(of, 1, kind="follow_up")
    sql("SELECT 1")
    listed(of, of.town.firm)
    sql("UPDATE inspections_jointvisit SET status = 'scheduled' WHERE id = %s", further.pk)


def test_working_days_are_those_of_the_calendar(of):
    spans = [(date(2026, 9, 28), date(2026, 10, 12)), (date(2026, 2, 1), date(2026, 3, 1)), (DAY, DAY)]
    with connection.cursor() as cursor:
        for one, other in spans:
            cursor.execute("SELECT inspections_working_days(%s, %s)", [other, one])
            assert cursor.fetchone()[0] == calendar().working_days_between(one, other)


# Two transactions that would cross ---------------------------------------------------------------------------------


@pytest.fixture
def world(transactional_db):
    return agencies(make.build())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locks", [True, False], ids=["as shipped", "control without the lock"])
def test_a_need_and_a_listing_at_once_do_not_both_happen(world, locks):
    """The control takes the lock out of the triggers, as the owner: then both happen."""
    of = world
    entry = listed(of, of.town.firm, status="approve")
    restore = [] if locks else _without_locks()
    entered, told = threading.Event(), threading.Event()
    said = []

    def enters():
        try:
            with transaction.atomic():
                need(of, of.town.firm)
                entered.set()
                told.wait(1.5)
        finally:
            connection.close()

    def lists():
        entered.wait(5)
        try:
            with transaction.atomic():
                Entry.objects.filter(pk=entry.pk).update(status="listed", approved_at=MONDAY)
            said.append("listed")
        except IntegrityError as error:
            said.append(str(error).split("\n")[0])
        finally:
            told.set()
            connection.close()

    threads = [threading.Thread(target=enters), threading.Thread(target=lists)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    finally:
        for statement in restore:
            _as_owner(statement)
    assert Need.objects.count() == 1
    assert said == (["listed_over_waiting_needs"] if locks else ["listed"])


def _without_locks():
    """Takes the lock out of both functions; gives the statements that put it back."""
    restore = []
    for name in ("inspections_need_gate", "inspections_entry_gate"):
        source = _as_owner(f"SELECT pg_get_functiondef('{name}'::regproc)")
        restore.append(source)
        _as_owner("\n".join(line for line in source.split("\n") if "for no key update" not in line))
    return restore


def _as_owner(statement):
    owner = dj_database_url.parse(settings.DATABASE_OWNER_URL)
    where = {"host": owner["HOST"], "port": owner["PORT"] or None, "dbname": connection.settings_dict["NAME"]}
    said = psycopg2.connect(**where, user=owner["USER"], password=owner["PASSWORD"])
    with said, said.cursor() as cursor:
        cursor.execute(statement)
        answer = cursor.fetchone()[0] if cursor.description else None
    said.close()
    return answer


def test_the_verb_waits_for_the_firm_and_then_refuses(of):
    listed(of, of.town.firm)
    wish = flow.Wish(of.housing, of.town.firm, of.subject(of.housing), "self_chosen", DAY, FRIDAY)
    with pytest.raises(Refused):
        flow.enter(wish, by=of.inspector, at=MONDAY)
    assert [firm.pk for firm in gate.locked([of.town.foreign_firm, of.town.firm])] == sorted(
        [of.town.firm.pk, of.town.foreign_firm.pk]
    )
    assert plan(of).pk
