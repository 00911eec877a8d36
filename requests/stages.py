"""The six-stage loop as a table (handbook §2): who moves a ticket from where to where, by which verb. Imports nothing.

`docs/loop.md` is generated from it (`manage.py loop`), the buttons on a page are derived from it, and
`requests.flow` refuses whatever is not in it.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


INTAKE, TRIAGE, DISPATCH, HANDLE, FEEDBACK, REVISIT = "intake", "triage", "dispatch", "handle", "feedback", "revisit"

STAGES = {
    INTAKE: _("接诉"),
    TRIAGE: _("研判"),
    DISPATCH: _("流转"),
    HANDLE: _("办理"),
    FEEDBACK: _("反馈"),
    REVISIT: _("回访"),
}

RECEIVED, INCOMPLETE, TRIAGING, ASSIGNED = "received", "incomplete", "triaging", "assigned"
HANDLING, SUSPENDED, SIGNOFF = "handling", "suspended", "signoff"
CONFIRMING, REVISITING = "confirming", "revisiting"
CLOSED, REJECTED, WITHDRAWN, MERGED = "closed", "rejected", "withdrawn", "merged"

# status: (its stage, its name)
STATUSES = {
    RECEIVED: (INTAKE, _("待受理")),
    INCOMPLETE: (INTAKE, _("待补正")),
    TRIAGING: (TRIAGE, _("待研判")),
    ASSIGNED: (DISPATCH, _("待签收")),
    HANDLING: (HANDLE, _("办理中")),
    SUSPENDED: (HANDLE, _("已挂起")),
    SIGNOFF: (HANDLE, _("待签批")),
    CONFIRMING: (FEEDBACK, _("待企业确认")),
    REVISITING: (REVISIT, _("待回访")),
    CLOSED: (REVISIT, _("已办结")),
    REJECTED: (INTAKE, _("不予受理")),
    WITHDRAWN: (INTAKE, _("已撤回")),
    MERGED: (TRIAGE, _("已并案")),
}
ENDED = (CLOSED, REJECTED, WITHDRAWN, MERGED)
OPEN = tuple(status for status in STATUSES if status not in ENDED)
IN_DEPARTMENT = (ASSIGNED, HANDLING, SUSPENDED, SIGNOFF)
ANSWERED = (CONFIRMING, REVISITING, *ENDED)  # the firm has its answer

# Who: a role of handbook §1, narrowed by its relation to the ticket. `firm.` the ticket's enterprise, `lead.` its lead
# department, `co.` a co-handling department while assigned; without a prefix the role is enough.
MEMBER = "firm.enterprise_member"
LINE = "line"  # the system outside that brought it in and speaks for the firm (APP-1)
LINK = "link"  # who came by a one-time link sent to the caller's telephone (APP-2, 6, 12)
PROXY = "proxy"  # of the association that lodged it for its member; the member's own people answer (APP-2)
SPEAKING = (MEMBER, LINE)  # whose word is the firm's: withdraws, confirms, rates
FIRM_SIDE = (*SPEAKING, PROXY)
STEWARDS = ("firm.steward", "firm.project_assistant")
LEAD = ("lead.handler", "lead.deputy_head", "lead.department_head")
HEADS = ("lead.deputy_head", "lead.department_head")
CO = ("co.handler", "co.deputy_head", "co.department_head")
OWES = "co.owes"  # beside one of them: that department's opinion is still to come
CENTRE = ("intake_clerk", "triager")
RULES = ("triager", "supervisor")  # decides for the centre on what departments ask for (APP-10, APP-15)
BY_TELEPHONE = ("first_responder", "intake_clerk", "revisitor")  # APP-12: recorded by an official
CLOCK = "clock"
GROUP, GROUP_HEAD = "group.member", "group.convener"  # of the task group at work on it (APP-4, ORG-2)
CHIEF, CONVENER = "chief", "chief.convener"  # the leaders before whom comes what nobody accepts (NET-6)
KEEPER = "confidential.supervisor"  # keeps a confidential complaint: no supervisor whom it is about (APP-18)
NAMED = "confidential.handler"  # handles it by name

# verb: (from, to, who). Several targets: the verb decides by its rules, cited in its docstring.
TRANSITIONS = {
    "accept": ((RECEIVED,), (TRIAGING,), CENTRE),
    "ask_supplement": ((RECEIVED, TRIAGING), (INCOMPLETE,), CENTRE),
    "supplement": ((INCOMPLETE,), (RECEIVED, TRIAGING), (*FIRM_SIDE, LINK, *STEWARDS, "intake_clerk")),
    "reject": ((RECEIVED, TRIAGING), (REJECTED,), CENTRE),
    # APP-6: once against a rejection; overturned it begins anew, upheld it stays rejected.
    "ask_review": ((REJECTED,), (REJECTED,), (*FIRM_SIDE, LINK, *STEWARDS, "intake_clerk")),
    "rule_review": ((REJECTED,), (REJECTED, TRIAGING), ("supervisor",)),
    "withdraw": (
        (RECEIVED, INCOMPLETE, TRIAGING, ASSIGNED, HANDLING, SUSPENDED, SIGNOFF),
        (WITHDRAWN,),
        SPEAKING,
    ),
    "lapse_supplement": ((INCOMPLETE,), (WITHDRAWN,), (CLOCK,)),
    "dispatch": ((TRIAGING,), (ASSIGNED,), ("triager",)),
    # APP-16: joined to another that says the same, and taken apart again; by the clock where that one ended unanswered.
    "merge": ((RECEIVED, TRIAGING), (MERGED,), ("triager",)),
    "split": ((MERGED,), (TRIAGING,), ("triager", CLOCK)),
    "begin_handling": ((ASSIGNED,), (ASSIGNED,), (CLOCK,)),
    "take": ((ASSIGNED,), (HANDLING,), LEAD),
    "name_handler": ((ASSIGNED, HANDLING, SUSPENDED), (ASSIGNED, HANDLING, SUSPENDED), HEADS),
    "log_contact": ((HANDLING, SUSPENDED), (HANDLING, SUSPENDED), LEAD),
    "give_opinion": ((ASSIGNED, HANDLING, SUSPENDED), (ASSIGNED, HANDLING, SUSPENDED), CO),
    # APP-9, NET-6: the lead asks to return it, the centre, then a supervisor, in the end the chiefs rule.
    "ask_return": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), LEAD),
    "rule_return": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), RULES),
    "refer_to_chiefs": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), ("supervisor",)),
    "give_view": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), (CHIEF,)),
    "decide_raised": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), (CONVENER,)),
    "reassign": ((ASSIGNED, HANDLING, SIGNOFF), (ASSIGNED,), ("supervisor",)),
    # APP-4, SEC-2: co-handlers' parts, a higher level, task groups and task forces.
    "take_part": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), CO),
    "add_part": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), (*LEAD, "triager")),
    "end_part": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), (*LEAD, "triager")),
    "raise_level": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), (*HEADS, *RULES)),
    "give_to_group": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), RULES),
    "contribute": (IN_DEPARTMENT, IN_DEPARTMENT, (GROUP,)),
    "report_up": (IN_DEPARTMENT, IN_DEPARTMENT, RULES),  # 专报 on a major matter
    "end_group": (IN_DEPARTMENT, IN_DEPARTMENT, (GROUP_HEAD, *RULES)),
    # APP-10: asked by the department, approved by its head and then the centre. APP-15: looked at again each quarter.
    "ask_extension": ((HANDLING,), (HANDLING,), LEAD),
    "ask_suspension": ((HANDLING,), (HANDLING,), LEAD),
    "approve_request": ((HANDLING,), (HANDLING, SUSPENDED), ("lead.department_head", *RULES)),
    "refuse_request": ((HANDLING,), (HANDLING,), ("lead.department_head", *RULES)),
    "withdraw_request": ((HANDLING,), (HANDLING,), LEAD),
    "end_suspension": ((SUSPENDED,), (HANDLING,), (CLOCK, "lead.department_head", *RULES)),
    "bring_back": ((SUSPENDED, CLOSED), (SUSPENDED, CLOSED), (CLOCK,)),
    "look_again": ((SUSPENDED, CLOSED), (SUSPENDED, HANDLING, CLOSED), RULES),
    "report": ((HANDLING,), (SIGNOFF,), LEAD),
    "sign_off": ((SIGNOFF,), (CONFIRMING,), HEADS),
    "send_back": ((SIGNOFF,), (HANDLING,), HEADS),
    "confirm": ((CONFIRMING,), (REVISITING, HANDLING), (*SPEAKING, LINK, *BY_TELEPHONE)),
    "dispute": ((CONFIRMING,), (HANDLING, REVISITING), (*SPEAKING, LINK, *BY_TELEPHONE)),
    "lapse_confirmation": ((CONFIRMING,), (CONFIRMING, REVISITING), (CLOCK,)),
    "record_revisit": ((REVISITING,), (REVISITING, CLOSED, HANDLING), ("revisitor",)),
    "urge": (
        (RECEIVED, TRIAGING, ASSIGNED, HANDLING, SUSPENDED, SIGNOFF, REVISITING),
        (RECEIVED, TRIAGING, ASSIGNED, HANDLING, SUSPENDED, SIGNOFF, REVISITING),
        (*FIRM_SIDE, *STEWARDS),
    ),
    # APP-1: the hotline is told of the result, or of how it ended.
    "write_back": (ANSWERED, ANSWERED, ("intake_clerk", "supervisor")),
    # Supervision (APP-21, DL-5, SLA-9): beside the loop, no status changes; offered where there is something to do.
    "instruct": (OPEN, OPEN, ("leader",)),
    "answer_instruction": (OPEN, OPEN, (*LEAD, *CO, "first_responder", "supervisor")),
    "make_commitment": (IN_DEPARTMENT, IN_DEPARTMENT, LEAD),
    "approve_commitment": (IN_DEPARTMENT, IN_DEPARTMENT, ("supervisor",)),
    "return_commitment": (IN_DEPARTMENT, IN_DEPARTMENT, ("supervisor",)),
    "decide_commitment": (tuple(STATUSES), tuple(STATUSES), (CLOCK,)),
    "owe_progress": (IN_DEPARTMENT, IN_DEPARTMENT, (CLOCK,)),
    "report_progress": (IN_DEPARTMENT, IN_DEPARTMENT, LEAD),
    # Supervision orders (APP-13, SLA-13, SEC-1), the sealed reply (APP-11), the congress observer's own question (§1).
    "issue_order": (IN_DEPARTMENT, IN_DEPARTMENT, ("supervisor",)),
    "answer_order": (IN_DEPARTMENT, IN_DEPARTMENT, LEAD),
    "amend_order": (IN_DEPARTMENT, IN_DEPARTMENT, ("supervisor",)),
    "judge_order": (tuple(STATUSES), tuple(STATUSES), ("supervisor",)),
    "deliver_scan": ((CONFIRMING, REVISITING), (CONFIRMING, REVISITING), LEAD),
    "verify": ((*OPEN, CLOSED), (*OPEN, CLOSED), ("congress_observer",)),
    # Confidential complaints (APP-18): the keeper names who handles it, the finding comes before the result.
    "entrust": ((TRIAGING, ASSIGNED, HANDLING), (ASSIGNED, HANDLING), (KEEPER,)),
    "identify": (OPEN, OPEN, (KEEPER,)),
    "ask_unit": ((HANDLING,), (HANDLING,), (KEEPER,)),
    "record_confirmation": ((HANDLING,), (HANDLING,), (NAMED,)),
    "find": ((HANDLING,), (HANDLING,), (NAMED,)),
    "write": (
        (*OPEN, MERGED),
        (*OPEN, MERGED),
        (*FIRM_SIDE, *STEWARDS, *LEAD, *CO, *CENTRE, "first_responder", "revisitor", "supervisor"),
    ),
}

# Who does what to a confidential complaint, instead of the table's third column: a verb that is not named here is not
# done to one. The firm's side, who filed it, does what it may do to any matter of its own.
CONFIDED = {
    **dict.fromkeys(("accept", "ask_supplement", "supplement", "reject", "entrust", "identify", "ask_unit"), (KEEPER,)),
    **dict.fromkeys(("take", "log_contact", "record_confirmation", "find", "report"), (NAMED,)),
    **dict.fromkeys(("sign_off", "send_back", "confirm", "dispute", "record_revisit"), (KEEPER,)),
    **dict.fromkeys(("ask_extension", "ask_suspension", "withdraw_request"), (NAMED,)),
    **dict.fromkeys(("approve_request", "refuse_request", "end_suspension", "look_again", "rule_review"), (KEEPER,)),
    **dict.fromkeys(("issue_order", "amend_order", "judge_order"), (KEEPER,)),
    **dict.fromkeys(("answer_order", "deliver_scan"), (NAMED,)),
    "write": (KEEPER, NAMED),
}

# What its doer can take back within half a minute (`requests.flow.undo`): steps inside the office that carry no words
# of their own. What speaks to the firm, ends a matter or is signed stands.
UNDOABLE = ("accept", "dispatch", "take", "name_handler", "take_part")

# The one act a page puts forward, in this order (look: one filled button per page).
FORWARD = (
    "approve_commitment",
    "approve_request",
    "judge_order",
    "rule_review",
    "decide_raised",
    "give_view",
    "rule_return",
    "refer_to_chiefs",
    "accept",
    "dispatch",
    "entrust",
    "take",
    "find",
    "report",
    "sign_off",
    "record_revisit",
    "supplement",
    "write_back",
    "confirm",
    "take_part",
    "give_opinion",
    "contribute",
    "answer_instruction",
    "answer_order",
    "verify",
    "instruct",
)


def stage_of(status: str) -> str:
    return STATUSES[status][0]


def verbs_from(status: str) -> tuple[str, ...]:
    """The verbs the table knows from this status, whoever asks, in the table's order."""
    return tuple(verb for verb, (sources, _targets, _who) in TRANSITIONS.items() if status in sources)


def begins(verb: str) -> tuple[str, ...]:
    """The statuses from which the table knows the verb, whoever asks; none for a verb of another table."""
    sources = TRANSITIONS[verb][0] if verb in TRANSITIONS else ()
    return tuple(sources)


def doers(verb: str, capacities: frozenset[str]) -> tuple[str, ...]:
    """The capacities that may do the verb, of a ticket towards which somebody has these: confidential ones differ."""
    if KEEPER in capacities or NAMED in capacities:
        return CONFIDED.get(verb, ())
    return TRANSITIONS[verb][2]


def ever(verb: str, capacities: frozenset[str]) -> bool:
    """Whether somebody with these capacities may do the verb to the ticket at any status."""
    return not capacities.isdisjoint(doers(verb, capacities))


def may(verb: str, status: str, capacities: frozenset[str]) -> bool:
    """Whether somebody with these capacities (see `requests.capacity`) may do the verb to a ticket in this status."""
    return status in TRANSITIONS[verb][0] and ever(verb, capacities)
