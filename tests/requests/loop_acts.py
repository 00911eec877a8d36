"""The acts of the loop and who hears of each, written out by hand; those of the other areas lie beside it.

`ACTS`: from which ticket an act starts, the verb, and (kind of event, who may read it, whether people are told).
`WHO_IS_TOLD`: {the beginning of the title: who gets it}; whoever did it is not told what he knows.
"""

from datetime import timedelta

from enterprises.models import Stewardship
from requests import flow
from requests.flow.feedback import Scores
from tests.requests import (
    confidential_acts,
    dispatch_acts,
    intake_acts,
    oversight_acts,
    respite_acts,
    supervision_acts,
)
from tests.requests import factories as make

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
        lambda town, t: flow.record_revisit(t, by=town.revisitor, reached=False, at=make.MONDAY + make.REVISITED),
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

ACTS |= supervision_acts.ACTS | respite_acts.ACTS | dispatch_acts.ACTS
ACTS |= intake_acts.ACTS | oversight_acts.ACTS | confidential_acts.ACTS

# `member_official` is a member of the firm who is a triager as well: the firm's letter is the one he gets.
MEMBERS = {"enterprise_member", "member_official"}
CLERKS = {"intake_clerk", "second_clerk"}
HEADS = {"department_head", "stand_in"}  # who stands in for the head is told like him

WHO_IS_TOLD = {
    "file": {"诉求已收到": MEMBERS, "新诉求待受理": CLERKS, "您是首问负责人": {"steward"}},
    "register": {"诉求已受理": MEMBERS, "新诉求待研判": {"triager"}, "您是首问负责人": {"steward"}},
    "accept": {"诉求已受理": MEMBERS, "新诉求待研判": {"triager"}},
    "ask_supplement": {"请补充材料": MEMBERS | {"steward"}},
    "supplement": {"补正回件": CLERKS},
    "reject": {"诉求不予受理": MEMBERS | {"steward"}},
    "withdraw": {"企业已撤回": {"handler", "steward"}},
    "lapse_supplement": {"诉求按撤回处理": MEMBERS, "企业逾期未补正": {"steward"}},
    "dispatch": {"诉求已转交": MEMBERS | {"steward"}, "新工单待签收": {"handler", "colleague", "deputy_head"} | HEADS},
    "begin_handling": {},
    "take": {"诉求开始办理": MEMBERS | {"steward"}},
    "name_handler": {"您是承办人": {"colleague"}},
    "log_contact": {},
    "give_opinion": {"协办意见已提交": {"handler"}},
    "report": {"结果待签批": {"deputy_head"} | HEADS},
    "sign_off": {"结果请您确认": MEMBERS, "结果已签批": {"handler", "steward"}},
    "send_back": {"结果退回修改": {"handler"}},
    "confirm": {"企业已确认": {"handler", "steward", "revisitor"}},
    "confirm, dissatisfied": {"二次交办": MEMBERS | {"handler", "steward"} | HEADS},
    "confirm, dissatisfied twice": {"督查督办": MEMBERS | {"handler", "steward", "supervisor"} | HEADS},
    "confirm, dissatisfied with the order": {"督办后仍不满意": {"supervisor"}},
    "dispute": {"企业有异议，请接着办": {"handler", "deputy_head", "steward"}},
    "lapse": {"请联系企业确认结果": {"steward"}, "还等您确认结果": MEMBERS},
    "lapse again": {"未回应，转回访": {"revisitor"}},
    "record_revisit, not reached": {},
    "record_revisit": {"诉求已办结": MEMBERS | {"handler", "steward"}},
    "record_revisit, dissatisfied": {"二次交办": MEMBERS | {"handler", "steward"} | HEADS},
    "urge": {"企业催办": {"handler", "steward"} | HEADS},
    "write, to the firm": {"公输班回复您": MEMBERS},
    "write, by the firm": {"企业留言": {"handler", "steward"}},
    "write, internally": {"内部意见": {"steward"}},
    "hand_over": {"工单移交": {"colleague"}},
    "follow_steward": {"工单移交": {"project_assistant"}},
    **supervision_acts.WHO_IS_TOLD,
    **respite_acts.WHO_IS_TOLD,
    **dispatch_acts.WHO_IS_TOLD,
    **intake_acts.WHO_IS_TOLD,
    **oversight_acts.WHO_IS_TOLD,
    **confidential_acts.WHO_IS_TOLD,
}
