"""What must be done next with a ticket, by when, and the buttons for it, as one person sees it (look, decision 6)."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime.words import by_when
from requests import lateness, next_dispatch, overseen, respite, stages
from requests.flow.core import run_on, stopped
from requests.forms.base import VerbForm, missing_parts
from requests.forms.feedback import ANSWERS
from requests.forms.verbs import FORMS, forward
from requests.journey import holder_name, work_deadline
from requests.models import Result, Ticket, TicketDeadline
from requests.models.ticket import WORKS, Complexity
from requests.respite_words import asked_for, until_words

BESIDE = (
    "report_up",
    "answer_order",
    "deliver_scan",
    "issue_order",
    "amend_order",
    "refuse_request",
    "end_suspension",
    "look_again",
    "make_commitment",
    "return_commitment",
    "answer_instruction",
    "report_progress",
    "dispute",
    "ask_supplement",
    "merge",
    "split",
    "send_back",
    "log_contact",
    "report",
    "urge",
    "ask_review",
    "write_back",
)  # plain buttons, at most two
LAST = ("withdraw", "reject")  # ends the matter: at the end of “more”

# Whose clock the act would stop.
CLOCKS = {
    "accept": ("first_response", "dispatch"),
    "dispatch": ("dispatch",),
    "take": ("accept",),
    "log_contact": ("contact",),
    "report": WORKS,
    "sign_off": WORKS,
    "record_revisit": ("revisit",),
    "supplement": ("supplement",),
    "confirm": ("confirm",),
    **next_dispatch.CLOCKS,
    "answer_instruction": ("instruction",),
    "approve_request": ("decide",),
    "rule_review": ("review",),
    "write_back": ("outer",),
}


class NextAct:
    """One filled button, two plain ones, the rest under “more”."""

    def __init__(self, ticket: Ticket, user: User, verbs: list[str], now: datetime, *, firm_side: bool) -> None:
        self.ticket, self.user, self.now, self.firm_side = ticket, user, now, firm_side
        self.missing = missing_parts(ticket)
        self.pending = next_dispatch.Pending(ticket, user, verbs, firm_side=firm_side)
        self.verbs = [verb for verb in verbs if verb != "write"]
        self.unsealed = "deliver_scan" in verbs and overseen.scan_due(ticket)
        first = self.pending.forward(self.verbs, "deliver_scan" if self.unsealed else self._first())
        self.form: VerbForm | None = self._form(first) if first else None
        rest = [verb for verb in self.verbs if verb != first]
        plain = sorted((verb for verb in rest if verb in BESIDE), key=BESIDE.index)[:2]
        self.plain = [self._named(verb) for verb in plain]
        left = [verb for verb in rest if verb not in plain]
        if len(left) == 1:  # a menu of one entry is a button
            self.plain, left = [*self.plain, self._named(left[0])], []
        self.more = [self._named(verb) for verb in sorted(left, key=lambda verb: verb in LAST)]

    def _named(self, verb: str) -> VerbForm | type[VerbForm]:
        """What a button reads its name from; that of an answer depends on the result."""
        return self._form(verb) if verb in ANSWERS else FORMS[verb]

    def _form(self, verb: str) -> VerbForm:
        return FORMS[verb](ticket=self.ticket, user=self.user, now=self.now)

    def _first(self) -> str | None:
        """The act put forward; a result that would be refused for want of a contact or an opinion is not."""
        first = forward(self.verbs)
        if first is None and "give_to_group" in self.verbs and self.ticket.complexity == Complexity.MAJOR:
            return "give_to_group"  # a task force is what a major matter lacks first (APP-4)
        if first == "entrust" and self.ticket.status != stages.TRIAGING:
            return None
        if first is None and "record_confirmation" in self.verbs and not self._contact_due():
            return "record_confirmation"
        if first not in ("report", None):
            return first
        if self._contact_due() and "log_contact" in self.verbs:
            return "log_contact"
        return None if self.missing else first

    @property
    def any(self) -> bool:
        return bool(self.form or self.plain or self.more)

    @property
    def deadline(self) -> TicketDeadline | None:
        """The clock that the next act would stop, else that of whoever has the ticket; what waits has none."""
        if self.ticket.status == stages.SUSPENDED:
            return None
        if self.form is not None and self.form.verb in CLOCKS:
            own = [d for d in self.ticket.open_deadlines if d.obligation in CLOCKS[self.form.verb]]
            if self.form.verb in ("give_opinion", "take_part"):
                own = [d for d in own if d.department_id in rights_of(self.user).workplaces]
            if own:
                return own[0]
        if self.ticket.status == stages.HANDLING and not self.firm_side:
            return self._blocking() or work_deadline(self.ticket)
        return work_deadline(self.ticket) or self.ticket.deadline

    @property
    def clock_name(self) -> str:
        """What is due, and of a co-handler's clock whose: “资规分局 协办”."""
        due = self.deadline
        if due is None or due.department is None or not lateness.is_co(self.ticket, due):
            return due.label if due else ""
        return f"{due.department.short_name} {due.label}"

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
        if "judge_order" in self.verbs:
            return _("督办单有答复，请评定整改到位没有")
        if self.ticket.ended:
            return self._after_the_end()
        return self._for_firm() if self.firm_side else self._for_office()

    @property
    def because(self) -> str:
        """Why it ended as it did, where the firm must know: the item of the list and where to go (APP-6)."""
        if self.ticket.status == stages.REJECTED:
            item = str(self.ticket.rejected_item or "")
            why = _("依据：%(item)s。您可以：%(go_to)s") % {"item": item, "go_to": stopped(self.ticket.instead)}
            return run_on(why, self._reviewed())
        return self._why_withdrawn() if self.ticket.status == stages.WITHDRAWN else self._supervised() + self._respite()

    def _after_the_end(self) -> str:
        if "rule_review" in self.verbs:
            return _("企业申请复核，请裁定")
        if "write_back" in self.verbs:
            return _("%(status)s，请写回热线") % {"status": self.ticket.status_name}
        return self.ticket.status_name

    def _reviewed(self) -> str:
        """How the one review of a rejection stands; that it can be asked for, to whoever can (APP-6)."""
        if "ask_review" in self.verbs:
            return _("不同意的，可以申请一次复核。")
        review = getattr(self.ticket, "review", None)
        if review is None:
            return ""
        if review.is_open:
            return _("已申请复核，等督查员裁定。")
        return _("复核维持：%(ruling)s") % {"ruling": review.ruling}

    def _supervised(self) -> str:
        """What supervision asks for besides the next act (APP-21, DL-5, SLA-9)."""
        asks = {
            "answer_instruction": _("领导批示等您答复。"),
            "make_commitment": _("已超期，须作公开承诺。"),
            "report_progress": _("超期期间要按月报进展。"),
            "answer_order": _("督办单等您答复。"),
        }
        if self.unsealed:
            return _("书面答复还没有盖章送达。")
        return "".join(words for verb, words in asks.items() if verb in self.verbs)

    def _respite(self) -> str:
        """What a suspension waits for, or what more time is asked for, to whoever decides on it (APP-10)."""
        if self.ticket.status == stages.SUSPENDED and (waits := respite.suspension_of(self.ticket)):
            return _("%(what)s原因：%(reason)s") % {"what": until_words(waits), "reason": waits.reason}
        asked = respite.request_of(self.ticket) if "approve_request" in self.verbs else None
        return asked_for(asked) if asked else ""

    def _why_withdrawn(self) -> str:
        """The firm's own words, or that it let the limit for its supplement pass (APP-2)."""
        asked = getattr(self.ticket, "supplement", None)
        if asked is None or asked.lapsed_at is None:
            return self.ticket.end_reason
        return _("%(due)s没有补齐材料，按撤回处理。还要办的，请重新提交。") % {"due": by_when(asked.lapsed_at)}

    def _for_firm(self) -> str:
        if self.ticket.confidential and (said := self._kept(self.ticket.status)):
            return said
        match self.ticket.status:
            case stages.INCOMPLETE:
                return _("请补充材料，补齐后接着办")
            case stages.CONFIRMING:
                return self._asked_to_confirm()
            case stages.REVISITING:
                return _("中心会打电话回访，然后办结")
            case stages.RECEIVED:
                return _("已收到，中心会联系您")
            case stages.TRIAGING:
                return _("已受理，中心在定由谁办")
            case stages.SUSPENDED:
                return _("已挂起，到复核日自动恢复办理")
        return _("%(holder)s在办") % {"holder": holder_name(self.ticket)}

    @staticmethod
    def _kept(status: str) -> str:
        """Who filed it in confidence deals with its keeper, not with the centre's people (APP-18)."""
        said = {
            stages.RECEIVED: _("已收到，督查员会联系您"),
            stages.TRIAGING: _("已受理，督查员在定由谁办"),
            stages.REVISITING: _("督查员会打电话回访，然后办结"),
        }
        return said.get(status, "")

    @cached_property
    def answer(self) -> Result | None:
        """What the firm is asked about, to be read where it answers."""
        if not self.firm_side or self.ticket.status != stages.CONFIRMING:
            return None
        result: Result | None = self.ticket.result
        return result

    def _asked_to_confirm(self) -> str:
        """What is not solved is not called done (APP-11)."""
        if self.answer is None or self.answer.kind == Result.Kind.SOLVED:
            return _("办好了吗？请您确认")
        if self.answer.kind == Result.Kind.PARTLY:
            return _("办好了一部分，请您看答复")
        if self.answer.kind == Result.Kind.EXPLAINED:
            return _("部门作了解释说明，请您看答复")
        return _("这件不能办理，请您看答复")

    def _for_office(self) -> str:
        if self.ticket.confidential and (said := self._in_confidence()):
            return said
        if said := self.pending.sentence(self.ticket, self.verbs):
            return said
        if "approve_commitment" in self.verbs:
            return _("请审核部门的公开承诺")
        if "approve_request" in self.verbs:
            return _("请批这个申请")
        lead = self.ticket.lead_department.short_name if self.ticket.lead_department else ""
        match self.ticket.status:
            case stages.HANDLING:
                return self._handling()
            case stages.ASSIGNED:
                return _("请签收，开始办理") if "take" in self.verbs else _("等%(name)s签收") % {"name": lead}
            case stages.REVISITING:
                return self._revisiting()
            case stages.SIGNOFF:
                return _("请签批，同意就送企业") if "sign_off" in self.verbs else _("结果等负责人签批")
        return {
            stages.RECEIVED: _("核对是否齐全、属于受理范围，联系企业"),
            stages.TRIAGING: _("定类型、定部门，转交"),
            stages.INCOMPLETE: _("等企业补充材料"),
            stages.SUSPENDED: self._suspended(),
            stages.CONFIRMING: _("等企业确认结果"),
        }[self.ticket.status]

    def _suspended(self) -> str:
        """What was overdue before runs on (APP-10): it is said whose."""
        if names := lateness.co_late(self.ticket, self.now):
            return _("已挂起；协办部门%(names)s此前已超期，不暂停") % {"names": names}
        return _("已挂起，各部门的时限暂停")

    def _revisiting(self) -> str:
        """Nobody calls before the sealed reply is there: the matter could not close (APP-14)."""
        if self.unsealed:
            return _("请送达盖章答复，送达后中心打电话回访")
        if "record_revisit" in self.verbs:
            return _("打电话回访，记下企业的话")
        if overseen.scan_due(self.ticket):
            return _("等部门送达盖章答复，送达后再打电话回访")
        return _("中心打电话回访，然后办结")

    def _in_confidence(self) -> str:
        """Where a confidential matter goes another way than an ordinary one (APP-18)."""
        if "entrust" in self.verbs and self.ticket.status == stages.TRIAGING:
            return _("请点名由谁办，不经过他们的单位")
        if self.ticket.status == stages.SIGNOFF and "sign_off" in self.verbs:
            return _("请看认定和结果，同意就答复企业")
        if "record_confirmation" not in self.verbs or self._contact_due() or "report" in self.verbs:
            return ""
        return _("三确认齐了，请作认定") if "find" in self.verbs else _("请做三确认：双方、现场、专家")

    def _handling(self) -> str:
        if self.form is not None and self.form.verb == "give_opinion":
            return _("请提交协办意见")
        if "report" not in self.verbs:
            return _("%(holder)s在办") % {"holder": holder_name(self.ticket)}
        if self.missing:
            said = _("还缺%(names)s的协办意见，意见到了就能报结果")
            if self._contact_due():
                said = _("先联系企业并登记；还缺%(names)s的协办意见，都齐了就能报结果")
            return said % {"names": _("、").join(self.missing)}
        if self._contact_due():
            return _("先联系企业并登记，办好后填写结果")
        return _("办好后填写结果，送签批")
