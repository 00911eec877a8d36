"""What a need can be, who moves it, from where to where (INS-2, INS-3). Imports nothing.

The words of `who`: `agency` is an inspector, head or deputy of the agency whose need it is; `keeper` the same of the
agency that keeps plans; `clock` is time itself and what other parts do in their own verbs.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


OPEN, PLANNED, DONE = "open", "planned", "done"
SETTLED, DROPPED, LAPSED = "settled", "dropped", "lapsed"
STATUSES = {
    OPEN: _("待安排"),
    PLANNED: _("已安排"),
    DONE: _("已检查"),
    SETTLED: _("非现场办结"),  # data comparison settled it: nobody goes there (INS-5)
    DROPPED: _("已撤回"),
    LAPSED: _("过期未查"),
}
WAITING = (OPEN, PLANNED)  # on these the gate keeps watch
ENDED = (DONE, SETTLED, DROPPED, LAPSED)

# Kinds of checks (INS-2).
SELF_CHOSEN, RANDOM, STATUTORY, CAMPAIGN = "self_chosen", "random", "statutory", "campaign"
CLUE, FOLLOW_UP, EMERGENCY, BOOKED = "clue", "follow_up", "emergency", "booked"
KINDS = {
    SELF_CHOSEN: _("自选检查"),
    RANDOM: _("随机抽查"),
    STATUTORY: _("法定检查"),
    CAMPAIGN: _("专项检查"),
    CLUE: _("投诉举报和线索核查"),
    FOLLOW_UP: _("复查"),
    EMERGENCY: _("突发情况处置"),
    BOOKED: _("企业预约"),
}
BLOCKED = (SELF_CHOSEN, RANDOM)  # at a whitelisted firm; random ones only where nobody above ordered them
SPARED = {  # what is said of these
    SELF_CHOSEN: _("企业在白名单内，不能作自选检查。"),
    RANDOM: _("企业在白名单内，没有上级部署文件不能随机抽查。"),
}
CAPPED = (SELF_CHOSEN, RANDOM)  # these count against the yearly cap (INS-4)
MULTI_HEAD = (SELF_CHOSEN, RANDOM, STATUTORY, CAMPAIGN)  # at a whitelisted firm these join another agency's near visit
OWN_BASIS = (CAMPAIGN, CLUE)  # founded on a notice or a complaint, which the subject's law cannot name
ON_THE_SPOT = (CLUE, EMERGENCY)  # may begin without a plan, the code is given at the door (INS-6)

# verb: (from, to, who)
VERBS = {
    "enter": ((), (OPEN,), ("agency", "clock")),
    "edit": ((OPEN,), (OPEN,), ("agency",)),
    "withdraw": ((OPEN,), (DROPPED,), ("agency",)),
    "join": ((OPEN,), (PLANNED,), ("agency",)),  # a visit to the firm that stands already
    "settle": ((OPEN,), (SETTLED,), ("agency", "clock")),
    "plan": ((OPEN,), (PLANNED,), ("clock",)),  # with the approval of its plan
    "put_back": ((PLANNED,), (OPEN,), ("clock",)),  # its visit was cancelled or came to nothing
    "carry_out": ((PLANNED,), (DONE,), ("clock",)),  # with its record
    "bar": ((OPEN, PLANNED), (DROPPED,), ("clock",)),  # its firm came onto the whitelist
    "lapse": ((OPEN,), (LAPSED,), ("clock",)),  # its window is over
}


def verbs_from(status: str, capacities: frozenset[str]) -> list[str]:
    """The verbs on a need that is there, in the table's order."""
    return [verb for verb, (sources, _to, who) in VERBS.items() if status in sources and capacities & set(who)]
