"""全程留痕 (APP-19): every verb leaves exactly its events and queues its messages with them, or nothing at all."""

from datetime import timedelta

import pytest
from django.db import transaction

from enterprises.models import Member, Stewardship
from portal.outbox.models import Message
from portal.trail.models import Event
from requests import flow
from requests.flow.feedback import Scores
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests import supervision_acts

LATER = timedelta(days=10)


def rate(town, ticket, stars):
    by = town.enterprise_member
    return flow.confirm(ticket, by=by, scores=Scores(stars), at=ticket.moved_at + timedelta(hours=1))


def order(town):
    """A ticket whose second result also failed to satisfy: 督办, answered and waiting for the firm."""
    ticket = make.revisiting(town, stars=1)
    ticket = make.answer_again(town, ticket, ticket.moved_at + timedelta(hours=1))
    return make.answer_again(town, rate(town, ticket, 1), ticket.moved_at + timedelta(hours=3))


def steward_gone(town, ticket):
    Stewardship.objects.filter(user=town.steward).update(until=ticket.moved_at)
    return flow.follow_steward(town.firm, by=town.intake_clerk)


FIRM, OFFICE = "firm", "office"
TOLD, SILENT = True, False

# The act: from which ticket it starts, the verb, and (kind of event, who may read it, whether people are told).
ACTS = {
    "file": (None, lambda town, t: make.filed(town), [("filed", FIRM, TOLD)]),
    "register": (None, lambda town, t: make.registered(town), [("registered", FIRM, TOLD)]),
    "accept": (make.filed, lambda town, t: flow.accept(t, by=town.intake_clerk), [("accepted", FIRM, TOLD)]),
    "ask_supplement": (
        make.filed,
        lambda town, t: flow.ask_supplement(t, by=town.intake_clerk, items="照片"),
        [("supplement_asked", FIRM, TOLD)],
    ),
    "supplement": (
        make.incomplete,
        lambda town, t: flow.supplement(t, by=town.enterprise_member, answer="附后"),
        [("supplemented", FIRM, TOLD)],
    ),
    "reject": (
        make.filed,
        lambda town, t: flow.reject(t, by=town.intake_clerk, item=town.not_ours, go_to="法院"),
        [("rejected", FIRM, TOLD)],
    ),
    "withdraw": (
        make.handling,
        lambda town, t: flow.withdraw(t, by=town.enterprise_member),
        [("withdrawn", FIRM, TOLD)],
    ),
    "lapse_supplement": (
        make.incomplete,
        lambda town, t: flow.lapse_supplement(t, at=t.deadlines.get(obligation="supplement").due_at),
        [("supplement_lapsed", FIRM, TOLD)],
    ),
    "dispatch": (
        make.accepted,
        lambda town, t: flow.dispatch(
            t, by=town.triager, kind="coordination", complexity="ordinary", category=town.category, lead=town.housing
        ),
        [("dispatched", FIRM, TOLD)],
    ),
    "begin_handling": (
        make.dispatched,
        lambda town, t: flow.begin_handling(t, at=t.deadlines.get(obligation="accept").due_at),
        [("handling_began", OFFICE, SILENT)],
    ),
    "take": (make.dispatched, lambda town, t: flow.take(t, by=town.handler), [("taken", FIRM, TOLD)]),
    "name_handler": (
        make.dispatched,
        lambda town, t: flow.name_handler(t, by=town.department_head, handler=town.colleague),
        [("handler_named", OFFICE, TOLD)],
    ),
    "log_contact": (
        make.handling,
        lambda town, t: flow.log_contact(t, by=town.handler, text="已联系"),
        [("contacted", FIRM, SILENT)],
    ),
    "give_opinion": (
        lambda town: make.handling(town, co=[town.police]),
        lambda town, t: flow.give_opinion(t, by=town.police_handler, text="已查"),
        [("opinion_given", OFFICE, TOLD)],
    ),
    "report": (
        make.handling,
        lambda town, t: flow.report(t, by=town.handler, kind="solved", text="已疏通"),
        [("reported", OFFICE, TOLD)],
    ),
    "sign_off": (make.signoff, lambda town, t: flow.sign_off(t, by=town.deputy_head), [("answered", FIRM, TOLD)]),
    "send_back": (
        make.signoff,
        lambda town, t: flow.send_back(t, by=town.deputy_head, reason="缺照片"),
        [("sent_back", OFFICE, TOLD)],
    ),
    "confirm": (
        make.confirming,
        lambda town, t: flow.confirm(t, by=town.enterprise_member),
        [("confirmed", FIRM, TOLD)],
    ),
    "confirm, dissatisfied": (
        make.confirming,
        lambda town, t: rate(town, t, 2),
        [("confirmed", FIRM, SILENT), ("assigned_again", FIRM, TOLD)],
    ),
    "confirm, dissatisfied twice": (
        lambda town: make.answer_again(town, make.revisiting(town, stars=1), make.MONDAY + LATER),
        lambda town, t: rate(town, t, 2),
        [("confirmed", FIRM, SILENT), ("ordered", FIRM, TOLD)],
    ),
    "confirm, dissatisfied with the order": (
        order,
        lambda town, t: rate(town, t, 1),
        [("confirmed", FIRM, SILENT), ("still_dissatisfied", FIRM, TOLD)],
    ),
    "dispute": (
        make.confirming,
        lambda town, t: flow.dispute(t, by=town.enterprise_member, reason="泵又停了"),
        [("disputed", FIRM, TOLD)],
    ),
    "lapse": (
        make.confirming,
        lambda town, t: flow.lapse_confirmation(t, at=t.open_deadlines[0].due_at),
        [("confirmation_lapsed", FIRM, TOLD)],
    ),
    "lapse again": (
        lambda town: flow.lapse_confirmation(make.confirming(town), at=make.MONDAY + LATER),
        lambda town, t: flow.lapse_confirmation(t, at=t.open_deadlines[0].due_at),
        [("left_unanswered", FIRM, TOLD)],
    ),
    "record_revisit, not reached": (
        make.revisiting,
        lambda town, t: flow.record_revisit(t, by=town.revisitor, reached=False),
        [("revisited", OFFICE, SILENT)],
    ),
    "record_revisit": (
        make.revisiting,
        lambda town, t: make.revisit(town, t),
        [("revisited", OFFICE, SILENT), ("closed", FIRM, TOLD)],
    ),
    "record_revisit, dissatisfied": (
        make.revisiting,
        lambda town, t: make.revisit(town, t, overall=1),
        [("revisited", OFFICE, SILENT), ("assigned_again", FIRM, TOLD)],
    ),
    "urge": (make.handling, lambda town, t: flow.urge(t, by=town.enterprise_member), [("urged", FIRM, TOLD)]),
    "write, to the firm": (
        make.handling,
        lambda town, t: flow.write(t, by=town.handler, text="下午到"),
        [("replied", FIRM, TOLD)],
    ),
    "write, by the firm": (
        make.handling,
        lambda town, t: flow.write(t, by=town.enterprise_member, text="几点来"),
        [("firm_wrote", FIRM, TOLD)],
    ),
    "write, internally": (
        make.handling,
        lambda town, t: flow.write(t, by=town.handler, text="预算不够", audience="office"),
        [("noted", OFFICE, TOLD)],
    ),
    "hand_over": (
        make.handling,
        lambda town, t: flow.hand_over(town.handler, town.colleague, by=town.administrator),
        [("handed_over", FIRM, TOLD)],
    ),
    "follow_steward": (make.handling, steward_gone, [("handed_over", FIRM, TOLD)]),
}

