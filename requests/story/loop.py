"""What the story says of the loop itself, from filing to closing (handbook §2), and of clocks and rungs."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from portal.deadlines.obligations import Obligation
from portal.people.models import Department, User
from portal.trail.models import Event
from portal.worktime.words import by_when
from requests.models import Attachment, Rating, Result, Review, Revisit, Ticket
from requests.models.conversation import Audience
from requests.models.ticket import Round
from requests.notices import alerts
from requests.story.teller import Said, Teller

# Events whose words are a comment's, and events that say all in their name.
COMMENTED = {
    "ticket.replied": gettext_noop("回复企业"),
    "ticket.firm_wrote": gettext_noop("留言"),
    "ticket.contacted": gettext_noop("已联系企业"),
    "ticket.noted": gettext_noop("内部意见"),
    "ticket.urged": gettext_noop("第 %(times)s 次催办"),
}
SIMPLE = {
    "ticket.accepted": gettext_noop("受理"),
    "ticket.confirmation_lapsed": gettext_noop("企业没有回应，再等一次"),
    "ticket.supplement_lapsed": gettext_noop("逾期没有补正，按撤回处理"),
    "ticket.left_unanswered": gettext_noop("未回应，转回访"),
    "ticket.assigned_again": gettext_noop("二次交办，重新办理"),
    "ticket.still_dissatisfied": gettext_noop("仍不满意，转督查员"),
}

RETRACTED = {
    "accept": gettext_noop("撤销了受理"),
    "dispatch": gettext_noop("撤销了转交"),
    "take": gettext_noop("撤销了签收"),
    "name_handler": gettext_noop("撤销了指定承办人"),
    "take_part": gettext_noop("撤销了签收协办"),
}


class Loop(Teller):
    def load(self) -> None:
        ticket = self.ticket
        comments = ticket.comments.filter(audience=Audience.FIRM) if self.firm_side else ticket.comments.all()
        self.comments = {comment.pk: comment for comment in comments}
        rated = ticket.ratings.all() if self.has("ticket.confirmed") else ()
        self.ratings = {rating.result_id: rating for rating in rated}
        self.results = {r.pk: r for r in ticket.results.select_related("signed_by", "reported_by")}
        prefetch_related_objects([ticket], "assignments__department", "assignments__opinion_by")  # the page has them
        self.parts = list(ticket.assignments.all())
        self.supplement = getattr(ticket, "supplement", None) if self.has("ticket.supplement_asked") else None
        self.calls = list(ticket.revisits.order_by("id")) if not self.firm_side else []
        named = {e.data.get(key) for e in self.events for key in ("handler", "after") if e.data.get(key)}
        self.people = dict(User.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}
        led = {e.data["lead"] for e in self.events if "lead" in e.data}
        self.departments = dict(Department.objects.filter(pk__in=led).values_list("pk", "short_name")) if led else {}
        self.clocks = self._clocks()

    def _clocks(self) -> dict[int, Any]:
        """The deadlines whose rungs fired (DL-4)."""
        fired = {event.data["deadline"] for event in self.events if event.kind == alerts.RUNG}
        return self.ticket.deadlines.select_related("department").in_bulk(fired) if fired else {}

    def came_with(self, file: Attachment, event: Event) -> bool:
        comment, result = event.data.get("comment"), event.data.get("result")
        if comment:
            return file.comment_id == comment
        if result and event.kind in ("ticket.reported", "ticket.answered"):
            return file.result_id == result and not hasattr(file, "scan")  # the sealed reply came later
        if event.kind == "ticket.supplemented":
            return file.supplement_id is not None
        if event.kind == "ticket.opinion_given":
            mine = {p.pk for p in self.parts if p.department_id == event.data.get("department")}
            return file.assignment_id in mine
        return event.kind in ("ticket.filed", "ticket.registered") and file.came_at_filing

    def written(self, event: Event) -> str:
        """The written reply that went with a result (SLA-8); before the signature for whoever is to sign it."""
        result = self.results.get(event.data.get("result"))
        if result is None or event.kind not in ("ticket.reported", "ticket.answered"):
            return ""
        return "" if event.kind == "ticket.reported" and result.signed_at else result.written_reply

    def said(self, event: Event) -> Said | None:
        if event.kind in COMMENTED:
            comment = self.comments.get(event.data.get("comment"))
            way = str(comment.get_way_display()) if comment else ""
            return _(COMMENTED[event.kind]) % event.data, comment.text if comment else "", way
        if event.kind in SIMPLE:
            return _(SIMPLE[event.kind]), "", ""
        told = getattr(self, "_" + event.kind.partition(".")[2], None)
        return told(event) if told else None

    # One function for each event that has more to say; named after it.

    def _filed(self, event: Event) -> Said:
        if self.ticket.line_system_id:
            what = _("由%(channel)s转来") % {"channel": self.ticket.get_channel_display()}
            return what, self.ticket.description, ""
        if self.ticket.proxy_id:
            given = {"name": self.ticket.firm_name}
            return _("代%(name)s网上提交") % given, self.ticket.description, ""
        return _("网上提交"), self.ticket.description, ""

    def _registered(self, event: Event) -> Said:
        channel = self.ticket.get_channel_display()
        return _("登记并受理，来自%(channel)s") % {"channel": channel}, self.ticket.description, ""

    def _supplement_asked(self, event: Event) -> Said:
        return _("请企业补正"), self.supplement.items if self.supplement else "", ""

    def _supplemented(self, event: Event) -> Said:
        return _("已补充"), self.supplement.answer if self.supplement else "", ""

    def _rejected(self, event: Event) -> Said:
        review = Review.objects.filter(ticket=self.ticket).select_related("item").first()  # keeps what was overturned
        if review is not None:
            return _("不予受理"), review.instead, str(review.item)
        return _("不予受理"), self.ticket.instead, str(self.ticket.rejected_item or "")

    def _withdrawn(self, event: Event) -> Said:
        return _("撤回"), self.ticket.end_reason, ""

    def _taken(self, event: Event) -> Said:
        return pgettext("经过", "签收，开始办理"), "", self._handler(event.data)

    def _handler_named(self, event: Event) -> Said:
        return pgettext("经过", "指定承办人"), "", self._handler(event.data)

    def _handed_over(self, event: Event) -> Said:
        return _("移交"), "", _("由%(name)s接着办") % {"name": self.people.get(event.data.get("after"), "")}

    def _retracted(self, event: Event) -> Said:
        named = RETRACTED[event.data["verb"]]
        return _(named), "", ""

    def _handling_began(self, event: Event) -> Said:
        until = parse_datetime(event.data["due_at"])
        return _("逾期未签收，办理时限起算"), "", _("%(due)s办结") % {"due": by_when(until)} if until else ""

    def _moved(self, event: Event) -> Said:
        """A limit computed anew: a changed calendar, or on purpose a new rule (DL-2)."""
        former, due = (parse_datetime(event.data[key]) for key in ("former", "due_at"))
        what = _("%(what)s的时限重算") % {"what": Obligation(event.data["obligation"]).label}
        return what, "", f"{by_when(former)} → {by_when(due)}" if former and due else ""

    def _rung(self, event: Event) -> Said:
        deadline = self.clocks[event.data["deadline"]]
        return alerts.fired(deadline, event.data), "", alerts.told(deadline, event.data["rung"], event.recorded_at)

    def _opinion_given(self, event: Event) -> Said:
        mine = (p for p in self.parts if p.opinion_at and p.department_id == event.data.get("department"))
        part = next(mine, None)
        return _("协办意见"), part.opinion if part else "", part.get_outcome_display() if part else ""

    def _reported(self, event: Event) -> Said:
        return _("填写结果，送签批"), *self._result(event)

    def _answered(self, event: Event) -> Said:
        return _("签批，答复企业"), *self._result(event)

    def _result(self, event: Event) -> tuple[str, str]:
        result = self.results.get(event.data.get("result"))
        return (result.text, str(result.get_kind_display())) if result else ("", "")

    def _sent_back(self, event: Event) -> Said:
        result = self.results.get(event.data.get("result"))
        return pgettext("经过", "退回修改"), result.sent_back_reason if result else "", ""

    def _confirmed(self, event: Event) -> Said:
        result, by_telephone = self._answered_by(event), event.data.get("by_telephone")
        if result is None or result.is_done:
            what = _("电话确认办好") if by_telephone else _("确认办好")
        else:
            what = _("电话里说没有异议") if by_telephone else _("对答复没有异议")
        rating = self.ratings.get(result.pk) if result else None
        return (what, rating.text, scores(rating)) if rating else (what, "", "")

    def _link_sent(self, event: Event) -> Said:
        times = event.data.get("times", 1)
        return _("确认链接发到来电人手机"), "", _("第 %(n)s 次") % {"n": times} if times > 1 else ""

    def _disputed(self, event: Event) -> Said:
        result = self._answered_by(event)
        what = _("说没办好") if result is None or result.is_done else _("对答复有异议")
        return what, result.answer_text if result else "", ""

    def _answered_by(self, event: Event) -> Result | None:
        """The result to which the firm's answer was given."""
        return next((result for result in self.results.values() if result.answered_at == event.at), None)

    def _closed(self, event: Event) -> Said:
        return _("办结"), "", "" if event.data.get("reached", True) else _("三次未联系上")

    def _dispatched(self, event: Event) -> Said:
        data = event.data
        lead = self.departments.get(data.get("lead"), "")
        given = [p for p in self.parts if p.assigned_at == event.at]  # not those of a dispatch that was taken back
        instruction = next((p.instruction for p in given if p.department_id == data.get("lead")), "")
        co = [p.department.short_name for p in given if p.department_id in data.get("co", ())]
        small = _("协办：%(names)s") % {"names": _("、").join(co)} if co else ""
        return _("转交%(name)s主办") % {"name": lead}, "" if self.firm_side else instruction, small

    def _revisited(self, event: Event) -> Said:
        call = next((c for c in self.calls if c.at == event.at), None)
        words = call.text if call else ""
        if call is None or not call.reached:
            return _("第 %(n)s 次回访，没联系上") % {"n": event.data.get("attempt", "")}, words, ""
        real = _("属实") if call.real else _("不属实")
        return _("回访"), words, _("总体 %(overall)s 分，结果%(real)s") % {"overall": call.overall, "real": real}

    def _handler(self, data: dict) -> str:
        name = self.people.get(data.get("handler"), "")
        return _("承办人 %(name)s") % {"name": name} if name else ""


def scores(rated: Rating | Revisit) -> str:
    """“总体 2 分，态度 3 分”: of a rating or a revisit, what was scored."""
    said = [
        (rated.overall, _("总体 %(n)s 分")),
        (rated.attitude, _("态度 %(n)s 分")),
        (rated.timeliness, _("快慢 %(n)s 分")),
    ]
    return _("，").join(words % {"n": n} for n, words in said if n is not None)


def objections(ticket: Ticket) -> list[tuple[str, str]]:
    """What the firm has against the last answered result: scores and words, of its rating, dispute, revisit."""
    result = ticket.results.exclude(answer="").order_by("-id").first()
    if result is None or ticket.round == Round.FIRST:
        return []
    said = [("", result.answer_text)] if result.answer_text else []
    given = [*Rating.objects.filter(result=result), *result.revisits.filter(reached=True)]
    return said + [(scores(one), one.text) for one in given]
