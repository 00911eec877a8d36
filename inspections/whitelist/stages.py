"""What an entry of the whitelist can be, who moves it, from where to where (INS-1). Imports nothing.

    proposed → review → approve → listed → expired
                    ↘ objected (settled by who proposes: dropped, or to approval with the grounds)
    listed → removed → appeal → listed again, or removed for good

The words of `who`: `proposer` is an inspector, head or deputy of the agency that keeps plans (comprehensive
enforcement); `agency` one of any other agency that was asked, for its own part; `approver` a town leader; `remover` the
head of any agency or a supervisor; `judge` a supervisor who did not remove it; `firm` a member of the firm; `clock` is
time itself, and the facts: an incident that a criterion names removes at once.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


REVIEW, OBJECTED, APPROVE, LISTED = "review", "objected", "approve", "listed"
DROPPED, REMOVED, APPEAL, EXPIRED = "dropped", "removed", "appeal", "expired"
STATUSES = {
    REVIEW: _("联合审查中"),
    OBJECTED: _("有异议"),
    APPROVE: _("待审批"),
    LISTED: _("在册"),
    DROPPED: _("未入册"),
    REMOVED: _("已移出"),
    APPEAL: _("申诉处理中"),
    EXPIRED: _("已到期"),
}
PROPOSED = (REVIEW, OBJECTED, APPROVE)  # being decided; the firm knows nothing of it yet
STANDING = (LISTED,)  # these leave the firm in peace
RENEWAL_DAYS = 60  # so long before its end a term may be renewed
HAVE_STOOD = (LISTED, REMOVED, APPEAL, EXPIRED)  # these the firm reads
OPEN = (REVIEW, OBJECTED, APPROVE, LISTED, APPEAL)
ENDED = (DROPPED, REMOVED, EXPIRED)

# verb: (from, to, who)
VERBS = {
    "propose": ((), (REVIEW,), ("proposer",)),
    "review": ((REVIEW,), (REVIEW, OBJECTED, APPROVE), ("agency",)),
    "uphold": ((OBJECTED,), (APPROVE,), ("proposer",)),  # goes on to approval with the objection beside it
    "drop": ((REVIEW, OBJECTED), (DROPPED,), ("proposer",)),
    "approve": ((APPROVE,), (LISTED,), ("approver",)),
    "refuse": ((APPROVE,), (DROPPED,), ("approver",)),
    "remove": ((LISTED,), (REMOVED,), ("remover",)),
    "remove_by_incident": ((LISTED,), (REMOVED,), ("clock",)),
    "appeal": ((REMOVED,), (APPEAL,), ("firm",)),
    "restore": ((APPEAL,), (LISTED,), ("judge",)),
    "dismiss": ((APPEAL,), (REMOVED,), ("judge",)),
    "renew": ((LISTED,), (LISTED,), ("proposer",)),  # a new entry under review; this one stands until its term ends
    "expire": ((LISTED,), (EXPIRED,), ("clock",)),
}


def verbs_from(status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on an entry that is there, in the table's order."""
    return [verb for verb, (sources, _to, who) in VERBS.items() if status in sources and capacities & set(who)]
