"""What a plan can be, who moves it, from where to where (INS-4). Imports nothing.

    draft → computing → proposed → submitted → approved
                ↖──────────┘ ↖────────┘ (sent back)

The words of `who`: `keeper` is an inspector, head or deputy of the agency that keeps plans; `approver` its head or
deputy, and not who submitted it; `clock` is the worker that computes.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


DRAFT, COMPUTING, PROPOSED, SUBMITTED = "draft", "computing", "proposed", "submitted"
APPROVED, DROPPED = "approved", "dropped"
STATUSES = {
    DRAFT: _("编制中"),
    COMPUTING: _("计算中"),
    PROPOSED: _("待调整送审"),
    SUBMITTED: _("待审批"),
    APPROVED: _("已批准"),
    DROPPED: _("已作废"),
}
OPEN = (DRAFT, COMPUTING, PROPOSED, SUBMITTED)  # a firm's need is in one open plan at most

# verb: (from, to, who)
VERBS = {
    "create": ((), (DRAFT,), ("keeper",)),
    "take_in": ((DRAFT, PROPOSED), (DRAFT, PROPOSED), ("keeper",)),  # needs that wait and are in no plan
    "take_out": ((DRAFT, PROPOSED), (DRAFT, PROPOSED), ("keeper",)),
    "compute": ((DRAFT, PROPOSED), (COMPUTING,), ("keeper",)),
    "settle_for": ((COMPUTING,), (COMPUTING,), ("keeper",)),  # what it has found by now is good enough
    "finish": ((COMPUTING,), (PROPOSED,), ("clock",)),
    "stop": ((COMPUTING,), (DRAFT, PROPOSED), ("keeper", "clock")),
    "move": ((PROPOSED,), (PROPOSED,), ("keeper",)),  # needs of one firm, or a whole visit, to another day
    "lock": ((PROPOSED,), (PROPOSED,), ("keeper",)),
    "unlock": ((PROPOSED,), (PROPOSED,), ("keeper",)),
    "submit": ((PROPOSED,), (SUBMITTED,), ("keeper",)),
    "send_back": ((SUBMITTED,), (PROPOSED,), ("approver",)),
    "approve": ((SUBMITTED,), (APPROVED,), ("approver",)),
    "drop": ((DRAFT, PROPOSED), (DROPPED,), ("keeper",)),
}
