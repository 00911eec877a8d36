"""What an order of a professional service can be, who moves it, from where to where (POL-7). Imports nothing.

The words of `who`: `firm` is a member of the firm; `centre` a clerk, triager or supervisor, or the firm's steward;
`provider` whoever acts for the provider, or the centre where it has no account.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


ORDERED, TAKEN, DONE, DECLINED, CANCELLED = "ordered", "taken", "done", "declined", "cancelled"
STATUSES = {
    ORDERED: _("待接单"),
    TAKEN: _("服务中"),
    DONE: _("已完成"),
    DECLINED: _("未接单"),
    CANCELLED: _("已取消"),
}

OPEN = (ORDERED, TAKEN)

# verb: (from, to, who)
VERBS = {
    "order": ((), (ORDERED,), ("firm", "centre")),  # 点单 by the firm, 送单 by the centre
    "take": ((ORDERED,), (TAKEN,), ("provider",)),
    "decline": ((ORDERED,), (DECLINED,), ("provider",)),
    "finish": ((TAKEN,), (DONE,), ("provider",)),
    "cancel": ((ORDERED, TAKEN), (CANCELLED,), ("firm", "centre")),
    "rate": ((DONE,), (DONE,), ("firm",)),
}


def verbs_from(status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on an order that is there, in the table's order."""
    return [verb for verb, (sources, _to, who) in VERBS.items() if status in sources and capacities & set(who)]
