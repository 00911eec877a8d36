"""Arguments that fit the verbs of all that happens besides the straight course, for `walks.attempt`."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.files import store
from portal.files.models import StoredFile
from portal.people.actors import Actor
from portal.people.models import User
from portal.worktime.calendar import SHANGHAI, calendar
from requests.models import Ticket
from tests.requests.factories import Town

SHEET = b64decode(  # one white point
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
)
CAUSES = ("enterprise", "court", "authority")


def ways(town: Town, verb: str, ticket: Ticket, by: Actor, at: datetime, lot: int) -> dict[str, Any]:
    """`lot` (0 to 4) decides between a verb's ways: mostly yes, now and then no."""
    yes = lot > 1
    known: dict[str, Callable[[], dict[str, Any]]] = {
        "ask_review": lambda: {"reasons": "这件没有进过法院"},
        "rule_review": lambda: {"upheld": not yes, "ruling": "已核对案卷"},
        "write_back": lambda: {"text": "已办结，企业已确认"},
        "merge": lambda: {"into": into(ticket)},
        "split": dict,
        "ask_return": lambda: {"reason": "不是本部门的职责", "proposed": other(town, ticket) if yes else None},
        "rule_return": lambda: {"granted": yes, "reason": "按职责分工", "lead": other(town, ticket) if yes else None},
        "refer_to_chiefs": lambda: {"reason": "三个部门都不接"},
        "give_view": lambda: {"taker": other(town, ticket), "text": "由牵头部门办"},
        "decide_raised": lambda: {"lead": other(town, ticket), "text": "由牵头部门办", "without": "其余召集人出差"},
        "reassign": lambda: {"lead": other(town, ticket), "reason": "改由对口部门办"},
        "take_part": dict,
        "add_part": lambda: {"department": other(town, ticket), "instruction": "请派人到现场"},
        "end_part": lambda: {"department": co_of(ticket), "reason": "不再需要"},
        "give_to_group": lambda: {"convener": town.police_head, "members": [town.economy_handler], "reason": "一起办"},
        "report_up": lambda: {"leader": town.leader, "problem": "两家扯皮", "proposal": "请定牵头单位"},
        "contribute": lambda: {"text": "已会商"},
        "end_group": lambda: {"reason": "已理顺"},
        "raise_level": lambda: {"complexity": "difficult", "reason": "一家办不了"},
        "ask_extension": lambda: {"until": in_days(at, 15), "reason": "管道要定制"},
        "ask_suspension": lambda: {"cause": CAUSES[lot % 3], "until": in_days(at, 10), "reason": "等上级批复"},
        "approve_request": dict,
        "refuse_request": lambda: {"reason": "理由不充分"},
        "withdraw_request": dict,
        "end_suspension": lambda: {"text": "材料到了"},
        "bring_back": dict,
        "look_again": lambda: {"found": "changed" if yes else "unchanged", "text": "政策有调整"},
        "issue_order": lambda: {"demand": "三个工作日内到现场"},
        "answer_order": lambda: {"text": "已到现场，正在疏通"},
        "amend_order": lambda: {"demand": "两个工作日内到现场"},
        "judge_order": lambda: {"judgement": "met" if yes else "unmet", "text": "已实地看过"},
        "deliver_scan": lambda: {"files": [scan(by if isinstance(by, User) else town.handler)]},
        "verify": lambda: {"real": yes, "satisfied": ("no", "unsaid", "yes")[lot % 3], "text": "打过电话"},
    }
    return known[verb]()


def in_days(at: datetime, days: int) -> date:
    """The n-th working day from a moment."""
    return calendar().add_working_days(at.astimezone(SHANGHAI).date(), days)


def other(town: Town, ticket: Ticket) -> Any:
    """A department that neither leads nor co-handles it; where all do, the lead itself."""
    taken = {ticket.lead_department_id, *ticket.assignments.filter(ended_at=None).values_list("department", flat=True)}
    free = (one for one in (town.economy, town.police, town.housing, town.utilities) if one.pk not in taken)
    return next(free, ticket.lead_department)


def co_of(ticket: Ticket) -> Any:
    part = ticket.assignments.filter(part="co", ended_at=None).select_related("department").first()
    return part.department if part else ticket.lead_department


def into(ticket: Ticket) -> Ticket:
    """An older matter that is still open, else itself, which is refused."""
    older = Ticket.objects.open().filter(enterprise=ticket.enterprise, pk__lt=ticket.pk, confidential=False)
    return older.exclude(status="incomplete").order_by("-pk").first() or ticket


def scan(by: User) -> StoredFile:
    """A sealed reply, as it comes from the scanner."""
    return store(SimpleUploadedFile("盖章答复.png", SHEET, "image/png"), by=by)
