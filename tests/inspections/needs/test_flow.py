"""What the verbs leave behind; what falls due by itself; generating; who is told (INS-3)."""

import uuid
from datetime import date, timedelta

import pytest

from enterprises.attributes.values import of_firm, put
from enterprises.criteria.flow import define
from enterprises.criteria.one import evaluate
from enterprises.criteria.reading import parse
from enterprises.models import Enterprise, Outcome
from inspections.models import Need, Subject
from inspections.needs import flow, generating, subjects
from inspections.needs.notices import settled
from portal.deadlines.sweep import sweep
from portal.outbox.models import Message
from portal.people.actors import CLOCK
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.inspections.factories import DAY, listed, need, plan, subject, visit
from tests.requests.factories import MONDAY, enterprise

FRIDAY = DAY + timedelta(days=4)


def wish(of, **given):
    known = {"kind": "statutory", "first": DAY, "last": FRIDAY}
    return flow.Wish(of.housing, of.town.firm, of.subject(of.housing), **known | given)


def test_a_need_takes_from_its_subject_what_is_not_said(of):
    one = subject(of.housing, parts=2, skill=of.gas, unannounced=True)
    made = flow.enter(flow.Wish(of.housing, of.town.firm, one, "statutory", DAY, FRIDAY), by=of.inspector, at=MONDAY)
    assert (made.basis, made.parts, made.skill, made.unannounced) == (one.basis, 2, of.gas, True)
    assert (made.number, made.created_by, made.came_by) == ("JX-20261109-0001", of.inspector, "page")
    assert Event.objects.about(made).get().kind == "need.entered"


def test_sent_twice_it_is_one_and_the_same_wish_again_is_refused(of):
    key = uuid.uuid4()
    made = flow.enter(wish(of), by=of.inspector, key=key, at=MONDAY)
    assert flow.enter(wish(of), by=of.inspector, key=key, at=MONDAY) == made
    with pytest.raises(Refused, match=made.number):
        flow.enter(wish(of), by=of.inspector, at=MONDAY)
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"last": DAY - timedelta(days=1)}, "last"),
        ({"first": date(2026, 1, 1), "last": date(2026, 1, 5)}, "last"),
        ({"last": DAY + timedelta(days=366)}, "last"),
        ({"kind": "clue"}, "basis"),  # a complaint's number stands in no law
        ({"kind": "campaign", "basis": "某某条例第 2 条"}, "basis"),
        ({"basis": "长" * 501}, "basis"),
        ({"parts": 3}, "parts"),
        ({"kind": "whim"}, "kind"),
        ({"ordered_by": "长" * 201}, "ordered_by"),
    ],
)
def test_what_could_never_be_carried_out_is_refused_at_its_field(of, given, field):
    of.housing.subjects.update(basis="某某条例第 2 条")
    with pytest.raises(Refused) as refused:
        flow.enter(wish(of, **given), by=of.inspector, at=MONDAY)
    assert refused.value.field == field


def test_another_agencys_subject_is_refused(of):
    foreign = flow.Wish(of.housing, of.town.firm, of.subject(of.fire), "statutory", DAY, FRIDAY)
    with pytest.raises(Refused):
        flow.enter(foreign, by=of.inspector, at=MONDAY)


def test_in_a_plan_that_is_being_made_it_stands_still(of):
    one = need(of, of.town.firm)
    visit(of, of.town.firm, [one], status="proposed", plan=plan(of))
    with pytest.raises(Refused, match="正在编制的计划"):
        flow.withdraw(one, by=of.inspector, reason="不查了", at=MONDAY)
    with pytest.raises(Refused, match="正在编制的计划"):
        flow.edit(one, {"last": FRIDAY + timedelta(days=1)}, by=of.inspector, at=MONDAY)


def test_a_window_that_is_over_lets_the_need_lapse_and_tells_the_agency(of):
    one = need(of, of.town.firm, created_by=of.inspector)
    sweep(MONDAY + timedelta(days=4))
    one.refresh_from_db()
    assert one.status == "open"  # Friday is its last day
    sweep(MONDAY + timedelta(days=5))
    one.refresh_from_db()
    assert (one.status, one.ended_at) == ("lapsed", MONDAY + timedelta(days=5))
    assert Message.objects.filter(kind="need.lapsed").count() == 1


def test_planned_back_and_carried_out(of):
    one = need(of, of.town.firm)
    stands = visit(of, of.town.firm, [one], status="proposed")
    one.refresh_from_db()
    one = flow.plan_(one, visit=stands, by=of.police_head, at=MONDAY)
    assert (one.status, one.visit) == ("planned", stands)
    one = flow.put_back(one, by=of.police_head, at=MONDAY)
    assert (one.status, one.visit, one.plan) == ("open", None, None)
    one = flow.carry_out(flow.plan_(one, visit=stands, by=CLOCK, at=MONDAY), by=of.inspector, at=MONDAY)
    assert (one.status, one.visit, one.ended_at) == ("done", stands, MONDAY)


def test_a_firm_is_told_what_it_is_spared_but_not_of_an_unannounced_check(of):
    told = flow.settle(need(of, of.town.firm), by=of.inspector, reasons="年报已公示", at=MONDAY)
    letters = settled(of.town.firm, {"need": told.pk})
    assert {letter.to for letter in letters} == {of.enterprise_member, of.member_official}
    secret = need(of, of.town.firm, unannounced=True, first=FRIDAY)
    secret = flow.settle(secret, by=of.inspector, reasons="年报已公示", at=MONDAY)
    assert settled(of.town.firm, {"need": secret.pk}) == []