ACTS |= supervision_acts.ACTS

ELSEWHERE = {"relay", "undo"}  # tests/api, tests/queues/test_undo


def act(town, name):
    start, verb, expected = ACTS[name]
    ticket = start(town) if start else None
    seen = set(Event.objects.values_list("pk", flat=True))
    verb(town, ticket)
    return [e for e in Event.objects.order_by("pk") if e.pk not in seen], expected


@pytest.mark.parametrize("name", ACTS)
def test_each_act_leaves_its_events_and_queues_its_messages(town, name):
    events, expected = act(town, name)
    assert [(e.kind.removeprefix("ticket."), e.audience) for e in events] == [(k, who) for k, who, _told in expected]
    keys = [f"{e.kind}:{e.pk}" for e in events]
    told = Message.objects.filter(key__in=keys).order_by("pk")
    assert [m.kind.removeprefix("ticket.") for m in told] == [kind for kind, _who, told in expected if told]
    for message in told:
        event = next(e for e in events if message.key.endswith(f":{e.pk}"))
        for told_of in ("subject_type", "subject_id", "at"):
            assert getattr(message, told_of) == getattr(event, told_of)


@pytest.mark.parametrize("name", ACTS)
def test_app_19_whoever_is_not_the_firm_acts_by_a_right(town, name):
    """The rows are append-only: an official's event without his right would stay the firm's for ever."""
    events, _expected = act(town, name)
    firm = set(Member.objects.filter(enterprise=town.firm).values_list("user", flat=True))
    assert [e.kind for e in events if bool(e.role) == (e.actor_id is None or e.actor_id in firm)] == []


