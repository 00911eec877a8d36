"""What a claim can be, who moves it, from where to where (POL-5). Imports nothing.

Three ways to the money, one table: verified by data (数据核校), selected by review (审查遴选), claim-free (免申即享).

    by data     submitted → approve → publish → publicity → payment → paid        checked as it is sent
    by review   submitted → review → approve → publish → publicity → payment → paid
    claim-free  listed → approve → publish → …                                    the firm confirms with one click

The words of `who`: `firm` is a member of the claiming firm; `officer` a policy officer of the round's department;
`reviewer` a policy officer, head or deputy of a department that was asked to review, for its own part; `head` the head
or a deputy of the round's department; `anybody` whoever reads the public notice; `clock` is time itself.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


LISTED, SUBMITTED, SUPPLEMENT, REVIEW = "listed", "submitted", "supplement", "review"
APPROVE, PUBLISH, PUBLICITY, OBJECTION = "approve", "publish", "publicity", "objection"
PAYMENT, PAID = "payment", "paid"
WAITING, REJECTED, WITHDRAWN, LAPSED = "waiting", "rejected", "withdrawn", "lapsed"
STATUSES = {
    LISTED: _("待企业确认"),
    WAITING: _("候补"),
    SUBMITTED: _("待受理"),
    SUPPLEMENT: _("待补正"),
    REVIEW: _("联合审查中"),
    APPROVE: _("待审批"),
    PUBLISH: _("待公示"),
    PUBLICITY: _("公示中"),
    OBJECTION: _("异议处理中"),
    PAYMENT: _("待兑付"),
    PAID: _("已兑付"),
    REJECTED: _("未通过"),
    WITHDRAWN: _("已撤回"),
    LAPSED: _("已失效"),
}
ENDED = (PAID, REJECTED, WITHDRAWN, LAPSED)
OPEN = tuple(status for status in STATUSES if status not in ENDED)
BEFORE_APPROVAL = (LISTED, WAITING, SUBMITTED, SUPPLEMENT, REVIEW, APPROVE)

# verb: (from, to, who)
VERBS = {
    "submit": ((), (SUBMITTED, WAITING), ("firm",)),
    "list_firms": ((), (LISTED,), ("officer",)),
    "confirm": ((LISTED,), (APPROVE,), ("firm",)),
    "decline": ((LISTED,), (WITHDRAWN,), ("firm",)),
    "lapse": ((LISTED, SUPPLEMENT, WAITING), (LAPSED,), ("clock",)),
    "move_up": ((WAITING,), (SUBMITTED,), ("clock",)),  # a place of a first-come quota came free
    "accept": ((SUBMITTED,), (REVIEW, APPROVE), ("officer",)),
    "ask_supplement": ((SUBMITTED,), (SUPPLEMENT,), ("officer",)),
    "supplement": ((SUPPLEMENT,), (SUBMITTED,), ("firm",)),
    "give_review": ((REVIEW,), (REVIEW, APPROVE), ("reviewer",)),
    "approve": ((APPROVE,), (PUBLISH, PAYMENT), ("head",)),
    "send_back": ((APPROVE,), (SUBMITTED, REVIEW), ("head",)),
    "reject": ((SUBMITTED, APPROVE), (REJECTED,), ("officer", "head")),
    "withdraw": ((WAITING, SUBMITTED, SUPPLEMENT, REVIEW, APPROVE, PUBLISH), (WITHDRAWN,), ("firm",)),
    "publish": ((PUBLISH,), (PUBLICITY,), ("officer",)),
    "object": ((PUBLICITY, OBJECTION), (OBJECTION,), ("anybody",)),
    "decide_objection": ((OBJECTION,), (OBJECTION, PUBLICITY, PAYMENT, REJECTED), ("head",)),
    "end_publicity": ((PUBLICITY,), (PAYMENT,), ("clock",)),
    "pay": ((PAYMENT,), (PAID,), ("officer",)),
    "confirm_receipt": ((PAID,), (PAID,), ("firm",)),
    "rate": ((PAID, REJECTED), (PAID, REJECTED), ("firm",)),
}


# Who of several does it where: an officer turns away what was sent, a head what lies before him.
ONLY_FROM = {("reject", "officer"): (SUBMITTED,), ("reject", "head"): (APPROVE,)}


def doers(verb: str, status: str) -> tuple[str, ...]:
    """Who does this verb to a claim in this status; nobody where the table has no such step."""
    sources, _to, who = VERBS[verb]
    return tuple(one for one in who if status in ONLY_FROM.get((verb, one), sources))


def verbs_from(status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on a claim that is there, in the table's order."""
    return [verb for verb in VERBS if not capacities.isdisjoint(doers(verb, status))]
