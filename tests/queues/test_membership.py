"""Each queue shows exactly what it should, to exactly those who work in it."""

import pytest

from portal.people.models import Membership
from portal.people.roles import Role
from requests import flow
from requests.queues import QUEUES, queues_of
from tests.requests import dispatch_acts
from tests.requests import factories as f
from tests.requests.factories import Town


def rows(response) -> list[str]:
    return [row.ticket.title for group in response.context["groups"] for row in group["rows"]]


def tab_counts(response) -> dict[str, int]:
    return {
        tab["part"]: tab["count"] for tab in response.context["tabs"] if tab["queue"] == response.context["queue"].name
    }


@pytest.fixture
def every(town: Town) -> Town:
    """A ticket in every status, and the special cases that have a part of their own."""
    f.filed(town, title="刚提交")
    f.incomplete(town, title="缺材料")
    answered = f.incomplete(town, title="补了材料")
    flow.supplement(answered, by=town.enterprise_member, answer="照片见附件", at=answered.filed_at + f.DISPATCHED)
    f.accepted(town, title="受理了")
    registered = f.registered(town, title="电话里说的")
    asked = flow.ask_supplement(registered, by=town.triager, items="合同", at=registered.filed_at + f.ACCEPTED)
    late = f.registered(town, title="研判时要补")
    late = flow.ask_supplement(late, by=town.triager, items="合同", at=late.filed_at + f.ACCEPTED)
    flow.supplement(asked, by=town.enterprise_member, answer="合同见附件", at=asked.filed_at + f.DISPATCHED)
    f.dispatched(town, title="等签收")
    f.dispatched(town, title="交给下属站", lead=town.utilities)
    f.dispatched(town, title="别的部门主办", lead=town.police, co=[town.housing])
    f.handling(town, title="在办")
    f.handling(town, title="协办意见给了", lead=town.housing, co=[town.police], opinions=True)
    taken = f.dispatched(town, title="协办签收了", lead=town.police, co=[town.housing])
    flow.take_part(taken, by=town.handler, at=taken.filed_at + f.TAKEN)
    f.suspended(town, title="挂起了")
    f.signoff(town, title="能办，等签")
    f.signoff(town, title="不能办，等签", result="cannot")
    f.confirming(town, title="等企业确认")
    silent = f.confirming(town, title="企业没回应")
    flow.lapse_confirmation(silent, at=silent.deadlines.open().get(obligation="confirm").due_at)
    f.revisiting(town, title="等回访")
    f.closed(town, title="办结了")
    f.rejected(town, title="不受理")
    f.withdrawn(town, title="撤回了")
    return town


