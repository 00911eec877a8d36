"""The gate (INS-2): what is refused, what is lawful, and that a refused attempt is counted exactly once."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises.models import Enterprise
from inspections.models import BlockedAttempt, Need, Rules
from inspections.needs import counting, flow, gate, stages
from portal.people.actors import CLOCK
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.inspections.factories import DAY, listed, need, visit
from tests.requests.factories import MONDAY

FRIDAY = DAY + timedelta(days=4)
FREE = {stages.STATUTORY, stages.CAMPAIGN, stages.CLUE, stages.FOLLOW_UP, stages.EMERGENCY, stages.BOOKED}


def wish(of, kind=stages.SELF_CHOSEN, firm=None, **given):
    known = {"first": DAY, "last": FRIDAY, "basis": "年度检查计划"}
    return flow.Wish(of.housing, firm or of.town.firm, of.subject(of.housing), kind, **known | given)


def enter(of, kind=stages.SELF_CHOSEN, **given):
    how = {name: given.pop(name) for name in ("by", "key", "way") if name in given}
    return flow.enter(wish(of, kind, **given), **{"by": of.inspector, "at": MONDAY} | how)


def soon():
    """A day that pages, which go by the real clock, take."""
    return local_day(clock.now()) + timedelta(days=10)


def stands(of, days, **fields):
    """Housing's self-chosen visit so many days before DAY."""
    day = DAY - timedelta(days=days)
    return visit(of, of.town.firm, [need(of, of.town.firm, first=day, last=day)], day=day, **fields)


@pytest.mark.parametrize("kind", stages.KINDS)
def test_at_a_whitelisted_firm_only_what_the_law_asks_for_remains(of, kind):
    listed(of, of.town.firm)
    if kind in FREE:
        assert enter(of, kind).status == "open"
        assert not BlockedAttempt.objects.exists()
        return
    with pytest.raises(gate.Blocked) as refused:
        enter(of, kind)
    assert refused.value.why == "whitelist"
    attempt = BlockedAttempt.objects.get()
    assert (attempt.kind, attempt.why, attempt.way, attempt.by) == (kind, "whitelist", "page", of.inspector)
    assert (attempt.first, attempt.last, attempt.words) == (DAY, FRIDAY, refused.value.sentence)
    assert not Need.objects.exists()


@pytest.mark.parametrize("kind", stages.BLOCKED)
def test_what_somebody_tried_in_english_is_kept_in_chinese_and_told_in_the_readers_language(of, kind):
    listed(of, of.town.firm)
    with translation.override("en"), pytest.raises(gate.Blocked) as refused:
        enter(of, kind)
    attempt = BlockedAttempt.objects.get()
    assert attempt.words == attempt.said == stages.SPARED[kind]
    with translation.override("en"):
        assert attempt.said == refused.value.sentence != attempt.words


def test_a_random_check_ordered_from_above_is_lawful_and_names_the_order(of):
    listed(of, of.town.firm)
    assert enter(of, stages.RANDOM, ordered_by="苏安办〔2026〕7 号").ordered_by == "苏安办〔2026〕7 号"
    with pytest.raises(gate.Blocked):
        enter(of, stages.RANDOM, ordered_by="   ")
    with pytest.raises(gate.Blocked):
        enter(of, stages.SELF_CHOSEN, ordered_by="苏安办〔2026〕7 号")


@pytest.mark.parametrize(
    ("term", "passes"),
    [
        ((date(2026, 1, 1), DAY - timedelta(days=1)), True),
        ((date(2026, 1, 1), DAY), False),
        ((FRIDAY, date(2027, 12, 31)), False),
        ((FRIDAY + timedelta(days=1), date(2027, 12, 31)), True),
    ],
)
def test_the_whitelist_holds_for_its_term_alone(of, term, passes):
    listed(of, of.town.firm, term=term)
    assert gate.judge(of.town.firm, of.housing, "self_chosen", DAY, FRIDAY).passes is passes


def test_the_yearly_cap_binds_self_chosen_and_random_checks_of_that_year(of):
    Rules.objects.create(pk=1, yearly_cap=2)
    stands(of, 60)
    stands(of, 80, status="cancelled")
    own = need(of, of.town.firm, kind="statutory", first=DAY - timedelta(days=40))
    visit(of, of.town.firm, [own], day=DAY - timedelta(days=40))  # neither counts
    assert gate.judge(of.town.firm, of.fire, "random", DAY, FRIDAY).passes
    stands(of, 100, status="done")
    refused = gate.judge(of.town.firm, of.fire, "random", DAY, FRIDAY)
    assert (refused.why, "2 次" in refused.words) == ("cap", True)
    assert gate.judge(of.town.firm, of.fire, "statutory", DAY, FRIDAY).passes
    assert gate.judge(of.town.firm, of.fire, "random", DAY, date(2027, 2, 1)).passes  # next year has room
    assert gate.judge(of.town.foreign_firm, of.fire, "random", DAY, FRIDAY).passes


