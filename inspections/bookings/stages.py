"""What a booking can be, who moves it, from where to where (INS-11). Imports nothing.

The words of `who`: `firm` is a member of the firm; `behalf` its steward or project assistant; `agency` an inspector,
head or deputy of the agency that is asked.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


ASKED, ACCEPTED, DECLINED, WITHDRAWN = "asked", "accepted", "declined", "withdrawn"
STATUSES = {
    ASKED: _("待答复"),
    ACCEPTED: _("已接受"),
    DECLINED: _("未接受"),
    WITHDRAWN: _("已取消"),
}
ENDED = (DECLINED, WITHDRAWN)

# verb: (from, to, who)
VERBS = {
    "book": ((), (ASKED,), ("firm", "behalf")),
    "accept": ((ASKED,), (ACCEPTED,), ("agency",)),  # within `booking`; makes the need
    "decline": ((ASKED,), (DECLINED,), ("agency",)),
    "withdraw": ((ASKED,), (WITHDRAWN,), ("firm", "behalf")),
    "call_off": ((ACCEPTED,), (WITHDRAWN,), ("agency",)),  # the milestone moved: its need is withdrawn
}


def verbs_from(status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on a booking that is there, in the table's order."""
    return [verb for verb, (sources, _to, who) in VERBS.items() if status in sources and capacities & set(who)]