# Who sees what in which part: written by hand.
EXPECTED = {
    ("intake_clerk", "intake"): {
        "": {"刚提交", "补了材料"},
        "new": {"刚提交"},
        "back": {"补了材料"},
        "waiting": {"缺材料", "研判时要补"},
    },
    ("triager", "triage"): {
        "": {"受理了", "电话里说的"},
        "new": {"受理了"},
        "back": {"电话里说的"},
        "waiting": {"研判时要补"},
    },
    ("handler", "handling"): {
        "": {"等签收", "别的部门主办", "协办签收了", "在办", "协办意见给了"},
        "assigned": {"等签收"},
        "handling": {"在办", "协办意见给了"},
        "signoff": set(),
        "part": {"别的部门主办"},
        "co": {"协办签收了"},
        "waiting": {"能办，等签", "不能办，等签"},
        "suspended": {"挂起了"},
    },
    ("deputy_head", "handling"): {
        "": {"等签收", "交给下属站", "别的部门主办", "协办签收了", "在办", "协办意见给了", "能办，等签"},
        "assigned": {"等签收", "交给下属站"},
        "handling": {"在办", "协办意见给了"},
        "signoff": {"能办，等签"},
        "part": {"别的部门主办"},
        "co": {"协办签收了"},
        "waiting": {"不能办，等签"},
        "suspended": {"挂起了"},
    },
    ("department_head", "handling"): {
        "": {
            *("等签收", "交给下属站", "别的部门主办", "协办签收了", "在办", "协办意见给了"),
            *("能办，等签", "不能办，等签"),
        },
        "assigned": {"等签收", "交给下属站"},
        "handling": {"在办", "协办意见给了"},
        "signoff": {"能办，等签", "不能办，等签"},
        "part": {"别的部门主办"},
        "co": {"协办签收了"},
        "waiting": set(),
        "suspended": {"挂起了"},
    },
    ("utilities_handler", "handling"): {
        "": {"交给下属站"},
        "assigned": {"交给下属站"},
        "handling": set(),
        "signoff": set(),
        "co": set(),
        "waiting": set(),
    },
    ("police_handler", "handling"): {
        "": {"别的部门主办", "协办签收了"},
        "assigned": {"别的部门主办", "协办签收了"},
        "handling": set(),
        "signoff": set(),
        "co": set(),
        "waiting": set(),
    },
    ("economy_handler", "handling"): {
        "": set(),
        "assigned": set(),
        "handling": set(),
        "signoff": set(),
        "co": set(),
        "waiting": set(),
    },
    ("revisitor", "revisit"): {
        "": {"等回访", "企业没回应"},
        "call": {"等回访"},
        "silent": {"企业没回应"},
        "waiting": {"等企业确认"},
    },
    # APP-8: the steward is the first responder of his firm's matters, and follows them until they have ended.
    ("steward", "followed"): {
        "": {
            *("刚提交", "缺材料", "补了材料", "受理了", "电话里说的", "研判时要补", "等签收", "交给下属站"),
            *(
                "别的部门主办",
                "协办签收了",
                "挂起了",
                "在办",
                "协办意见给了",
                "能办，等签",
                "不能办，等签",
                "等企业确认",
                "企业没回应",
                "等回访",
            ),
        },
        "silent": {"企业没回应"},
        "incomplete": {"缺材料", "研判时要补"},
        "going": {
            *("刚提交", "补了材料", "受理了", "电话里说的", "等签收", "交给下属站", "别的部门主办", "在办"),
            *("协办签收了", "挂起了", "协办意见给了", "能办，等签", "不能办，等签", "等企业确认", "等回访"),
        },
    },
    ("project_assistant", "followed"): {"": set(), "silent": set(), "incomplete": set(), "going": set()},
}


def test_each_part_holds_exactly_what_it_should_and_its_tab_counts_it(every, open_as):
    for (who, queue), parts in EXPECTED.items():
        for part, expected in parts.items():
            response = open_as(getattr(every, who), "requests:queue", queue, **({"part": part} if part else {}))
            assert set(rows(response)) == expected, (who, part)
            assert len(rows(response)) == len(expected), (who, part)
            counted = tab_counts(response)
            assert set(counted) == set(parts)
            assert counted[part] == len(expected), (who, part)


def test_a_second_assignment_is_signed_by_the_first_in_command_alone(town, open_as):
    """Handbook §1 and APP-13: its written reply is the head's."""
    ticket = f.revisit(town, f.revisiting(town, title="不满意"), overall=1)
    f.report(ticket, ticket.moved_at + f.TAKEN)
    assert rows(open_as(town.deputy_head, "requests:queue", "handling", part="signoff")) == []
    assert rows(open_as(town.deputy_head, "requests:queue", "handling", part="waiting")) == ["不满意"]
    assert rows(open_as(town.department_head, "requests:queue", "handling", part="signoff")) == ["不满意"]


def test_a_deputy_by_delegation_works_in_the_queue_of_the_one_he_stands_in_for(town, open_as):
    f.signoff(town, title="不能办", result="cannot")
    assert rows(open_as(town.stand_in, "requests:queue", "handling", part="signoff")) == ["不能办"]


def test_a_sent_back_cannot_be_met_does_not_hide_a_new_result_from_the_deputy(town, open_as):
    ticket = f.signoff(town, title="改成能办", result="cannot")
    flow.send_back(ticket, by=town.department_head, reason="再想办法", at=ticket.moved_at + f.ACCEPTED)
    f.report(f.fresh(ticket), ticket.moved_at + f.DISPATCHED)
    assert rows(open_as(town.deputy_head, "requests:queue", "handling", part="signoff")) == ["改成能办"]


def test_nobody_works_on_the_case_of_his_own_firm(town, open_as):
    """Handbook §1: the union of his roles, less his own case."""
    f.accepted(town, title="自家的")
    f.accepted(town, title="别家的", enterprise=town.foreign_firm, by=town.other_member)
    assert rows(open_as(town.member_official, "requests:queue", "triage")) == ["别家的"]
    assert set(rows(open_as(town.triager, "requests:queue", "triage"))) == {"自家的", "别家的"}


