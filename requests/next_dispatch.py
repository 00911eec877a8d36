"""What is next while a return waits for its ruling, or an item lies before the chiefs (see `requests.next_act`)."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from portal.people.models import User
from requests import stages
from requests.asked import open_referral, open_return
from requests.models import Contribution, Ticket, TicketGroup

MINE = ("decide_raised", "give_view", "rule_return", "refer_to_chiefs", "contribute", "take_part")
CLOCKS = {
    "rule_return": ("return",),
    "refer_to_chiefs": ("return",),
    "give_view": ("return",),
    "decide_raised": ("return",),
    "take_part": ("co_accept",),
    "give_opinion": ("co_accept", "co_handle"),
}


class Pending:
    """How dispatch stands: whether a return or a referral is open, and whether `user` gave the group his opinion."""

    def __init__(self, ticket: Ticket, user: User, verbs: Collection[str], *, firm_side: bool) -> None:
        waits = not firm_side and any(d.obligation == "return" for d in ticket.open_deadlines)
        self.referral = open_referral(ticket) if waits else None
        self.request = open_return(ticket) if waits else None
        self.given = "contribute" in verbs and _has_given(ticket, user)
        self.lead = ticket.lead_department.short_name if ticket.lead_department else ""

    def __bool__(self) -> bool:
        return bool(self.referral or self.request)

    def forward(self, verbs: Collection[str], first: str | None) -> str | None:
        """To take on or to answer what one has asked to return takes that back: possible, not put forward.

        Nor is a further opinion of who has given the group his.
        """
        held_back = ("take", "report", "log_contact") if self else ()
        return None if first in held_back or (self.given and first == "contribute") else first

    def sentence(self, ticket: Ticket, verbs: Collection[str]) -> str:
        """The state in the words of an official; empty where dispatch has nothing to say."""
        given = {"name": self.lead}
        if self.referral:
            if "decide_raised" in verbs:
                return _("两轮无人承接，请看意见，定哪个部门办")
            return _("请给意见，由哪个部门办") if "give_view" in verbs else _("等总召集人定哪个部门办")
        if self.request:
            if "rule_return" in verbs:
                return _("%(name)s申请退回，请裁定") % given
            if "refer_to_chiefs" in verbs:
                return _("%(name)s又申请退回，请报总召集人定") % given
            return _("%(name)s申请退回，等裁定") % given
        if "take_part" in verbs:
            return _("请签收协办部分")
        if "contribute" in verbs and not {"take", "report"} & set(verbs) and ticket.status in stages.IN_DEPARTMENT:
            return _("您的工作组意见已提交，等%(name)s办理") % given if self.given else _("请提交工作组意见")
        return ""


def _has_given(ticket: Ticket, user: User) -> bool:
    """Whether the group that works on it now has his opinion."""
    at_work = TicketGroup.objects.working().filter(ticket=ticket)
    return Contribution.objects.filter(work__in=at_work, by=user).exists()
