"""The letters of the ladders (DL-4): somebody's time is nearly up, is up, or has been for days.

Who is told says the rung; what is said is read when the letter is delivered, and nothing is said of a limit that was
met, paused or moved meanwhile. Confidential matters reach their named handler and the supervisors only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from portal.deadlines.held import tables
from portal.deadlines.models import Deadline, LadderRung
from portal.outbox import topics
from portal.outbox.models import Topic
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from requests import stages
from requests.confiding import keepers, named
from requests.models import Referral, ReturnRequest, Ticket, TicketDeadline
from requests.models.ticket import WORKS
from requests.notices.letters import FIRM, Params, Words, due, tells
from requests.recipients import AT_CENTRE, firm, handler, responder

RUNG = "deadline.rung"
topics.put_under(Topic.MUST, RUNG)

D = TypeVar("D", bound=Deadline)
SILENT = ("board", "agenda")  # places where it is shown, not people who are told


@tells(RUNG)
def rung(ticket: Ticket, params: Params) -> Iterator[Words]:
    if (reached := still_telling(TicketDeadline, params)) is None:
        return
    (deadline, codes), now = reached, told_at(params)
    for code in codes:
        yield people(code, ticket, deadline), _title(deadline, now), _body(code, ticket, deadline, now)
    if deadline.obligor_kind == "enterprise" and not firm(ticket):
        yield responder(ticket), _title(deadline, now), _body("clerk", ticket, deadline, now)


def still_telling(clocks: type[D], params: Params) -> tuple[D, list[str]] | None:
    """The clock that reached the rung and the words for whom it tells; None where nobody is to be told any more.

    It must run, not have been moved, and have the rung behind it. Who is told by a later rung that has fired as well is
    left to that one: after an outage one letter says how things stand.
    """
    number, now = params["rung"], told_at(params)
    clock = clocks.objects.running().filter(pk=params["deadline"], cycle=params["cycle"]).first()
    if clock is None or not _behind(clock, number, now):  # a changed calendar may have moved it (DL-2)
        return None
    since = [_tells(clock, later) for later in range(number + 1, clock.next_rung) if _behind(clock, later, now)]
    codes = [code for code in _tells(clock, number) if not any(code in others for others in since)]
    return (clock, codes) if codes else None


def _behind(clock: Deadline, number: int, now: datetime) -> bool:
    return number <= len(clock.rung_times) and clock.rung_times[number - 1] <= now


def _tells(clock: Deadline, number: int) -> list[str]:
    step = step_of(clock, number)
    return [code for code in step.tells if code not in SILENT] if step else []


def step_of(deadline: Any, number: int) -> LadderRung | None:
    """The rung as the ladder stood when it fired: an edit since then changes neither who is meant nor what is said."""
    fired = deadline.firings.filter(cycle=deadline.cycle, rung=number).first() if tables().former else None
    return tables().rung(deadline.obligor_kind, number, fired.fired_at if fired else clock.now())


def told_at(params: Params) -> datetime:
    """When the letter is written; the demo's tell of the past."""
    return parse_datetime(params.get("told_at") or "") or clock.now()


# Who ----------------------------------------------------------------------------------------------------------


def people(code: str, ticket: Ticket, deadline: TicketDeadline) -> Iterable[User] | str:
    """Who a rung's word means for this clock, as things stand now."""
    if deadline.obligor_kind == "enterprise" and code == "enterprise":
        return FIRM
    if ticket.confidential:
        return named(ticket) if code == "handler" else keepers(ticket)
    found: dict[str, Callable[[], Iterable[User]]] = {
        "handler": lambda: _handlers(ticket, deadline),
        "department_head": lambda: User.objects.holding(Role.DEPARTMENT_HEAD, deadline.department),
        "leader_in_charge": lambda: _in_charge(deadline.department),
        "clerk": lambda: _clerks(ticket, deadline),
        "supervisor": lambda: User.objects.holding(Role.SUPERVISOR),
        "leader": lambda: User.objects.holding(Role.LEADER),
    }
    return found[code]() if code in found else ()