def test_at_a_whitelisted_firm_a_second_agency_joins_the_visit_that_stands(of):
    Rules.objects.create(pk=1, gap=5)
    listed(of, of.town.firm)
    own = need(of, of.town.firm, of.fire, kind="statutory")
    stands = visit(of, of.town.firm, [own], day=DAY)
    window = (DAY + timedelta(days=1), FRIDAY)
    refused = gate.judge(of.town.firm, of.housing, "campaign", *window)
    assert refused.why == "multi_head"
    assert stands.number in refused.words
    assert gate.judge(of.town.firm, of.fire, "campaign", *window).passes  # its own visit
    assert gate.judge(of.town.firm, of.housing, "campaign", DAY, FRIDAY).passes  # the visit's day is within
    assert gate.judge(of.town.firm, of.housing, "campaign", DAY + timedelta(days=1), DAY + timedelta(days=7)).passes
    assert gate.judge(of.town.firm, of.housing, "clue", *window).passes
    assert gate.judge(of.town.foreign_firm, of.housing, "campaign", *window).passes


def test_an_unannounced_visit_is_not_named_to_another_agency(of):
    Rules.objects.create(pk=1, gap=5)
    listed(of, of.town.firm)
    own = need(of, of.town.firm, of.fire, kind="statutory")
    stands = visit(of, of.town.firm, [own], day=DAY, unannounced=True, told_at=None)
    refused = gate.judge(of.town.firm, of.housing, "campaign", DAY + timedelta(days=1), FRIDAY)
    assert refused.why == "multi_head"
    assert stands.number not in refused.words
    assert "11月9日" not in refused.words


def test_for_many_firms_the_gate_asks_no_more_than_for_one(of, django_assert_num_queries):
    firms = list(Enterprise.objects.values_list("pk", flat=True))
    for firm in Enterprise.objects.all():
        visit(of, firm)
    for some in (firms[:1], firms):
        with django_assert_num_queries(4):
            gate.Gate(some, DAY, FRIDAY)


# Counted exactly once ----------------------------------------------------------------------------------------------


def test_what_a_transaction_around_the_verb_takes_back_is_counted_at_the_end_of_the_request(of):
    listed(of, of.town.firm)
    counting.forget()
    with pytest.raises(Refused), transaction.atomic():
        enter(of)
    assert not BlockedAttempt.objects.exists()  # the control: rolled back with it
    counting.finish()
    counting.finish()
    assert BlockedAttempt.objects.count() == 1


def test_a_second_click_on_the_same_form_counts_once_and_a_mended_form_again(of):
    listed(of, of.town.firm)
    key = uuid.uuid4()
    for _ in range(2):
        with pytest.raises(gate.Blocked):
            enter(of, key=key)
    assert BlockedAttempt.objects.count() == 1
    with pytest.raises(gate.Blocked):
        enter(of, key=key, last=FRIDAY + timedelta(days=1))
    assert BlockedAttempt.objects.count() == 2


def test_through_the_page_it_is_counted_once_however_often_it_is_sent(of):
    listed(of, of.town.firm)
    client = Client()
    client.force_login(of.inspector)
    sent = {
        "key": str(uuid.uuid4()),
        "enterprise": of.town.firm.uscc,
        "subject": of.subject(of.housing).code,
        "kind": "self_chosen",
        "basis": "计划",
        "first": soon(),
        "last": soon(),
        "parts": "1",
    }
    entry = of.town.firm.whitelist_entries.get()
    type(entry).objects.filter(pk=entry.pk).update(term_until=soon() + timedelta(days=30))
    for _ in range(2):
        response = client.post(reverse("needs:new"), sent)
        assert response.status_code == 422
        assert "白名单" in response.content.decode()
    assert BlockedAttempt.objects.get().way == "page"


def test_editing_is_no_way_round(of):
    listed(of, of.town.firm)
    one = enter(of, stages.STATUTORY)
    with pytest.raises(gate.Blocked):
        flow.edit(one, {"kind": "self_chosen"}, by=of.inspector, at=MONDAY)
    assert BlockedAttempt.objects.get().way == "edit"
    assert Need.objects.get().kind == "statutory"


def test_a_draw_of_many_is_refused_whole_and_counts_what_was_refused(of):
    listed(of, of.town.firm)
    counting.forget()

    @transaction.atomic
    def draw():
        for firm in (of.town.foreign_firm, of.town.firm):
            enter(of, stages.RANDOM, firm=firm, way="draw")

    with pytest.raises(gate.Blocked):
        draw()
    counting.finish()
    assert not Need.objects.exists()
    assert BlockedAttempt.objects.get().way == "draw"


def test_the_clock_may_enter_and_is_asked_by_the_gate_as_well(of):
    listed(of, of.town.firm)
    assert enter(of, stages.FOLLOW_UP, by=CLOCK, way="recheck").created_by is None
    with pytest.raises(gate.Blocked):
        enter(of, by=CLOCK)
    assert BlockedAttempt.objects.get().by is None


def test_counts_by_agency_and_why(of):
    listed(of, of.town.firm)
    for _ in range(2):
        with pytest.raises(gate.Blocked):
            enter(of)
    ((agency, row),) = counting.counted(BlockedAttempt.objects.all())
    assert (agency, row["all"], row["whitelist"], row["cap"]) == (of.housing, 2, 2, 0)


def test_who_reads_what_was_refused(of):
    listed(of, of.town.firm)
    with pytest.raises(gate.Blocked):
        enter(of)
    readers = ("supervisor", "leader", "keeper_inspector", "police_head", "inspector", "department_head", "stand_in")
    others = ("fire_head", "enterprise_member", "member_official", "steward", "administrator", "auditor", "handler")
    seen = {name for name in readers + others if BlockedAttempt.objects.visible_to(of.town.people[name]).exists()}
    assert seen == set(readers)
