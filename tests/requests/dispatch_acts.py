"""The acts of dispatch, as `loop_acts.ACTS` and `loop_acts.WHO_IS_TOLD` have those of the loop."""

from datetime import timedelta

from portal.people.models import TaskGroup, TaskGroupMember, User
from portal.people.roles import Role
from requests import flow
from tests.requests import factories as make

FIRM, OFFICE = "firm", "office"
TOLD, SILENT = True, False
HOUR = timedelta(hours=1)


def convene(town):
    """The three leaders before whom comes what nobody accepts, the convener first (NET-6)."""
    group = TaskGroup.objects.create(name="总召集人", kind=TaskGroup.Kind.CHIEFS)
    names = ("second_chief", "叶公"), ("third_chief", "北郭先生")
    people = [town.leader, *(make.person(username, name, (Role.LEADER, None)) for username, name in names)]
    TaskGroupMember.objects.bulk_create(
        TaskGroupMember(group=group, user=user, is_head=not i, since=make.LONG_AGO) for i, user in enumerate(people)
    )
    return people


def ask(town, ticket, hours=1):
    flow.ask_return(ticket, by=town.handler, reason="管网归水务管", at=ticket.moved_at + hours * HOUR)
    return make.fresh(ticket)


def refuse(town, ticket, by, hours):
    return flow.rule_return(ticket, by=by, granted=False, reason="按职责清单", at=ticket.moved_at + hours * HOUR)


def asked(town):
    return ask(town, make.handling(town))


def asked_twice(town):
    return ask(town, refuse(town, asked(town), town.triager, 2), 3)


def asked_thrice(town):
    convene(town)
    return ask(town, refuse(town, asked_twice(town), town.supervisor, 4), 5)


def referred(town):
    ticket = asked_thrice(town)
    flow.refer_to_chiefs(ticket, by=town.supervisor, reason="三次都不接", at=ticket.moved_at + 6 * HOUR)
    return make.fresh(ticket)


def crossing(town):
    return make.handling(town, co=[town.police])


def in_group(town):
    ticket = make.handling(town, complexity="difficult")
    given = {"members": [town.economy_handler], "convener": town.police_head, "reason": "每周碰头"}
    flow.give_to_group(ticket, by=town.triager, at=ticket.moved_at + HOUR, **given)
    return make.fresh(ticket)


def grant(town, ticket):
    given = {"granted": True, "lead": town.police, "reason": "按职责清单", "at": ticket.moved_at + 2 * HOUR}
    return flow.rule_return(ticket, by=town.triager, **given)


def at(ticket, hours=9):
    return ticket.moved_at + hours * HOUR


def take_part(town, ticket):
    return flow.take_part(ticket, by=town.police_handler, at=at(ticket))


def decide(town, ticket):
    given = {"lead": town.police, "text": "执法局牵头", "without": "出差", "at": at(ticket)}
    return flow.decide_raised(ticket, by=town.leader, **given)


def give_view(town, ticket):
    chief = User.objects.get(username="second_chief")
    return flow.give_view(ticket, by=chief, taker=town.police, at=at(ticket))


def make_group(town, ticket):
    given = {"members": [town.economy_handler], "convener": town.police_head, "reason": "每周碰头"}
    return flow.give_to_group(ticket, by=town.triager, at=at(ticket), **given)


ACTS = {
    "ask_return": (make.handling, ask, [("return_asked", OFFICE, TOLD)]),
    "ask_return, again": (
        lambda town: refuse(town, asked(town), town.triager, 2),
        lambda town, t: ask(town, t, 3),
        [("return_asked", OFFICE, TOLD), ("level_raised", OFFICE, SILENT)],
    ),
    "rule_return": (
        asked,
        lambda town, t: refuse(town, t, town.triager, 2),
        [("return_refused", OFFICE, TOLD)],
    ),
    "rule_return, granted": (asked, grant, [("returned", FIRM, TOLD)]),
    "reassign": (
        make.handling,
        lambda town, t: flow.reassign(t, by=town.supervisor, lead=town.police, reason="机构调整", at=at(t)),
        [("reassigned", FIRM, TOLD)],
    ),
    "refer_to_chiefs": (
        asked_thrice,
        lambda town, t: flow.refer_to_chiefs(t, by=town.supervisor, reason="都不接", at=at(t)),
        [("referred", OFFICE, TOLD)],
    ),
    "give_view": (referred, give_view, [("chief_viewed", OFFICE, TOLD)]),
    "decide_raised": (referred, decide, [("raised_decided", FIRM, TOLD)]),
    "take_part": (crossing, take_part, [("part_taken", OFFICE, TOLD)]),
    "add_part": (
        make.handling,
        lambda town, t: flow.add_part(t, by=town.handler, department=town.police, instruction="请清障", at=at(t)),
        [("part_added", OFFICE, TOLD), ("level_raised", OFFICE, SILENT)],
    ),
    "end_part": (
        crossing,
        lambda town, t: flow.end_part(t, by=town.triager, department=town.police, reason="不归它", at=at(t)),
        [("part_ended", OFFICE, SILENT)],
    ),
    "raise_level": (
        make.handling,
        lambda town, t: flow.raise_level(t, by=town.triager, complexity="major", reason="影响投产", at=at(t)),
        [("level_raised", OFFICE, TOLD)],
    ),
    "give_to_group": (
        lambda town: make.handling(town, complexity="difficult"),
        make_group,
        [("group_given", OFFICE, TOLD)],
    ),
    "contribute": (
        in_group,
        lambda town, t: flow.contribute(t, by=town.economy_handler, text="可以错峰", at=at(t)),
        [("contributed", OFFICE, TOLD)],
    ),
    "report_up": (
        lambda town: make.handling(town, complexity="major"),
        lambda town, t: flow.report_up(
            t, by=town.triager, leader=town.leader, problem="两家扯皮", proposal="请定牵头单位", at=at(t)
        ),
        [("reported_up", OFFICE, TOLD)],
    ),
    "end_group": (
        in_group,
        lambda town, t: flow.end_group(t, by=town.supervisor, reason="已理顺", at=at(t)),
        [("group_ended", OFFICE, SILENT)],
    ),
}

PEOPLE = {"enterprise_member", "member_official"}
HEADS = {"department_head", "deputy_head", "stand_in"}
POLICE = {"police_handler", "police_head"}
ANEW = {"诉求改由另一部门办": PEOPLE | {"steward"}, "新工单待签收": POLICE}
WHO_IS_TOLD = {
    "ask_return": {"退回待裁定": {"triager"}},  # the other triager is of the firm (§1)
    "ask_return, again": {"退回待裁定": {"supervisor"}},
    "rule_return": {"退回没有同意，请接着办": {"handler"} | HEADS},
    "rule_return, granted": ANEW,
    "reassign": ANEW,
    "refer_to_chiefs": {
        "无人承接，请总召集人定": {"leader", "second_chief", "third_chief"},
        "已报总召集人": {"handler"} | HEADS,
    },
    "give_view": {"总召集人意见已到": {"leader"}},
    "decide_raised": ANEW,
    "take_part": {"协办部门已签收": {"handler"}},
    "add_part": {"新协办工单": {"police_handler"}},
    "end_part": {},
    "raise_level": {"升为重大事项，须成立专班": {"handler", "steward"} | HEADS},
    "give_to_group": {
        "您是组长": {"police_head"},
        "工作组有新任务": {"economy_handler"},
        "已交工作组": {"handler"} | HEADS,
    },
    "contribute": {"工作组意见": {"handler", "police_head"}},
    "report_up": {"重大诉求专报，请阅": {"leader"}},
    "end_group": {},
}
