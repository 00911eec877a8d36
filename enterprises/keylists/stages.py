"""What a year's key list and its entries can be, who moves them, from where to where (ENT-9). Imports nothing.

The words of `who` are roles of handbook §1. `enterprises.keylists.flow` refuses whatever is not in here.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


DRAFTING, APPROVING, APPROVED = "drafting", "approving", "approved"
LIST_STATUSES = {DRAFTING: _("编制中"), APPROVING: _("待审批"), APPROVED: _("已批准")}

PROPOSED, STANDING, DECLINED, REMOVED = "proposed", "standing", "declined", "removed"
ENTRY_STATES = {PROPOSED: _("待审核"), STANDING: _("在名单上"), DECLINED: _("未通过"), REMOVED: _("已移出")}

PROPOSERS = ("department_head", "steward", "triager")
SUPERVISOR, LEADER = ("supervisor",), ("leader",)

# verb: (from, to, who)
LIST_VERBS = {
    "open_list": ((), (DRAFTING,), SUPERVISOR),
    "set_size": ((DRAFTING,), (DRAFTING,), SUPERVISOR),
    "propose": ((DRAFTING,), (DRAFTING,), PROPOSERS),
    "submit": ((DRAFTING,), (APPROVING,), SUPERVISOR),
    "send_back": ((APPROVING,), (DRAFTING,), LEADER),
    "approve": ((APPROVING,), (APPROVED,), LEADER),
}

# verb: (the list's statuses, the entry's states, its state afterwards, who)
ENTRY_VERBS = {
    "accept": ((DRAFTING,), (PROPOSED,), STANDING, SUPERVISOR),
    "decline": ((DRAFTING,), (PROPOSED,), DECLINED, SUPERVISOR),
    "remove": ((DRAFTING,), (STANDING,), REMOVED, SUPERVISOR),
    "put_back": ((DRAFTING,), (REMOVED, DECLINED), STANDING, SUPERVISOR),
    "name_people": ((DRAFTING, APPROVED), (STANDING,), STANDING, SUPERVISOR),
}


def list_verbs(status: str, roles: frozenset[str]) -> list[str]:
    """The verbs on a list that is there, in the table's order."""
    return [verb for verb, (sources, _to, who) in LIST_VERBS.items() if status in sources and roles & set(who)]


def entry_verbs(status: str, state: str, roles: frozenset[str]) -> list[str]:
    """The verbs on an entry in this state of a list with this status."""
    return [
        verb
        for verb, (statuses, states, _to, who) in ENTRY_VERBS.items()
        if status in statuses and state in states and roles & set(who)
    ]
