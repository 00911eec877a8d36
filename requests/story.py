"""The story of a ticket: the trail's events with what was said and attached, newest first (APP-19, APP-20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from enterprises.models import Member
from portal.deadlines.obligations import Obligation
from portal.people.actors import CLOCK, LinkHolder
from portal.people.models import Department, Membership, User
from portal.people.roles import DEPARTMENT_ROLES, Role
from portal.trail.models import Audience as Seen
from portal.trail.models import Event
from portal.worktime.words import by_when
from requests import alerts, stages
from requests.models import Attachment, Rating, Result, Revisit, Ticket
from requests.models.conversation import Audience
from requests.models.ticket import Round
from requests.supervision_story import Supervision

TALK = {
    "ticket.replied",
    "ticket.firm_wrote",
    "ticket.contacted",
    "ticket.urged",
    "ticket.noted",
    "ticket.opinion_given",
}

# Events that bring a ticket to a station, and which.
ARRIVES = {
    "ticket.filed": stages.INTAKE,
    "ticket.registered": stages.INTAKE,
    "ticket.accepted": stages.TRIAGE,
    "ticket.dispatched": stages.DISPATCH,
    "ticket.taken": stages.HANDLE,
    "ticket.assigned_again": stages.HANDLE,
    "ticket.ordered": stages.HANDLE,
    "ticket.answered": stages.FEEDBACK,
    "ticket.confirmed": stages.REVISIT,
    "ticket.disputed": stages.HANDLE,
    "ticket.left_unanswered": stages.REVISIT,
    "ticket.closed": stages.REVISIT,
}
AGAIN = {"ticket.assigned_again", "ticket.ordered"}  # what sends a ticket round again, at the instant of the answer

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
    "ticket.ordered": gettext_noop("督查督办"),
    "ticket.still_dissatisfied": gettext_noop("仍不满意，转督查员"),
}

RETRACTED = {
    "accept": gettext_noop("撤销了受理"),
    "dispatch": gettext_noop("撤销了转交"),
    "take": gettext_noop("撤销了签收"),
    "name_handler": gettext_noop("撤销了指定承办人"),
}

Said = tuple[str, str, str]  # what was done, the words said, a small line of facts


@dataclass
class Line:
    """One entry: who, what, when, the words said and the files with them."""

    at: datetime
    who: str
    what: str
    kind: str
    stage: bool = False
    internal: bool = False
    talk: bool = False
    text: str = ""
    small: str = ""
    files: list[Attachment] = field(default_factory=list)
    deputy: str = ""  # for whom it was done (AB角)
    unit: str = ""  # where the person belongs: the firm, the centre, a department
    role: str = ""  # under which right, as the trail has it
    station: str = ""  # the station it brought the ticket to
    written: str = ""  # the written reply that went with a result (SLA-8)


class Story:
    """All lines of a ticket for one side. A constant number of queries, however long the story."""

    def __init__(self, ticket: Ticket, *, firm_side: bool) -> None:
        self.ticket, self.firm_side = ticket, firm_side
        events = Event.objects.about(ticket).select_related("actor", "principal").order_by("at", "pk")
        self.events = [e for e in events if not firm_side or e.audience == Seen.FIRM]
        self._load()
        self.lines = [self._line(event) for event in reversed(self.events)]

    def _load(self) -> None:
        ticket = self.ticket
        self.comments = {comment.pk: comment for comment in self._open(ticket.comments.all())}
        rated = ticket.ratings.all() if self._has("ticket.confirmed") else ()
        self.ratings = {rating.result_id: rating for rating in rated}
        self.results = {r.pk: r for r in ticket.results.select_related("signed_by", "reported_by")}
        self.parts = list(ticket.assignments.select_related("department", "opinion_by"))
        self.supplement = getattr(ticket, "supplement", None) if self._has("ticket.supplement_asked") else None
        self.calls = list(ticket.revisits.order_by("id")) if not self.firm_side else []
        self.attachments = self._open(ticket.attachments.select_related("file"))
        named = {e.data.get(key) for e in self.events for key in ("handler", "after") if e.data.get(key)}
        self.people = dict(User.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}
        led = {e.data["lead"] for e in self.events if "lead" in e.data}
        self.departments = dict(Department.objects.filter(pk__in=led).values_list("pk", "short_name")) if led else {}
        self.clocks = self._clocks()
        self.supervision = Supervision(self.events)
        self.units = self._units()
        members = Member.objects.filter(enterprise=ticket.enterprise_id)
        self.firm_people = set(members.values_list("user", flat=True))  # now or then
        self.again = {event.at for event in self.events if event.kind in AGAIN}

    def _clocks(self) -> dict[int, Any]:
        """The deadlines whose rungs fired (DL-4)."""
        fired = {event.data["deadline"] for event in self.events if event.kind == alerts.RUNG}
        return self.ticket.deadlines.select_related("department").in_bulk(fired) if fired else {}

    def _open(self, rows: Iterable[Any]) -> list[Any]:
        """Of comments or files those that this side reads."""
        return [row for row in rows if not self.firm_side or row.audience == Audience.FIRM]

    def _units(self) -> dict[tuple[int, str], list[Membership]]:
        """In which departments the actors held the role they acted in."""
        wanted = [(e.principal_id or e.actor_id, e.role) for e in self.events if e.role in DEPARTMENT_ROLES]
        if not wanted:
            return {}
        users, roles = {pk for pk, _role in wanted}, {role for _pk, role in wanted}
        found: dict[tuple[int, str], list[Membership]] = {}
        for held in Membership.objects.filter(user__in=users, role__in=roles).select_related("department"):
            found.setdefault((held.user_id, held.role), []).append(held)
        return found

    def _unit(self, event: Event) -> str:
        """“企业”, “住建局”, “企业服务中心”, “服务管家”: in the words the firm may read as well."""
        if not event.role:  # the clock, the firm's people, a system that speaks for the firm by its own name
            return _("企业") if event.actor_id in self.firm_people else ""
        if event.role == LinkHolder.role:
            return _("企业")
        if event.role in (Role.INTAKE_CLERK, Role.TRIAGER, Role.REVISITOR):
            return _("企业服务中心")
        held = self.units.get((event.principal_id or event.actor_id, event.role), [])
        then = [m for m in held if m.since <= event.at and (m.until is None or m.until > event.at)] or held
        own = [m for m in then if m.department_id == self.ticket.lead_department_id] or then
        return own[0].department.short_name if own else str(Role(event.role).label)

    def _has(self, kind: str) -> bool:
        return any(event.kind == kind for event in self.events)

    @property
    def talk(self) -> list[Line]:
        """What was said to and by the firm."""
        return [line for line in self.lines if line.talk and not line.internal]

    @property
    def internal(self) -> list[Line]:
        return [line for line in self.lines if line.internal]

    def _line(self, event: Event) -> Line:
        what, text, small = self._words(event)
        station = self._station(event)
        return Line(
            at=event.at,
            who=_who(event),
            what=what,
            kind=event.kind,
            stage=bool(station),
            internal=event.audience != Seen.FIRM,
            talk=event.kind in TALK,
            text=text,
            small=small,
            files=self._files(event),
            deputy=event.principal.name if event.principal else "",
            unit=self._unit(event),
            role=str(Role(event.role).label) if event.role in Role.values else "",
            station=_(stages.STAGES[station]) if station else "",
            written=self._written(event),
        )

    def _station(self, event: Event) -> str:
        """Where it brought the ticket; an answer that sent it round again, or was about an order, has the next say."""
        if event.kind in ("ticket.confirmed", "ticket.disputed"):
            if event.at in self.again:
                return ""
            if any(e.kind == "ticket.still_dissatisfied" and e.at == event.at for e in self.events):
                return stages.REVISIT
        return ARRIVES.get(event.kind, "")

    def _written(self, event: Event) -> str:
        result = self.results.get(event.data.get("result")) if event.kind == "ticket.answered" else None
        return result.written_reply if result else ""

    def _files(self, event: Event) -> list[Attachment]:
        comment, result = event.data.get("comment"), event.data.get("result")
        if comment:
            return [a for a in self.attachments if a.comment_id == comment]
        if result and event.kind in ("ticket.reported", "ticket.answered"):
            return [a for a in self.attachments if a.result_id == result]
        if event.kind == "ticket.supplemented":
            return [a for a in self.attachments if a.supplement_id]
        if event.kind == "ticket.opinion_given":
            mine = {p.pk for p in self.parts if p.department_id == event.data.get("department")}
            return [a for a in self.attachments if a.assignment_id in mine]
        if event.kind in ("ticket.filed", "ticket.registered"):
            came_later = ("comment_id", "result_id", "supplement_id", "assignment_id")
            return [a for a in self.attachments if not any(getattr(a, place) for place in came_later)]
        return []

    def _words(self, event: Event) -> Said:
        """(what was done, the words said, a small line of facts)."""
        if event.kind in COMMENTED:
            comment = self.comments.get(event.data.get("comment"))
            return _(COMMENTED[event.kind]) % event.data, comment.text if comment else "", ""
        if event.kind in SIMPLE:
            return _(SIMPLE[event.kind]), "", ""
        if (said := self.supervision.said(event)) is not None:
            return said
        told = getattr(self, "_" + event.kind.partition(".")[2], None)
        return told(event) if told else (event.kind, "", "")

    # One function for each event that has more to say; named after it.

    def _filed(self, event: Event) -> Said:
        if self.ticket.line_system_id:
            what = _("由%(channel)s转来") % {"channel": self.ticket.get_channel_display()}
            return what, self.ticket.description, ""
        return _("网上提交"), self.ticket.description, ""

    def _registered(self, event: Event) -> Said:
        channel = self.ticket.get_channel_display()
        return _("登记并受理，来自%(channel)s") % {"channel": channel}, self.ticket.description, ""

    def _supplement_asked(self, event: Event) -> Said:
        return _("请企业补正"), self.supplement.items if self.supplement else "", ""

    def _supplemented(self, event: Event) -> Said:
        return _("已补充"), self.supplement.answer if self.supplement else "", ""

    def _rejected(self, event: Event) -> Said:
        return _("不予受理"), self.ticket.end_reason, str(self.ticket.rejected_item or "")

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
        return alerts.fired(deadline, event.data), "", alerts.told(deadline, event.data["rung"])

    def _opinion_given(self, event: Event) -> Said:
        mine = (p for p in self.parts if p.opinion_at and p.department_id == event.data.get("department"))
        part = next(mine, None)
        return _("协办意见"), part.opinion if part else "", ""

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
        what = _("电话确认办好") if event.data.get("by_telephone") else _("确认办好")
        result = self._answered_by(event)
        rating = self.ratings.get(result.pk) if result else None
        return (what, rating.text, scores(rating)) if rating else (what, "", "")

    def _link_sent(self, event: Event) -> Said:
        times = event.data.get("times", 1)
        return _("确认链接发到来电人手机"), "", _("第 %(n)s 次") % {"n": times} if times > 1 else ""

    def _disputed(self, event: Event) -> Said:
        result = self._answered_by(event)
        return _("说没办好"), result.answer_text if result else "", ""

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


def _who(event: Event) -> str:
    """The person; without an account the holder of a link or the clock."""
    if event.actor:
        return event.actor.name
    return str(LinkHolder.name if event.role == LinkHolder.role else CLOCK.name)


def tabs(story: Story) -> Iterable[tuple[str, str, int | None]]:
    """The tabs above the story: (key, name, count); the first shows everything and counts nothing."""
    yield "all", _("全部"), None
    yield "firm", _("与企业"), len(story.talk)
    if not story.firm_side:
        yield "internal", _("内部"), len(story.internal)
    yield "files", _("附件"), len(story.attachments)
    if not story.firm_side:
        yield "trail", _("留痕"), len(story.lines)
