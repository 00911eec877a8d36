"""The acts about more time and second looks, as `loop_acts.ACTS` and `loop_acts.WHO_IS_TOLD` have those of the loop."""

from datetime import date, timedelta

from portal.deadlines.sweep import sweep
from requests import flow
from tests.requests import factories as make
from tests.requests import respite
from tests.requests.factories import moment
from tests.requests.respite import ASKED, CENTRE, HEAD, LATER, REVIEWED

FIRM, OFFICE = "firm", "office"
TOLD, SILENT = True, False
UP = moment("2027-02-12 17:00")
WAITS = {"until": REVIEWED, "reason": "等上级批复", "at": ASKED}


def unmet(town):
    return make.closed(town, result="cannot")


def waiting_long(town):
    ticket = respite.suspended(town, cause="authority", until=date(2027, 4, 6))
    sweep(UP)
    return make.fresh(ticket)


def looked(found):
    return lambda town, t: flow.look_again(t, by=town.triager, found=found, text="已问过", at=UP + timedelta(days=3))


ACTS = {
    "ask_extension": (
        make.handling,
        lambda town, t: flow.ask_extension(t, by=town.handler, until=LATER, reason="管材要订做", at=ASKED),
        [("extension_asked", OFFICE, TOLD)],
    ),
    "ask_suspension": (
        make.handling,
        lambda town, t: flow.ask_suspension(t, by=town.department_head, cause="court", **WAITS),
        [("suspension_asked", OFFICE, TOLD)],
    ),
    "approve_request, by the head": (
        respite.extending,
        lambda town, t: flow.approve_request(t, by=town.department_head, at=HEAD),
        [("request_passed", OFFICE, TOLD)],
    ),
    "approve_request": (
        respite.passed,
        lambda town, t: flow.approve_request(t, by=town.triager, at=CENTRE),
        [("extended", FIRM, TOLD)],
    ),
    "approve_request, suspended": (
        respite.suspending,
        lambda town, t: flow.approve_request(t, by=town.supervisor, at=CENTRE),
        [("suspended", FIRM, TOLD)],
    ),
    "refuse_request": (
        respite.passed,
        lambda town, t: flow.refuse_request(t, by=town.triager, reason="理由不充分", at=CENTRE),
        [("request_refused", OFFICE, TOLD)],
    ),
    "withdraw_request": (
        respite.extending,
        lambda town, t: flow.withdraw_request(t, by=town.handler, at=HEAD),
        [("request_withdrawn", OFFICE, TOLD)],
    ),
    "end_suspension": (
        respite.suspended,
        lambda town, t: flow.end_suspension(t, by=town.triager, at=CENTRE),
        [("resumed", FIRM, TOLD)],
    ),
    "write, what was waited for": (
        respite.suspended,
        lambda town, t: flow.write(t, by=town.enterprise_member, text="图纸在此", at=CENTRE),
        [("firm_wrote", FIRM, TOLD), ("resumed", FIRM, TOLD)],
    ),
    "bring_back": (unmet, lambda town, t: flow.bring_back(t, at=UP), [("came_up_again", OFFICE, TOLD)]),
    "look_again": (unmet, looked("unchanged"), [("looked_again", OFFICE, SILENT)]),
    "look_again, changed": (unmet, looked("changed"), [("reopened", FIRM, TOLD), ("looked_again", FIRM, TOLD)]),
    "look_again, what waits": (
        waiting_long,
        looked("changed"),
        [("looked_again", OFFICE, SILENT), ("resumed", FIRM, TOLD)],
    ),
}

PEOPLE = {"enterprise_member", "member_official"}
HEADS = {"department_head", "stand_in"}
CENTRE_DECIDES = {"triager", "supervisor"}
GOES_ON = {"诉求恢复办理": PEOPLE, "恢复办理，时限接着走": {"handler", "steward"} | HEADS}
WHO_IS_TOLD = {
    "ask_extension": {"延期挂起待您批": HEADS},
    "ask_suspension": {"延期挂起待您批": CENTRE_DECIDES},
    "approve_request, by the head": {"延期挂起待您批": CENTRE_DECIDES, "部门已同意": {"handler"}},
    "approve_request": {"办理时限延长": PEOPLE, "延期已同意": {"handler", "steward"} | HEADS},
    "approve_request, suspended": {"诉求已挂起": PEOPLE, "挂起已同意": {"handler", "steward"} | HEADS},
    "refuse_request": {"申请没有同意": {"handler"} | HEADS},
    "withdraw_request": {"申请已撤回": HEADS},
    "end_suspension": GOES_ON,
    "write, what was waited for": {"企业留言": {"handler", "steward"}, **GOES_ON},
    "bring_back": {"历史疑难件请再看": CENTRE_DECIDES},
    "look_again": {},
    "look_again, changed": {
        "以前没办成的诉求，现在接着办": PEOPLE,
        "您是首问负责人": {"steward"},
        "历史疑难件重新办理": {"handler"},
    },
    "look_again, what waits": GOES_ON,
}
