"""What a joint visit can be, who moves it, from where to where (INS-4, INS-6). Imports nothing.

The words of `who`: `taking_part` is an inspector of an agency that has a part in the visit; `keeper` an inspector, head
or deputy of the agency that keeps plans; `head` the head or deputy of an agency with a part; `firm` a member of the
firm; `clock` is time itself.
"""


def _(text: str) -> str:
    """Marks a word for the catalogue; it is translated where it is shown."""
    return text


PROPOSED, SCHEDULED, UNDER_WAY = "proposed", "scheduled", "under_way"
DONE, CANCELLED, MISSED = "done", "cancelled", "missed"
STATUSES = {
    PROPOSED: _("拟定"),  # of a plan that is being made: nobody but its makers sees it
    SCHEDULED: _("待检查"),
    UNDER_WAY: _("检查中"),
    DONE: _("已检查"),
    CANCELLED: _("已取消"),
    MISSED: _("未实施"),
}
STANDING = (SCHEDULED, UNDER_WAY, DONE)  # these count: against the cap, and for the gap between visits
ENDED = (DONE, CANCELLED, MISSED)

# verb: (from, to, who)
VERBS = {
    "schedule": ((PROPOSED,), (SCHEDULED,), ("clock",)),  # with the approval of its plan
    "begin_on_the_spot": ((), (UNDER_WAY,), ("taking_part",)),  # emergency and complaint: its code is given at the door
    "begin": ((SCHEDULED,), (UNDER_WAY,), ("taking_part",)),
    "record": ((UNDER_WAY,), (UNDER_WAY, DONE), ("taking_part",)),  # each agency its part; done with the last
    "issue_code": ((SCHEDULED, UNDER_WAY), (SCHEDULED, UNDER_WAY), ("taking_part",)),  # on the visit's day
    "confirm_arrival": ((SCHEDULED, UNDER_WAY), (SCHEDULED, UNDER_WAY), ("firm",)),  # by the code
    "name_people": ((SCHEDULED, UNDER_WAY), (SCHEDULED, UNDER_WAY), ("taking_part", "head")),  # who comes instead
    "put_off": ((SCHEDULED,), (SCHEDULED,), ("keeper", "head")),  # to another day, with the reason
    "cancel": ((SCHEDULED,), (CANCELLED,), ("keeper", "head", "clock")),  # by the clock: its last need fell
    "miss": ((SCHEDULED,), (MISSED,), ("clock",)),  # its day is over and nobody went
    "rate": ((DONE,), (DONE,), ("firm",)),
}


def verbs_from(status: str, held: frozenset[str]) -> list[str]:
    """What somebody in these capacities may do at this status, in the table's order."""
    return [verb for verb, (sources, _to, who) in VERBS.items() if status in sources and held & set(who)]
