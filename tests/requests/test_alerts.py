"""The ladders of DL-4 as people meet them: who is told at which rung, in which words, and what the story says of it.

The ticket of most tests is dispatched on Monday 9 November 2026: to accept is owed until Tuesday 10th, 17:00.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.deadlines.sweep import sweep
from portal.desk.demo.loading import one_calendar
from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery, Message
from portal.people.models import Department, User
from requests import flow
from requests.flow.undo import before
from requests.models import Ticket
from requests.notices import alerts
from requests.notices.alerts import RUNG
from requests.story import Story
from tests.requests import factories as make
from tests.requests.factories import moment

FAR = moment("2050-01-03 09:00")
HANDLERS = {"handler", "colleague"}
HEADS = {"department_head", "stand_in"}
LEADERS = {"leader"}


@pytest.fixture
def clock(town, time_machine):
    """`clock("2026-11-10 17:00")`: it is that time, everything due has been swept and what may be told is told.

    Returns {title: who got it} of what is new, and remembers the texts in `clock.said`.
    """

    def at(when):
        now = moment(when)
        time_machine.move_to(now, tick=False)
        known = set(Delivery.objects.values_list("pk", flat=True))
        sweep(now)
        alerts = Message.objects.filter(kind="deadline.rung", state="queued")
        alerts.update(next_try_at=make.LONG_AGO)
        alerts.filter(not_before__gt=now).update(next_try_at=FAR)  # the database's own time is another
        deliver()
        told, at.said = {}, {}
        rows = Delivery.objects.filter(message__kind="deadline.rung", channel=Channel.INBOX).exclude(pk__in=known)
        for row in rows.select_related("recipient"):
            title = row.title.partition("：")[0]
            told.setdefault(title, set()).add(row.recipient.username)
            at.said[title, row.recipient.username] = row.body
        return told

    return at


@pytest.fixture(autouse=True)
def _told_now(monkeypatch):
    """Letters say what is true at the moment that the test has reached."""
    monkeypatch.setattr("requests.notices.alerts.clock.now", timezone.now)


def test_dl_4_a_departments_ladder_reaches_one_after_the_other(town, clock):
    make.dispatched(town)
    assert clock("2026-11-10 15:00") == {"快到期": HANDLERS}
    assert clock("2026-11-10 17:00") == {}  # due, but the office has closed
    assert clock("2026-11-11 08:30") == {"已到期": HANDLERS | HEADS}
    assert clock("2026-11-12 08:30") == {"超期 1 个工作日": {"supervisor"}}
    assert clock("2026-11-16 08:30") == {"超期 3 个工作日": LEADERS}
    assert clock("2026-11-18 08:30") == {}  # the agenda is a list, nobody is told


def test_dl_4_each_rung_is_told_once(town, clock):
    make.dispatched(town)
    assert [clock("2026-11-10 15:00"), clock("2026-11-10 15:01")] == [{"快到期": HANDLERS}, {}]


def test_rungs_that_fire_together_after_an_outage_tell_nobody_twice(town, clock):
    make.dispatched(town)
    assert clock("2026-11-12 08:30") == {"超期 1 个工作日": HANDLERS | HEADS | {"supervisor"}}
    assert Message.objects.filter(kind=RUNG).count() == 3  # each rung fired, with its true time
    assert Delivery.objects.filter(message__kind=RUNG, channel=Channel.INBOX, recipient=town.handler).count() == 1


def test_the_words_say_what_by_when_and_what_to_do(town, clock):
    ticket = make.dispatched(town)
    clock("2026-11-10 15:00")
    assert clock.said["快到期", "handler"] == (
        f"住建局“审核接收”还剩 2 小时，11月10日(周二)17:00 前办好，编号 {ticket.number}。请马上签收。"
    )
    clock("2026-11-11 08:30")
    assert clock.said["已到期", "department_head"].endswith(
        "请马上签收。办理时限已从到期时起算，12月1日(周二)17:00 前办结。"
    )
    clock("2026-11-12 08:30")
    assert clock.said["超期 1 个工作日", "supervisor"].endswith(
        f"应在 11月10日(周二)17:00 前办好，编号 {ticket.number}。请督办。"
    )


def test_handling_itself_goes_to_its_named_handler_and_asks_for_a_commitment(town, clock):
    make.handling(town)  # due Tuesday 1 December
    clock("2026-11-26 09:00")
    assert clock("2026-12-02 08:30") == {"已到期": {"handler"} | HEADS}
    assert clock.said["已到期", "handler"].endswith("请抓紧办好。一时办不完的，请作公开承诺。")


def test_sla_9_the_months_report_is_asked_for_by_name(town, clock):
    make.handling(town)  # overdue from 1 December: the first report is due on 4 January
    clock("2026-12-02 08:30")
    assert clock("2027-01-04 17:30") == {}, "told in office hours"
    assert clock("2027-01-05 08:30")["已到期"] == {"handler"} | HEADS
    assert clock.said["已到期", "handler"].endswith("请报告进展：办到哪一步，还差什么。")


def test_a_co_handlers_part_goes_to_his_own_department(town, clock):
    ticket = make.dispatched(town, co=[town.police])
    flow.take(ticket, by=town.handler, at=moment("2026-11-10 09:00"))
    flow.log_contact(ticket, by=town.handler, text="已联系", at=moment("2026-11-10 10:00"))
    clock("2026-11-26 09:00")
    assert clock("2026-11-30 08:30")["已到期"] == {"police_handler", "police_head"}


def test_dl_4_the_centres_ladder_never_reaches_the_board(town, clock):
    make.accepted(town)  # to be dispatched by Tuesday 17:00
    assert clock("2026-11-10 15:00") == {"快到期": {"triager"}}  # `member_official` is one of the firm's own people
    assert clock("2026-11-11 08:30") == {"已到期": {"supervisor"}}
    assert clock("2026-11-12 08:30") == {"超期 1 个工作日": LEADERS}
    assert clock("2026-11-30 08:30") == {}


def test_dl_4_a_firm_is_reminded_and_nobody_else(town, clock):
    make.incomplete(town)  # to be supplied by Monday 23rd
    assert clock("2026-11-23 08:30") == {"快到期": {"enterprise_member", "member_official"}}
    assert clock.said["快到期", "enterprise_member"].endswith("请补齐材料，过期按撤回处理。")


def test_a_business_without_an_account_is_called(town, clock):
    ticket = make.registered(town, enterprise=None, business_name="无何有商店")
    flow.ask_supplement(ticket, by=town.triager, items="照片", at=moment("2026-11-09 09:10"))
    assert clock("2026-11-23 08:30") == {"快到期": {"intake_clerk"}}
    assert "请打电话催补材料" in clock.said["快到期", "intake_clerk"]


def test_nothing_is_told_of_what_was_met_before_it_was_delivered(town, clock):
    ticket = make.dispatched(town)
    clock("2026-11-10 15:00")
    assert clock("2026-11-10 17:00") == {}
    flow.take(ticket, by=town.handler, at=moment("2026-11-10 17:30"))
    assert "已到期" not in clock("2026-11-11 08:30")


def test_nothing_is_told_of_what_is_paused_or_was_moved_meanwhile(town, clock):
    ticket = make.accepted(town)
    sweep(moment("2026-11-10 15:00"))
    flow.ask_supplement(ticket, by=town.triager, items="照片", at=moment("2026-11-10 15:01"))
    assert clock("2026-11-10 15:02") == {}
    flow.supplement(ticket, by=town.enterprise_member, answer="附后", at=moment("2026-11-12 09:00"))
    sweep(moment("2026-11-12 09:00"))
    assert clock("2026-11-12 09:01") == {}


def test_who_is_in_charge_of_the_department_above_answers_for_those_below(town, clock):
    make.dispatched(town, lead=town.utilities)
    clock("2026-11-12 08:30")
    assert clock("2026-11-16 08:30")["超期 3 个工作日"] == LEADERS
    Department.objects.update(leader_in_charge=None)
    make.dispatched(town, lead=town.police, filed_at=moment("2026-11-16 09:00"))
    clock("2026-11-20 08:30")
    assert clock("2026-11-23 08:30")["超期 3 个工作日"] == LEADERS  # nobody is named: to all of them


def test_dl_4_of_a_confidential_matter_hear_its_handler_and_the_supervisor_only(town, clock):
    """Each rung in turn; what would go to heads and leaders goes to whoever keeps it, what is only shown to nobody."""
    ticket = make.handling(town)
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    days = ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-07", "2026-12-09"]  # due on the first at 17:00
    heard = [set().union(*clock(f"{day} 08:30").values()) for day in days]
    named, keeper = {"handler"}, {"supervisor"}
    assert heard == [named, named | keeper, keeper, keeper, set()]


def test_dl_4_of_a_confidential_matter_its_filer_alone_is_reminded(town, clock):
    """His own clock, as any firm's (APP-4); colleagues of the same firm, told of other matters, hear nothing."""
    ticket = make.incomplete(town)
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    assert set().union(*clock("2026-11-23 08:30").values()) == {"enterprise_member"}