def test_every_verb_is_among_these_acts():
    verbs = {name.split(",")[0] for name in ACTS} | {"lapse_confirmation"} - {"lapse", "lapse again"}
    known = {name for name in flow.__all__ if name not in {"Refused", *ELSEWHERE}}
    assert known <= verbs


@pytest.mark.parametrize("name", [name for name in ACTS if ACTS[name][0]])
def test_an_act_undone_leaves_nothing(town, name):
    start, verb, _expected = ACTS[name]
    ticket = start(town)
    before = picture(ticket)
    with transaction.atomic():
        verb(town, ticket)
        assert picture(ticket) != before
        transaction.set_rollback(True)
    assert picture(ticket) == before


def picture(ticket):
    """All that the database knows of a ticket."""
    rows = [Ticket.objects.filter(pk=ticket.pk).values().get()]
    for related in ("deadlines", "comments", "attachments", "assignments", "results", "ratings", "revisits"):
        rows += getattr(ticket, related).order_by("pk").values()
    rows += make.events(ticket).values_list("kind", "at", "data")
    return rows + list(Message.objects.filter(subject_id=ticket.pk).order_by("pk").values_list("key", "params"))


def test_a_refused_act_leaves_nothing(town, refusal):
    ticket = make.handling(town)
    before = picture(ticket)
    refusal(flow.report, ticket, by=town.handler, kind="cannot", text="不能办", written_reply="")
    refusal(flow.sign_off, ticket, by=town.department_head)
    refusal(flow.take, ticket, by=town.handler)
    assert picture(ticket) == before


def test_the_trail_keeps_no_words_of_persons(town):
    """Texts live in rows that can be anonymised; events hold identifiers and codes (architecture: trail)."""
    ticket = make.closed(town, co=[town.police], result="cannot", stars=5)
    flow_words = ["乌有先生", "13800000001", "管网", "疏通", "电话联系", "已查排口", "答复"]
    told = [str(data) for data in make.events(ticket).values_list("data", flat=True)]
    assert len(told) > 8
    assert [word for word in flow_words for data in told if word in data] == []


def test_without_an_instant_a_verb_happens_now_and_never_before_the_last_one(town):
    """A ticket moved at a later instant (imports) is not overtaken by the clock of today."""
    ticket = make.filed(town, filed_at=make.moment("2035-01-08 10:00"))
    ticket = flow.accept(ticket, by=town.intake_clerk)
    assert ticket.moved_at == make.moment("2035-01-08 10:00")
    past = flow.accept(make.filed(town), by=town.intake_clerk)
    assert past.moved_at > make.MONDAY
    assert make.events(past).last().at == past.moved_at