# Generating --------------------------------------------------------------------------------------------------------


@pytest.fixture
def due(of):
    """A subject that concerns five firms, once a year: one listed, one had it, two are due; one is not known."""
    criterion = define("concerned", "涉及", {"holds": "high_tech"}, by=CLOCK)
    one = subject(of.housing, per_year=1, concerns=criterion)
    firms = [of.town.firm, of.town.foreign_firm]
    firms += [enterprise(f"第{n}企业", f"第{n}", of.town.place) for n in range(4)]
    Outcome.objects.all().delete()
    for n, firm in enumerate(firms):
        Outcome.objects.create(criterion=criterion, enterprise=firm, outcome=1 if n < 5 else 3)
    listed(of, firms[1])
    need(of, firms[2], subject=one, status="done", ended_at=MONDAY)
    return one, firms


def test_who_is_due_and_who_is_left_out_for_what(of, due):
    one, firms = due
    found = generating.due(one, "self_chosen", DAY, FRIDAY, by=of.inspector, at=MONDAY)
    assert found.firms == sorted([firms[0].pk, firms[3].pk, firms[4].pk])
    assert {why: n for why, n in found.left_out.items() if n} == {"whitelist": 1, "done": 1, "unknown": 1}
    assert firms[1].pk in generating.due(one, "statutory", DAY, FRIDAY, by=of.inspector, at=MONDAY).firms


def test_generated_twice_nothing_happens_twice(of, due):
    one, _firms = due
    made = generating.generate(one, "self_chosen", DAY, FRIDAY, by=of.inspector, at=MONDAY)
    assert {need.came_by for need in made} == {"generated"}
    assert len({need.number for need in made}) == 3
    assert generating.generate(one, "self_chosen", DAY, FRIDAY, by=of.inspector, at=MONDAY) == []
    assert Event.objects.filter(kind="need.entered").count() == 3
    with pytest.raises(Refused):
        generating.generate(one, "self_chosen", DAY, FRIDAY, by=of.fire_head, at=MONDAY)


def test_generating_costs_the_same_queries_however_many_firms(of, due, django_assert_max_num_queries):
    one, _firms = due
    with django_assert_max_num_queries(9):
        generating.due(one, "self_chosen", DAY, FRIDAY, by=of.inspector, at=MONDAY)
    for n in range(5):
        firm = enterprise(f"又{n}企业", f"又{n}", of.town.place)
        Outcome.objects.create(criterion=one.concerns, enterprise=firm, outcome=1)
    with django_assert_max_num_queries(9):
        assert len(generating.due(one, "self_chosen", DAY, FRIDAY, by=of.inspector, at=MONDAY).firms) == 8
    with django_assert_max_num_queries(24):  # eight needs, their numbers taken at once
        made = generating.generate(one, "self_chosen", DAY, FRIDAY, by=of.inspector, at=MONDAY)
    serials = [int(need.number[-4:]) for need in made]
    assert serials == list(range(serials[0], serials[0] + 8))
    assert Enterprise.objects.count() == 11


# Shipped -----------------------------------------------------------------------------------------------------------


def test_the_shipped_subjects_are_loaded_once_and_changes_stay(of):
    keys = dict.fromkeys(subjects.AGENCIES, of.housing) | {"fire": of.fire}
    made = subjects.load(keys)
    assert len(made) == len(subjects.shipped()) == 91
    assert sum(one.source == subjects.SOURCE for one in made) == 79
    one = Subject.objects.get(code="fire-01")
    assert (one.agency, one.per_year, one.checklist.count()) == (of.fire, 1, 6)
    assert Subject.objects.get(code="market-05-1").unannounced
    assert str(Subject.objects.get(code="market-33-1").share) == "0.1000"
    Subject.objects.filter(code="fire-01").update(basis="改过")
    assert subjects.load(keys) == []
    assert Subject.objects.get(code="fire-01").basis == "改过"


def test_whatever_is_looked_at_on_site_is_shipped_with_points(of):
    """Those of a field, where it has none of its own; what is settled by data or on paper needs none."""
    subjects.load(dict.fromkeys(subjects.AGENCIES, of.housing))
    bare = Subject.objects.filter(checklist=None)
    assert set(bare.values_list("method", flat=True)) <= {"by_data", "on_paper"}
    assert Subject.objects.get(code="market-08-1").checklist.filter(text__contains="进货查验").exists()


@pytest.mark.parametrize(("code", "industry", "concerned"), [("01-1", "1411", True), ("01-1", "5151", False)])
def test_whom_a_shipped_subject_concerns_is_told_by_facts(of, code, industry, concerned):
    made = {one.code: one for one in subjects.load(dict.fromkeys(subjects.AGENCIES, of.housing))}
    tree = parse(made[f"market-{code}"].concerns.current.tree)
    put(of.firm, "industry_class", industry, "统计", MONDAY.date())
    assert evaluate(tree, of_firm(of.firm), MONDAY.date()).outcome is concerned


def test_an_agency_that_is_not_named_gets_no_subjects(of):
    assert {one.agency for one in subjects.load({"fire": of.fire})} == {of.fire}
