"""What must be done next with a ticket, by when, and the buttons for it, as one person sees it (look, decision 6)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime.words import by_when
from requests import stages
from requests.forms.verbs import FORMS, VerbForm, forward, missing_parts
from requests.journey import holder_name, work_deadline
from requests.models import Ticket, TicketDeadline
from requests.models.ticket import WORK

BESIDE = (
    "make_commitment",
    "return_commitment",
    "answer_instruction",
    "report_progress",
    "dispute",
    "ask_supplement",
    "send_back",
    "log_contact",
    "report",
    "urge",
)  # plain buttons, at most two
LAST = ("withdraw", "reject")  # ends the matter: at the end of “more”

# Whose clock the act would stop.
CLOCKS = {
    "accept": ("first_response", "dispatch"),
    "dispatch": ("dispatch",),
    "take": ("accept",),
    "log_contact": ("contact",),
    "report": tuple(WORK.values()),
    "sign_off": tuple(WORK.values()),
    "record_revisit": ("revisit",),
    "supplement": ("supplement",),
    "confirm": ("confirm",),
    "give_opinion": ("co_handle",),
    "answer_instruction": ("instruction",),
}


class NextAct:
    """One filled button, two plain ones, the rest under “more”."""

    def __init__(self, ticket: Ticket, user: User, verbs: list[str], now: datetime, *, firm_side: bool) -> None:
        self.ticket, self.user, self.now, self.firm_side = ticket, user, now, firm_side
        self.missing = missing_parts(ticket)
        self.verbs = [verb for verb in verbs if verb != "write"]
        first = self._first()
        self.form: VerbForm | None = FORMS[first](ticket=ticket, user=user, now=now) if first else None
        rest = [verb for verb in self.verbs if verb != first]
        plain = sorted((verb for verb in rest if verb in BESIDE), key=BESIDE.index)[:2]
        self.plain = [FORMS[verb] for verb in plain]
        left = [verb for verb in rest if verb not in plain]
        self.more = [FORMS[verb] for verb in sorted(left, key=lambda verb: verb in LAST)]

    def _first(self) -> str | None:
        """The act put forward; a result that would be refused for want of a contact or an opinion is not."""
        first = forward(self.verbs)
        if first != "report":
            return first
        if self._contact_due() and "log_contact" in self.verbs:
            return "log_contact"
        return None if self.missing else first

    @property
    def any(self) -> bool:
        return bool(self.form or self.plain or self.more)

    @property
    def deadline(self) -> TicketDeadline | None:
        """The clock that the next act would stop, else that of whoever has the ticket."""
        if self.form is not None and self.form.verb in CLOCKS:
            own = [d for d in self.ticket.open_deadlines if d.obligation in CLOCKS[self.form.verb]]
            if self.form.verb == "give_opinion":
                own = [d for d in own if d.department_id in rights_of(self.user).workplaces]
            if own:
                return own[0]
        if self.ticket.status == stages.HANDLING and not self.firm_side:
            return self._blocking() or work_deadline(self.ticket)
        return work_deadline(self.ticket) or self.ticket.deadline

    def _blocking(self) -> TicketDeadline | None:
        """What the department itself waits for: the first contact, then the opinions."""
        if self.missing:
            return next((d for d in self.ticket.open_deadlines if d.obligation == "co_handle"), None)
        return None

    def _contact_due(self) -> bool:
        return any(d.obligation == "contact" for d in self.ticket.open_deadlines)

    @property
    def sentence(self) -> str:
        """The state in the words of whoever reads it."""
        if self.ticket.ended:
            return self.ticket.status_name
        return self._for_firm() if self.firm_side else self._for_office()

    @property
    def because(self) -> str:
        """Why it ended as it did, where the firm must know: the item of the list and where to go (APP-6)."""
        if self.ticket.status == stages.REJECTED:
            item = str(self.ticket.rejected_item or "")
            return _("依据：%(item)s。您可以：%(go_to)s") % {"item": item, "go_to": self.ticket.end_reason}
        return self._why_withdrawn() if self.ticket.status == stages.WITHDRAWN else self._supervised()

    def _supervised(self) -> str:
        """What supervision asks for besides the next act (APP-21, DL-5, SLA-9)."""
        asks = {
            "answer_instruction": _("领导批示等您答复。"),
            "make_commitment": _("已超期，须作公开承诺。"),
            "report_progress": _("超期期间要按月报进展。"),
        }
        return "".join(words for verb, words in asks.items() if verb in self.verbs)

    def _why_withdrawn(self) -> str:
        """The firm's own words, or that it let the limit for its supplement pass (APP-2)."""
        asked = getattr(self.ticket, "supplement", None)
        if asked is None or asked.lapsed_at is None:
            return self.ticket.end_reason
        return _("%(due)s没有补齐材料，按撤回处理。还要办的，请重新提交。") % {"due": by_when(asked.lapsed_at)}

    def _for_firm(self) -> str:
        match self.ticket.status:
            case stages.INCOMPLETE:
                return _("请补充材料，补齐后接着办")
            case stages.CONFIRMING:
                return _("办好了吗？请您确认")
            case stages.REVISITING:
                return _("中心会打电话回访，然后办结")
            case stages.RECEIVED:
                return _("已收到，中心会联系您")
            case stages.TRIAGING:
                return _("已受理，中心在定由谁办")
        return _("%(holder)s在办") % {"holder": holder_name(self.ticket)}

    def _for_office(self) -> str:
        if "approve_commitment" in self.verbs:
            return _("请审核部门的公开承诺")
        lead = self.ticket.lead_department.short_name if self.ticket.lead_department else ""
        match self.ticket.status:
            case stages.HANDLING:
                return self._handling()
            case stages.ASSIGNED:
                return _("请签收，开始办理") if "take" in self.verbs else _("等%(name)s签收") % {"name": lead}
            case stages.SIGNOFF:
                return _("请签批，同意就送企业") if "sign_off" in self.verbs else _("结果等负责人签批")
        return {
            stages.RECEIVED: _("核对是否齐全、属于受理范围，联系企业"),
            stages.TRIAGING: _("定类型、定部门，转交"),
            stages.INCOMPLETE: _("等企业补充材料"),
            stages.CONFIRMING: _("等企业确认结果"),
            stages.REVISITING: _("打电话回访，记下企业的话"),
        }[self.ticket.status]

    def _handling(self) -> str:
        if self.form is not None and self.form.verb == "give_opinion":
            return _("请提交协办意见")
        if "report" not in self.verbs:
            return _("%(holder)s在办") % {"holder": holder_name(self.ticket)}
        if self.missing:
            return _("还缺%(names)s的协办意见，意见到了就能报结果") % {"names": _("、").join(self.missing)}
        if self._contact_due():
            return _("先联系企业并登记，办好后填写结果")
        return _("办好后填写结果，送签批")