def test_a_co_handler_whose_opinion_is_given_is_left_alone(town, open_as):
    f.handling(town, title="给过意见", co=[town.police], opinions=True)
    owing = f.handling(town, title="还欠意见", co=[town.police])
    for obligation in ("co_accept", "co_handle"):  # SLA-2 until the part is taken on, then SLA-16
        response = open_as(town.police_handler, "requests:queue", "handling")
        assert rows(response) == ["还欠意见"]
        (row,) = response.context["groups"][0]["rows"]
        assert row.as_co
        assert row.due.obligation == obligation
        if obligation == "co_accept":
            flow.take_part(owing, by=town.police_handler, at=owing.filed_at + f.OPINION)


def test_the_lead_does_not_stand_by_the_co_handlers_clock(town, open_as, standing_at):
    """SLA-16 ends two working days before the lead's own limit, and is not his to keep."""
    ticket = f.handling(town, title="多跨", co=[town.police])
    flow.take_part(ticket, by=town.police_handler, at=ticket.filed_at + f.OPINION)
    standing_at("2026-11-30 10:00")
    response = open_as(town.handler, "requests:queue", "handling")
    (row,) = response.context["groups"][0]["rows"]
    assert row.ticket.deadline.obligation == "co_handle"
    assert row.due.obligation == "handle"
    assert not row.as_co
    assert not row.line.late
    assert "is-late" not in response.text
    co = open_as(town.police_handler, "requests:queue", "handling")
    assert co.context["heading"] == "1 件已超期，先办它"
    assert co.context["groups"][0]["rows"][0].line.late


# Written by hand.
QUEUES_OF = {
    "intake_clerk": ["intake", "followed"],
    "triager": ["triage"],
    "handler": ["handling"],
    "deputy_head": ["handling"],
    "department_head": ["handling"],
    "stand_in": ["handling"],
    "revisitor": ["revisit"],
    "steward": ["followed"],
    "project_assistant": ["followed"],
    "supervisor": ["supervision"],
    "leader": ["raised"],
    "administrator": [],
    "enterprise_member": [],
    "former_handler": [],
}


def test_the_queues_of_each_role(town):
    assert {who: [queue.name for queue in queues_of(getattr(town, who))] for who in QUEUES_OF} == QUEUES_OF


def test_a_queue_is_not_there_for_who_does_not_work_in_it(town, open_as):
    for who, own in (("triager", "triage"), ("handler", "handling"), ("enterprise_member", None)):
        for queue in QUEUES:
            status = open_as(getattr(town, who), "requests:queue", queue.name).status_code
            assert status == (200 if queue.name == own else 404), (who, queue.name)


def test_an_unknown_queue_or_part_is_not_there_and_strangers_are_asked_to_sign_in(town, open_as):
    assert open_as(town.triager, "requests:queue", "lunch").status_code == 404
    assert open_as(town.triager, "requests:queue", "triage", part="lunch").status_code == 404
    assert open_as(None, "requests:queue", "triage").status_code == 302
    assert open_as(None, "requests:queues").status_code == 302


def test_work_begins_in_the_first_queue_that_has_any(town, open_as):
    assert open_as(town.intake_clerk, "requests:queues").url.endswith("/queues/intake/")
    f.registered(town, enterprise=town.foreign_firm)  # no steward there: the clerk who registered it follows it
    assert open_as(town.intake_clerk, "requests:queues").url.endswith("/queues/followed/")
    f.filed(town)
    assert open_as(town.intake_clerk, "requests:queues").url.endswith("/queues/intake/")
    assert open_as(town.supervisor, "requests:queues").url.endswith("/queues/supervision/")
    assert open_as(town.leader, "requests:queues").url == "/home/"
    assert open_as(town.leader, "requests:queue", "raised").status_code == 200  # where the navigation leads him
    dispatch_acts.referred(town)
    assert open_as(town.leader, "requests:queues").url.endswith("/queues/raised/")


def test_several_roles_make_several_queues_in_one_row_of_tabs(town, open_as):
    Membership.objects.create(user=town.triager, role=Role.REVISITOR, department=town.centre, since=f.LONG_AGO)
    f.revisiting(town)
    f.accepted(town)
    tabs = open_as(town.triager, "requests:queue", "triage").context["tabs"]
    assert [(tab["queue"], tab["part"], tab["count"]) for tab in tabs] == [
        ("triage", "", 1),
        ("triage", "new", 1),
        ("triage", "back", 0),
        ("triage", "waiting", 0),
        ("revisit", "", 1),
    ]
