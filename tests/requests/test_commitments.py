"""公开承诺 (DL-5): owed while overdue, public once approved, kept or broken by the clock, one rung up when broken."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from portal import deadlines
from portal.deadlines.sweep import sweep
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery, Message
from requests import flow, owed
from requests.flow.commitments import undecided
from requests.models import DeadlineCommitment, TicketDeadline
from requests.notices.supervision import in_charge
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.factories import fresh, moment
from tests.requests.overdue import BROKEN, CLOSE, NOW, promise


def test_a_commitment_is_owed_for_overdue_work_and_for_nothing_else(town, refusal):
    in_time = make.handling(town)
    late = overdue.handling(town)
    assert [d.subject for d in owed.uncommitted(NOW)] == [late]
    assert owed.commitment_due(in_time, NOW) is None
    refused = refusal(promise, town, in_time)
    assert "没有超期" in refused.sentence


def test_it_names_the_close_of_a_working_day_and_the_head_who_answers(town):
    commitment = promise(town, overdue.handling(town))
    assert (commitment.until, commitment.leader) == (CLOSE, town.department_head)
    assert (commitment.state, commitment.made_by, commitment.approved_by) == ("proposed", town.handler, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"measure": ""}, "measure"),
        ({"wording": "\n\t"}, "wording"),
        ({"until": date(2026, 11, 18)}, "until"),  # past
        ({"until": date(2026, 11, 22)}, "until"),  # a Sunday
        ({"until": date(2028, 1, 4)}, "until"),  # more than a year ahead
        ({"until": date(9999, 12, 31)}, "until"),
    ],
)
def test_what_cannot_be_promised(town, refusal, given, field):
    assert refusal(promise, town, overdue.handling(town), **given).field == field


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2026, 11, 15), date(2026, 11, 18)])
def test_a_past_day_is_said_to_be_past_though_it_was_a_day_off(town, refusal, day):
    assert "已经过了" in refusal(promise, town, overdue.handling(town), until=day).sentence


def test_today_can_be_promised_until_the_office_closes(town, refusal):
    ticket = overdue.handling(town)
    assert refusal(promise, town, ticket, until=NOW.date(), at=moment("2026-11-19 17:00")).field == "until"
    assert promise(town, ticket, until=NOW.date()).until == moment("2026-11-19 17:00")


def test_only_a_head_of_the_department_answers_for_it(town, refusal):
    ticket = overdue.handling(town)
    assert refusal(promise, town, ticket, leader=town.police_head).field == "leader"
    assert promise(town, ticket, leader=town.deputy_head).leader == town.deputy_head


def test_a_unit_without_a_head_is_answered_for_by_the_one_above(town):
    ticket = make.dispatched(town, lead=town.utilities, kind="consultation")
    ticket = fresh(flow.take(ticket, by=town.utilities_handler, at=ticket.filed_at + make.TAKEN))
    commitment = promise_by(town.utilities_handler, ticket)
    assert commitment.leader == town.department_head


def promise_by(person, ticket):
    words = {"reason": "甲", "measure": "乙", "wording": "丙", "until": overdue.UNTIL}
    return flow.make_commitment(ticket, by=person, at=NOW, **words)


def test_a_second_one_waits_for_the_first(town, refusal):
    ticket = overdue.promised(town)
    assert "已有承诺" in refusal(promise, town, ticket).sentence
    flow.approve_commitment(ticket, by=town.supervisor, at=NOW)
    assert "已有承诺" in refusal(promise, town, ticket).sentence


def test_approving_keeps_what_the_department_had_written(town):
    ticket = overdue.promised(town)
    commitment = flow.approve_commitment(ticket, by=town.supervisor, wording="11月23日前修好管网", reason="", at=NOW)
    commitment.refresh_from_db()
    assert (commitment.wording, commitment.reason) == ("11月23日前修好管网", "管道要等材料")
    assert commitment.proposed == {"wording": "修好广漠路雨污管网"}
    assert (commitment.state, commitment.approved_by, commitment.approved_at) == ("approved", town.supervisor, NOW)


def test_nothing_is_approved_or_returned_twice(town, refusal):
    ticket = overdue.approved(town)
    for verb, given in ((flow.approve_commitment, {}), (flow.return_commitment, {"reason": "太笼统"})):
        assert "没有待审的承诺" in refusal(verb, ticket, by=town.supervisor, at=NOW, **given).sentence


def test_what_was_returned_is_written_anew(town):
    ticket = overdue.returned(town)
    assert ticket.deadlines.get(obligation="handle").commitments.get().state == "returned"
    again = promise(town, ticket)
    assert owed.commitment_asked(ticket) == again


def test_work_done_in_time_keeps_it_whenever_the_sweep_comes_by(town):
    ticket = overdue.approved(town)
    signed = answered(town, ticket, moment("2026-11-20 15:00"))
    sweep(moment("2026-12-24 09:00"))
    commitment = DeadlineCommitment.objects.get()
    assert (commitment.kept, commitment.decided_at) == (True, signed)
    assert commitment.raised_to is None


def answered(town, ticket, at):
    make.report(ticket, at)
    return flow.sign_off(fresh(ticket), by=town.department_head, at=at) and at


def test_at_the_promised_instant_it_is_kept_and_a_moment_later_broken(town):
    ticket = overdue.approved(town)
    assert not undecided(CLOSE).exists()
    assert undecided(CLOSE + timedelta(seconds=1)).exists()
    answered(town, ticket, CLOSE)
    sweep(BROKEN)
    assert DeadlineCommitment.objects.get().kept is True


def test_work_done_too_late_breaks_it_though_no_sweep_came_between(town):
    ticket = overdue.approved(town)
    answered(town, ticket, CLOSE + timedelta(seconds=1))
    sweep(BROKEN)
    commitment = DeadlineCommitment.objects.get()
    assert (commitment.kept, commitment.decided_at, commitment.raised_to) == (False, CLOSE, None)


def test_broken_at_its_time_it_goes_one_rung_up_once(town):
    """On Friday the board's rung (+3 wd) fired; the next one, +5 wd, would come on Tuesday at 17:00."""
    ticket = overdue.approved(town)
    sweep(moment("2026-11-21 09:00"))
    before = list(overdue.work(ticket).firings.values_list("rung", flat=True))
    assert before == [1, 2, 3, 4]
    at = CLOSE + timedelta(minutes=1)
    sweep(at)
    commitment = DeadlineCommitment.objects.get()
    assert (commitment.kept, commitment.decided_at, commitment.raised_to) == (False, CLOSE, 5)
    for later in (at, at + timedelta(seconds=20), moment("2026-12-01 09:00")):
        sweep(later)
    fired = overdue.work(ticket).firings.filter(rung=5)
    assert [firing.rung_at for firing in fired] == [CLOSE]  # a day before its own time, Tuesday 17:00, and once


