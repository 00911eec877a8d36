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
HANDLING, SIGNOFF, CONFIRMING, REVISITING = "handling", "signoff", "confirming", "revisiting"
CLOSED, REJECTED, WITHDRAWN = "closed", "rejected", "withdrawn"

# status: (its stage, its name)
STATUSES = {
    RECEIVED: (INTAKE, _("待受理")),
    INCOMPLETE: (INTAKE, _("待补正")),
    TRIAGING: (TRIAGE, _("待研判")),
    ASSIGNED: (DISPATCH, _("待签收")),
    HANDLING: (HANDLE, _("办理中")),
    SIGNOFF: (HANDLE, _("待签批")),
    CONFIRMING: (FEEDBACK, _("待企业确认")),
    REVISITING: (REVISIT, _("待回访")),
    CLOSED: (REVISIT, _("已办结")),
    REJECTED: (INTAKE, _("不予受理")),
    WITHDRAWN: (INTAKE, _("已撤回")),
}
ENDED = (CLOSED, REJECTED, WITHDRAWN)
OPEN = tuple(status for status in STATUSES if status not in ENDED)
IN_DEPARTMENT = (ASSIGNED, HANDLING, SIGNOFF)

# Who: a role of handbook §1, narrowed by its relation to the ticket. `firm.` the ticket's enterprise, `lead.` its lead
# department, `co.` a co-handling department while assigned; without a prefix the role is enough.
MEMBER = "firm.enterprise_member"
LINE = "line"  # the system outside that brought it in and speaks for the firm (APP-1)
LINK = "link"  # who came by the one-time link sent to the caller's telephone (APP-12)
FIRM_SIDE = (MEMBER, LINE)
STEWARDS = ("firm.steward", "firm.project_assistant")
LEAD = ("lead.handler", "lead.deputy_head", "lead.department_head")
HEADS = ("lead.deputy_head", "lead.department_head")
CO = ("co.handler", "co.deputy_head", "co.department_head")
OWES = "co.owes"  # beside one of them: that department's opinion is still to come
CENTRE = ("intake_clerk", "triager")
BY_TELEPHONE = ("first_responder", "intake_clerk", "revisitor")  # APP-12: recorded by an official
CLOCK = "clock"

# verb: (from, to, who). Several targets: the verb decides by its rules, cited in its docstring.
TRANSITIONS = {
    "accept": ((RECEIVED,), (TRIAGING,), CENTRE),
    "ask_supplement": ((RECEIVED, TRIAGING), (INCOMPLETE,), CENTRE),
    "supplement": ((INCOMPLETE,), (RECEIVED, TRIAGING), (*FIRM_SIDE, *STEWARDS, "intake_clerk")),
    "reject": ((RECEIVED, TRIAGING), (REJECTED,), CENTRE),
    "withdraw": (
        (RECEIVED, INCOMPLETE, TRIAGING, ASSIGNED, HANDLING, SIGNOFF),
        (WITHDRAWN,),
        FIRM_SIDE,
    ),
    "lapse_supplement": ((INCOMPLETE,), (WITHDRAWN,), (CLOCK,)),
    "dispatch": ((TRIAGING,), (ASSIGNED,), ("triager",)),
    "begin_handling": ((ASSIGNED,), (ASSIGNED,), (CLOCK,)),
    "take": ((ASSIGNED,), (HANDLING,), LEAD),
    "name_handler": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), HEADS),
    "log_contact": ((HANDLING,), (HANDLING,), LEAD),
    "give_opinion": ((ASSIGNED, HANDLING), (ASSIGNED, HANDLING), CO),
    "report": ((HANDLING,), (SIGNOFF,), LEAD),
    "sign_off": ((SIGNOFF,), (CONFIRMING,), HEADS),
    "send_back": ((SIGNOFF,), (HANDLING,), HEADS),
    "confirm": ((CONFIRMING,), (REVISITING, HANDLING), (*FIRM_SIDE, LINK, *BY_TELEPHONE)),
    "dispute": ((CONFIRMING,), (HANDLING, REVISITING), (*FIRM_SIDE, LINK, *BY_TELEPHONE)),
    "lapse_confirmation": ((CONFIRMING,), (CONFIRMING, REVISITING), (CLOCK,)),
    "record_revisit": ((REVISITING,), (REVISITING, CLOSED, HANDLING), ("revisitor",)),
    "urge": (
        (RECEIVED, TRIAGING, ASSIGNED, HANDLING, SIGNOFF, REVISITING),
        (RECEIVED, TRIAGING, ASSIGNED, HANDLING, SIGNOFF, REVISITING),
        (*FIRM_SIDE, *STEWARDS),
    ),
    # Supervision (APP-21, DL-5, SLA-9): beside the loop, no status changes; offered where there is something to do.
    "instruct": (OPEN, OPEN, ("leader",)),
    "answer_instruction": (OPEN, OPEN, (*LEAD, "first_responder", "supervisor")),
    "make_commitment": (IN_DEPARTMENT, IN_DEPARTMENT, LEAD),
    "approve_commitment": (IN_DEPARTMENT, IN_DEPARTMENT, ("supervisor",)),
    "return_commitment": (IN_DEPARTMENT, IN_DEPARTMENT, ("supervisor",)),
    "decide_commitment": (tuple(STATUSES), tuple(STATUSES), (CLOCK,)),
    "owe_progress": (IN_DEPARTMENT, IN_DEPARTMENT, (CLOCK,)),
    "report_progress": (IN_DEPARTMENT, IN_DEPARTMENT, LEAD),
    "write": (OPEN, OPEN, (*FIRM_SIDE, *STEWARDS, *LEAD, *CO, *CENTRE, "first_responder", "revisitor", "supervisor")),
}

# What its doer can take back within half a minute (`requests.flow.undo`): steps inside the office that carry no words
# of their own. What speaks to the firm, ends a matter or is signed stands.
UNDOABLE = ("accept", "dispatch", "take", "name_handler")

# The one act a page puts forward, in this order (look: one filled button per page).
FORWARD = (
    "approve_commitment",
    "accept",
    "dispatch",
    "take",
    "report",
    "sign_off",
    "record_revisit",
    "supplement",
    "confirm",
    "give_opinion",
    "answer_instruction",
    "instruct",
)


def stage_of(status: str) -> str:
    return STATUSES[status][0]


def verbs_from(status: str) -> tuple[str, ...]:
    """The verbs the table knows from this status, whoever asks, in the table's order."""
    return tuple(verb for verb, (sources, _targets, _who) in TRANSITIONS.items() if status in sources)


def may(verb: str, status: str, capacities: frozenset[str]) -> bool:
    """Whether somebody with these capacities (see `requests.capacity`) may do the verb to a ticket in this status."""
    sources, _targets, who = TRANSITIONS[verb]
    return status in sources and not capacities.isdisjoint(who)