def confided(ticket: Ticket, params: Params) -> list[User]:
    """Of a confidential matter: whoever the rung means among its handlers and keepers, in words that tell nothing."""
    if (reached := still_telling(TicketDeadline, params)) is None:
        return []
    deadline, codes = reached
    if deadline.obligor_kind == "enterprise":
        return [ticket.filed_by] if ticket.filed_by and ticket.registered_by_id is None else keepers(ticket)
    return [user for code in codes for user in people(code, ticket, deadline)]


def _handlers(ticket: Ticket, deadline: TicketDeadline) -> Iterable[User]:
    """Whose it is by name, else the lead's handler, else all who handle in the department that owes it."""
    if deadline.user is not None and (answering := list(User.objects.answering_for(deadline.user))):
        return answering  # where he has left and nobody stands in for him, those of his department
    if deadline.obligation == "decide":  # the head's own (SLA-14)
        return User.objects.holding(Role.DEPARTMENT_HEAD, deadline.department)
    if deadline.department_id == ticket.lead_department_id:
        return handler(ticket)
    return User.objects.holding(Role.HANDLER, deadline.department)


def _in_charge(department: Department | None) -> Iterable[User]:
    """The town leader in charge of the department, or of the one above it; all leaders where nobody is named."""
    while department is not None:
        if department.leader_in_charge is not None:
            return User.objects.answering_for(department.leader_in_charge)
        department = department.parent
    return User.objects.holding(Role.LEADER)


OWED_BY = {"review": Role.SUPERVISOR, "outer": Role.INTAKE_CLERK, "decide": Role.TRIAGER}  # wherever the ticket stands


def _clerks(ticket: Ticket, deadline: TicketDeadline) -> Iterable[User]:
    """Those of the centre who have the next act."""
    if deadline.user is not None:  # an instruction to him by name (APP-21); it lapses for nobody when he has left
        return list(User.objects.answering_for(deadline.user)) or User.objects.holding(Role.SUPERVISOR)
    if deadline.obligation == "return":
        return _rulers(ticket)
    if deadline.obligation in OWED_BY:
        return User.objects.holding(OWED_BY[deadline.obligation])
    role = AT_CENTRE.get(ticket.status, Role.REVISITOR if deadline.obligation == "revisit" else Role.INTAKE_CLERK)
    return User.objects.holding(role)


def _rulers(ticket: Ticket) -> Iterable[User]:
    """Who rules on a return: the chiefs where it lies before them, else the centre or a supervisor (APP-9, NET-6)."""
    from requests.notices.dispatch import convened, rulers

    if Referral.objects.open().filter(ticket=ticket).exists():
        return convened()
    asked = ReturnRequest.objects.open().filter(ticket=ticket).first()
    return rulers(asked) if asked else ()


# What ---------------------------------------------------------------------------------------------------------

# What to do now, by what is owed; then by who is told.
DO = {
    "first_response": gettext_noop("请马上联系企业。"),
    "dispatch": gettext_noop("请受理、研判并转交。"),
    "accept": gettext_noop("请马上签收。"),
    "contact": gettext_noop("请联系企业并登记。"),
    "co_accept": gettext_noop("请签收协办部分。"),
    "return": gettext_noop("请裁定退回申请。"),
    "co_handle": gettext_noop("请提交协办意见。"),
    "revisit": gettext_noop("请打电话回访。"),
    "supplement": gettext_noop("请补齐材料，过期按撤回处理。"),
    "confirm": gettext_noop("请看结果，确认或者提出异议。"),
    "review": gettext_noop("请裁定复核。"),
    "outer": gettext_noop("请催办，办好后写回热线。"),
    "decide": gettext_noop("请批延期或挂起申请。"),
    "sign_off": gettext_noop("请签批结果。"),
    "progress": gettext_noop("请报告进展：办到哪一步，还差什么。"),
    "instruction": gettext_noop("请答复批示。"),
}
TO = {
    "supervisor": gettext_noop("请督办。"),
    "leader_in_charge": gettext_noop("请过问。"),
    "leader": gettext_noop("请过问。"),
}
CALL = {
    "supplement": gettext_noop("企业没有账号，请打电话催补材料。"),
    "confirm": gettext_noop("企业没有账号，请打电话问办好没有。"),
}