def test_with_no_rung_left_it_is_told_all_the_same(town):
    ticket = overdue.approved(town)
    sweep(moment("2026-12-24 09:00"))
    commitment = DeadlineCommitment.objects.get()
    assert (commitment.kept, commitment.raised_to) == (False, None)
    assert make.events(ticket).filter(kind="ticket.commitment_broken").get().at == CLOSE


def test_a_broken_one_may_be_followed_by_another(town):
    ticket = overdue.broken(town)
    again = promise(town, ticket, at=BROKEN, until=date(2026, 11, 27))
    assert [c.state for c in DeadlineCommitment.objects.order_by("pk")] == ["broken", "proposed"]
    assert owed.commitment_asked(ticket) == again


def test_nobody_approved_it_in_time(town, refusal):
    ticket = overdue.promised(town)
    assert "已经过了" in refusal(flow.approve_commitment, ticket, by=town.supervisor, at=CLOSE).sentence
    sweep(BROKEN)
    commitment = DeadlineCommitment.objects.get()
    assert (commitment.state, commitment.returned_by, commitment.returned_at) == ("returned", None, CLOSE)
    assert owed.commitment_due(ticket, BROKEN)


def test_what_ends_before_the_approval_falls_away(town, refusal):
    ticket = overdue.promised(town)
    answered(town, ticket, NOW)
    sweep(BROKEN)
    assert DeadlineCommitment.objects.get().state == "fallen"
    assert refusal(flow.approve_commitment, fresh(ticket), by=town.supervisor, at=NOW)


def test_a_withdrawn_matter_breaks_no_promise(town):
    ticket = overdue.approved(town)
    flow.withdraw(ticket, by=town.enterprise_member, at=NOW)
    sweep(BROKEN)
    assert (DeadlineCommitment.objects.get().kept, DeadlineCommitment.objects.get().state) == (None, "fallen")


def test_deciding_twice_decides_once(town):
    ticket = overdue.approved(town)
    commitment = DeadlineCommitment.objects.get()
    for _turn in range(2):
        flow.decide_commitment(ticket, commitment=commitment, at=BROKEN)
    assert make.events(ticket).filter(kind="ticket.commitment_broken").count() == 1


def test_a_confidential_matter_makes_no_public_commitment(town):
    ticket = overdue.handling(town)
    type(ticket).objects.filter(pk=ticket.pk).update(confidential=True)
    assert not owed.uncommitted(NOW).exists()


def test_who_is_told_of_it(town, time_machine):
    time_machine.move_to(BROKEN)
    ticket = overdue.approved(town)
    sweep(BROKEN)
    Message.objects.update(next_try_at=BROKEN)  # PostgreSQL's own clock is not moved
    deliver(BROKEN + timedelta(hours=1))
    told = {title: set() for title in ("部门作出承诺", "承诺已公开", "公开承诺没有兑现", "公开承诺待审")}
    for letter in Delivery.objects.filter(channel="inbox").select_related("recipient"):
        told.setdefault(letter.title.partition("：")[0], set()).add(letter.recipient.username)
    office = {"handler", "department_head", "deputy_head", "stand_in"}
    assert told["部门作出承诺"] == {"enterprise_member", "member_official"}
    assert told["承诺已公开"] == office | {"steward"}
    assert told["公开承诺没有兑现"] == office | {"supervisor"}
    assert told["公开承诺待审"] == set()  # approved before the letter was delivered
    assert {user.username for user in in_charge(ticket)} == office


def test_a_rung_is_brought_forward_only_where_one_is_left(town):
    ticket = overdue.handling(town)
    row = overdue.work(ticket)
    times = list(row.rung_times)
    with transaction.atomic():
        assert deadlines.bring_forward(TicketDeadline, row.pk, at=NOW) == 4
    row.refresh_from_db()
    assert (row.rung_times[3], row.rung_times[4]) == (NOW, times[4])
    answered(town, ticket, NOW)
    with transaction.atomic():
        assert deadlines.bring_forward(TicketDeadline, row.pk, at=NOW) is None
