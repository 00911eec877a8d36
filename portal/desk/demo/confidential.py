"""Three confidential complaints of the demo: one has its unit's answer, one waits for it, one came in yesterday (APP-18)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from enterprises.models import Member
from portal.people.models import Department, User
from portal.people.rights import HEADS
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from requests import flow
from requests.flow.confidential import Grievance
from requests.models import Ticket

Do = Callable[[Ticket, datetime], object]
MORNING, AFTERNOON = timedelta(hours=7, minutes=30), timedelta(hours=2)  # before the close of business

KEYS = uuid.UUID("3c8e5f27-6a41-4d90-b7c2-18e90f4d5a6b")  # a complaint has the same key in each loading
INSPECTED = "上周三下午有两个人来厂里检查，没有出示证件，说不停产就要处罚，停了两个小时，走的时候也没有留下文书。"
WAITED = "一份材料跑了五趟，每次都说经办的人不在，先放着，问急了就说再等等，前后拖了两个月。"
REFUSED = "交了三次材料，窗口每次说的都不一样，第三次说要找他们介绍的公司代办才收。"
ASKED = "请说明今年入企检查出示证件、留存文书的规定和做法，并提供上月的检查台账。"
ANSWERED = "均应出示证件并当场留存文书。上月台账已送督查员，有三次没有文书，正在核对。"
ASKED_HEAD = "请说明窗口收件后的办理时限，近三个月的平均用时，并提供收件登记。"
ANSWERED_HEAD = (
    "收件后十个工作日内办结，近三个月平均用时八个工作日，收件登记已送督查员。其中七件超过时限，正在逐件核对。"
)
ASKED_AGAIN = "上次答复里说有七件超过时限。请逐件说明拖在哪一步、现在办到哪里、今后怎样避免。"


class Confided:
    """The tickets by what became of them, as the acts make them."""

    def __init__(self, now: datetime) -> None:
        self.now, self.made = now, dict[str, Ticket]()
        self.supervisor = User.objects.get(username=Role.SUPERVISOR)
        self.handler = User.objects.get(username=Role.HANDLER)

    def acts(self) -> Iterator[tuple[datetime, Callable[[datetime], Ticket | None], Do]]:
        """(when, which ticket then is meant, what is done to it), as `Oversight` has them."""
        units = Department.objects.active().filter(memberships__role__in=HEADS).exclude(kind="centre").distinct()
        units = units.exclude(memberships__user=self.handler).order_by("pk")
        members = Member.objects.current(self.now).filter(enterprise__name__gt="").order_by("pk")
        own = members.filter(user__username=Role.ENTERPRISE_MEMBER).first()
        others = members.exclude(user__username=Role.ENTERPRISE_MEMBER).filter(is_primary=True)[:2]
        if own is None or len(others) < 2 or len(units[:2]) < 2:
            return
        yield from self._of_the_head(others[1])
        yield self._at(6, MORNING), partial(self._file, "inspected", own, units[0], "inspection", INSPECTED), _nothing
        known = partial(self._known, "inspected")
        yield self._at(6, AFTERNOON), known, self._accept
        yield self._at(5, MORNING), known, partial(self._entrust, self.handler)
        yield self._at(5, AFTERNOON), known, partial(self._take, self.handler)
        yield self._at(4, MORNING), known, self._heard
        yield self._at(4, AFTERNOON), known, partial(self._ask, ASKED)
        yield self._at(2, AFTERNOON), known, partial(self._answer, ANSWERED)
        yield self._at(1, MORNING), partial(self._file, "refused", others[0], units[1], "department", REFUSED), _nothing

    def _of_the_head(self, member: Member) -> Iterator[tuple[datetime, Callable[[datetime], Ticket | None], Do]]:
        """About the unit of the demo's own head: he has answered once and is asked again (情况说明)."""
        head = User.objects.get(username=Role.DEPARTMENT_HEAD)
        unit = Department.objects.filter(memberships__user=head, memberships__role=Role.DEPARTMENT_HEAD)[0]
        handlers = User.objects.serving(Role.HANDLER, at=self.now).exclude(memberships__department=unit)
        handler, known = handlers.order_by("pk")[0], partial(self._known, "waited")
        yield self._at(8, MORNING), partial(self._file, "waited", member, unit, "department", WAITED), _nothing
        yield self._at(8, AFTERNOON), known, self._accept
        yield self._at(7, MORNING), known, partial(self._entrust, handler)
        yield self._at(7, AFTERNOON), known, partial(self._take, handler)
        yield self._at(7, AFTERNOON / 2), known, partial(self._contacted, handler)
        yield self._at(6, AFTERNOON), known, partial(self._ask, ASKED_HEAD)
        yield self._at(4, MORNING), known, partial(self._answer, ANSWERED_HEAD)
        yield self._at(1, AFTERNOON), known, partial(self._ask, ASKED_AGAIN)

    def _at(self, days: int, before_close: timedelta) -> datetime:
        return calendar().close_before(self.now, days) - before_close

    def _file(self, name: str, member: Member, unit: Department, about: str, words: str, at: datetime) -> Ticket | None:
        user = member.user
        grievance = Grievance(
            about=about,
            accused=unit,
            unit_name="",
            persons="",
            description=words,
            contact_name=user.name,
            contact_phone=user.mobile or user.phone or "0512-00000000",
            enterprise=member.enterprise,
        )
        self.made[name] = flow.complain(grievance, by=user, key=uuid.uuid5(KEYS, name), at=at)
        return self.made[name]

    def _known(self, name: str, at: datetime) -> Ticket | None:
        return Ticket.objects.get(pk=self.made[name].pk)

    def _accept(self, ticket: Ticket, at: datetime) -> object:
        return flow.accept(ticket, by=self.supervisor, at=at)

    def _entrust(self, handler: User, ticket: Ticket, at: datetime) -> object:
        return flow.entrust(ticket, by=self.supervisor, handlers=[handler], instruction="先听投诉人说", at=at)

    def _take(self, handler: User, ticket: Ticket, at: datetime) -> object:
        return flow.take(ticket, by=handler, at=at)

    def _contacted(self, handler: User, ticket: Ticket, at: datetime) -> object:
        return flow.log_contact(ticket, by=handler, text="电话听了经过，约了见面。", at=at)

    def _heard(self, ticket: Ticket, at: datetime) -> object:
        flow.log_contact(ticket, by=self.handler, text="当面听了经过，看了当天的门卫登记。", at=at)
        heard = "已当面听取，门卫登记与所说一致。"
        return flow.record_confirmation(ticket, by=self.handler, what="complainant", text=heard, at=at)

    def _ask(self, words: str, ticket: Ticket, at: datetime) -> object:
        return flow.ask_unit(ticket, by=self.supervisor, text=words, at=at)

    def _answer(self, words: str, ticket: Ticket, at: datetime) -> object:
        question = ticket.unit_questions.open().get()
        heads = [user for role in HEADS for user in User.objects.holding(role, question.department, at)]
        return flow.answer_unit_question(question, by=heads[0], text=words, at=at)


def _nothing(ticket: Ticket, at: datetime) -> object:
    return None