def _title(deadline: TicketDeadline, now: datetime) -> str:
    if now < deadline.due_at:
        return _("快到期")
    late = calendar().remaining(now, deadline.due_at)
    return words.left(late) if late.days else _("已到期")


def _body(code: str, ticket: Ticket, deadline: TicketDeadline, now: datetime) -> str:
    """What is owed by whom, by when, and the next thing to do."""
    said = {
        "owed": _owed(deadline),
        "left": words.left(calendar().remaining(now, deadline.due_at)),
        "due": words.by_when(deadline.due_at),
        "number": ticket.number,
    }
    if now < deadline.due_at:
        body = _("%(owed)s%(left)s，%(due)s办好，编号 %(number)s。") % said
    else:
        body = _("%(owed)s%(left)s，应在 %(due)s办好，编号 %(number)s。") % said
    return (body + _next(code, ticket, deadline, now)).strip()


def _owed(deadline: TicketDeadline) -> str:
    """“住建局“办理””."""
    if deadline.department is None:
        return _("“%(what)s”") % {"what": deadline.label}
    return _("%(who)s“%(what)s”") % {"who": deadline.department.short_name, "what": deadline.label}


def _next(code: str, ticket: Ticket, deadline: TicketDeadline, now: datetime) -> str:
    if code in TO:
        return _(TO[code])
    if deadline.obligor_kind == "enterprise":
        wanted = DO if code == "enterprise" else CALL
        return _(wanted[deadline.obligation]) if deadline.obligation in wanted else ""
    doing = _(DO[deadline.obligation]) if deadline.obligation in DO else _("请抓紧办好。")
    if deadline.obligation == "accept" and ticket.status == stages.ASSIGNED and now >= deadline.due_at:
        until = due(ticket, ticket.work)
        return doing + (_("办理时限已从到期时起算，%(due)s办结。") % {"due": until} if until else "")
    if deadline.obligation in WORKS and now >= deadline.due_at:
        return doing + _("一时办不完的，请作公开承诺。")
    return doing


# In the ticket's story ------------------------------------------------------------------------------------------

NAMES = {
    "handler": gettext_noop("承办人"),
    "department_head": gettext_noop("部门负责人"),
    "supervisor": gettext_noop("服务中心督查员"),
    "leader_in_charge": gettext_noop("分管镇领导"),
    "leader": gettext_noop("镇领导"),
    "clerk": gettext_noop("经办人员"),
    "enterprise": gettext_noop("企业"),
}
SHOWN = {"board": gettext_noop("上督效屏"), "agenda": gettext_noop("列入督查例会议程")}


def fired(deadline: TicketDeadline, data: Params) -> str:
    """“住建局“办理”超期 1 个工作日”: how late it was when the rung fired, which a broken commitment advances (DL-5)."""
    named = {"owed": _owed(deadline)}
    reached, due_at = datetime.fromisoformat(data["rung_at"]), datetime.fromisoformat(data["due_at"])
    if reached < due_at:
        return _("%(owed)s快到期") % named
    days = calendar().remaining(reached, due_at).days if reached > due_at else 0
    if not days:
        return _("%(owed)s到期未完成") % named
    return ngettext("%(owed)s超期 %(n)s 个工作日", "%(owed)s超期 %(n)s 个工作日", days) % {**named, "n": days}


def told(deadline: TicketDeadline, number: int, at: datetime) -> str:
    """“已告知分管镇领导，上督效屏”; of a confidential matter nobody else is told. `at`: when it fired."""
    step = tables().rung(deadline.obligor_kind, number, at)
    codes = step.tells if step else []
    names = dict.fromkeys(_(NAMES[_confided(deadline, code)]) for code in codes if code in NAMES)
    said = [_("已告知%(names)s") % {"names": _("、").join(names)}] if names else []
    if not deadline.subject.confidential:
        said += [_(SHOWN[code]) for code in codes if code in SHOWN]
    return capfirst(_("，").join(said))


def _confided(deadline: TicketDeadline, code: str) -> str:
    kept = code in ("handler", "enterprise") or not deadline.subject.confidential
    return code if kept else "supervisor"
