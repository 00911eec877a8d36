"""What a rectification can be, who moves it, from where to where (INS-7). Imports nothing.

    open → submitted → closed          the firm shows what it has done, the agency accepts it
             ↘ open again              sent back, with what is missing and a new deadline
             ↘ recheck → closed, or open again      somebody goes there: a check of its own, merged into a visit

The words of `who`: `firm` is a member of the firm; `agency` an inspector, head or deputy of the agency that ordered it;
`head` a head or deputy of it; `clock` is what other parts do in their own verbs (the record of a re-check).
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


OPEN, SUBMITTED, RECHECK = "open", "submitted", "recheck"
CLOSED, WITHDRAWN = "closed", "withdrawn"
STATUSES = {
    OPEN: _("待整改"),
    SUBMITTED: _("待审核"),
    RECHECK: _("待现场复查"),
    CLOSED: _("整改完成"),
    WITHDRAWN: _("已撤销"),
}
RUNNING = (OPEN, SUBMITTED, RECHECK)
ENDED = (CLOSED, WITHDRAWN)

# verb: (from, to, who)
VERBS = {
    "order": ((), (OPEN,), ("agency",)),  # with the record of the check
    "submit": ((OPEN,), (SUBMITTED,), ("firm",)),
    "accept": ((SUBMITTED, RECHECK), (CLOSED,), ("agency",)),  # of a re-check: nobody has to go after all
    "send_back": ((SUBMITTED,), (OPEN,), ("agency",)),
    "call_recheck": ((OPEN, SUBMITTED, RECHECK), (RECHECK,), ("agency",)),  # open: late; re-check: came to nothing
    "ask_time": ((OPEN,), (OPEN,), ("firm",)),  # once, before it is due
    "give_time": ((OPEN,), (OPEN,), ("agency",)),
    "refuse_time": ((OPEN,), (OPEN,), ("agency",)),
    # With the record of the re-check:
    "pass_recheck": ((RECHECK,), (CLOSED,), ("clock",)),
    "fail_recheck": ((RECHECK,), (OPEN,), ("clock",)),
    "withdraw": ((OPEN, SUBMITTED, RECHECK), (WITHDRAWN,), ("head",)),
}


def verbs_from(status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on a rectification that is there, in the table's order."""
    return [verb for verb, (sources, _to, who) in VERBS.items() if status in sources and capacities & set(who)]