def test_the_story_tells_officials_and_never_the_firm(town, clock):
    ticket = make.dispatched(town)
    clock("2026-11-18 08:30")
    shown = [(line.what, line.small) for line in reversed(Story(make.fresh(ticket), firm_side=False).lines)]
    rungs = [line for line in shown if "审核接收" in line[0]]
    assert rungs == [
        ("住建局“审核接收”快到期", "已告知承办人"),
        ("住建局“审核接收”到期未完成", "已告知承办人、部门负责人"),
        ("住建局“审核接收”超期 1 个工作日", "已告知服务中心督查员"),
        ("住建局“审核接收”超期 3 个工作日", "已告知分管镇领导，上督效屏"),
        ("住建局“审核接收”超期 5 个工作日", "列入督查例会议程"),
    ]
    assert not [line for line in Story(make.fresh(ticket), firm_side=True).lines if "到期" in line.what]


def test_the_story_costs_no_more_with_more_rungs(town, clock, django_assert_max_num_queries):
    """Ladders and calendar are read once for a request."""
    ticket = make.dispatched(town)
    clock("2026-11-12 08:30")
    with one_calendar(), CaptureQueriesContext(connection) as one:
        Story(make.fresh(ticket), firm_side=False)
    clock("2026-11-18 08:30")
    with one_calendar(), django_assert_max_num_queries(len(one)):
        Story(make.fresh(ticket), firm_side=False)
    assert len([line for line in Story(make.fresh(ticket), firm_side=False).lines if line.kind == RUNG]) == 5


def test_a_reminder_is_no_act_that_stands_in_the_way_of_taking_one_back(town):
    ticket = make.accepted(town)
    standing = before(ticket, "dispatch")
    at = moment("2026-11-10 16:59")
    act = {"kind": "coordination", "complexity": "ordinary", "category": ticket.category, "lead": town.housing}
    ticket = flow.dispatch(ticket, by=town.triager, **act, at=at)
    sweep(at)
    assert flow.undo(ticket, by=town.triager, before=standing, at=at).status == "triaging"


def test_what_somebody_owed_by_name_is_told_to_his_department_once_he_has_left(town) -> None:
    ticket = make.handling(town)
    deadline = ticket.deadlines.get(obligation="handle")
    deadline.user = town.colleague
    assert set(alerts.people("handler", ticket, deadline)) == {town.colleague}
    User.objects.filter(pk=town.colleague.pk).update(is_active=False)
    assert town.handler in set(alerts.people("handler", ticket, deadline))
    deadline.department, deadline.obligor_kind, deadline.user = None, "centre", town.colleague
    assert set(alerts.people("clerk", ticket, deadline)) == {town.supervisor}
