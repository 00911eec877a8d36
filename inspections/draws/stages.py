"""What a draw can be, who moves it, from where to where (INS-5). Imports nothing.

    frozen → drawn → confirmed
       ↘       ↘ dropped (stays public, with the reason)

The words of `who`: `agency` is an inspector, head or deputy of the agency that draws; `head` its head or deputy.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


FROZEN, DRAWN, CONFIRMED, DROPPED = "frozen", "drawn", "confirmed", "dropped"
STATUSES = {
    FROZEN: _("待抽取"),
    DRAWN: _("待确认"),
    CONFIRMED: _("已生成检查需求"),
    DROPPED: _("已作废"),
}
ENDED = (CONFIRMED, DROPPED)
WITH_RESULT = (DRAWN, CONFIRMED)

# verb: (from, to, who)
VERBS = {
    "freeze": ((), (FROZEN,), ("agency",)),  # who may be drawn, and the digest that binds it, is fixed
    "draw": ((FROZEN,), (DRAWN,), ("agency",)),  # once: there is no way back from here but a public dropping
    "confirm": ((DRAWN,), (CONFIRMED,), ("agency",)),
    "drop": ((FROZEN, DRAWN), (DROPPED,), ("head",)),
}


def verbs_from(status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on a draw that is there, in the table's order."""
    return [verb for verb, (sources, _to, who) in VERBS.items() if status in sources and capacities & set(who)]
