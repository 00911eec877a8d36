"""What a visit can be, who moves it, from where to where (ENT-10). Imports nothing.

The words of `who`: `visitor` is the person named for it or who stands in for him; `near` looks after the firm (steward,
project assistant, grid member of its place); `firm` is the firm itself; the rest are roles of handbook §1.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


PLANNED, DONE, CANCELLED = "planned", "done", "cancelled"
STATUSES = {PLANNED: _("待走访"), DONE: _("已走访"), CANCELLED: _("已取消")}

OVERSEES = ("supervisor", "leader")
GOES = ("visitor", "near", *OVERSEES)  # whoever comes by may do it: the plan wants a visit, not a person

# verb: (from, to, who)
VERBS = {
    "plan_visits": ((), (PLANNED,), OVERSEES),
    "begin_visit": ((), (PLANNED,), ("near", *OVERSEES)),
    "record_visit": ((PLANNED,), (DONE,), GOES),
    "not_reached": ((PLANNED,), (PLANNED,), GOES),
    "move": ((PLANNED,), (PLANNED,), ("visitor", *OVERSEES)),
    "reassign": ((PLANNED,), (PLANNED,), OVERSEES),
    "cancel": ((PLANNED,), (CANCELLED,), OVERSEES),
    "answer": ((DONE,), (DONE,), ("firm",)),
}


def verbs_from(status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on a visit that is there, in the table's order."""
    return [verb for verb, (sources, _to, who) in VERBS.items() if status in sources and capacities & set(who)]
