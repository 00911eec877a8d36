"""Each verb with arguments that fit, so that tests can try any verb on any ticket by anybody."""

from datetime import datetime
from typing import Any

from portal.people.actors import CLOCK, Actor
from portal.people.models import User
from portal.worktime.calendar import SHANGHAI, calendar
from requests import flow
from requests.capacity import capacities, verbs_with
from requests.flow.feedback import Scores
from requests.models import Ticket
from tests.requests.factories import Town
from tests.requests.ways import ways


def attempt(town: Town, verb: str, ticket: Ticket, by: Actor, at: datetime, *, lot: int = 4) -> None:
    """Does the verb; `lot` (0 to 4) decides between its ways: how satisfied the firm is, which result, reached or not.

    Raises Refused where the verb says no.
    """
    order = {"kind": "coordination", "category": town.category, "lead": town.housing}
    order |= {"complexity": "cross", "co": [town.police]} if lot % 2 else {"complexity": "ordinary"}
    result = ("cannot", "partly", "explained", "solved", "solved")[lot]
    loop = {
        "accept": {},
        "ask_supplement": {"items": "照片"},
        "supplement": {"answer": "附后"},
        "reject": {"item": town.not_ours, "go_to": "法院"},
        "withdraw": {},
        "dispatch": order,
        "take": {},
        "name_handler": {"handler": town.colleague},
        "log_contact": {"text": "已联系"},
        "give_opinion": {"text": "已查"},
        "report": {"kind": result, "text": "已办", "written_reply": "答复如下。"},
        "sign_off": {},
        "send_back": {"reason": "缺照片"},
        "confirm": {"scores": Scores(lot + 1) if lot < 4 else None},
        "dispute": {"reason": "没好"},
        "lapse_supplement": {},
        "begin_handling": {},
        "lapse_confirmation": {},
        "record_revisit": {"reached": lot != 2, "real": True, "scores": Scores(lot + 1)},
        "urge": {"text": "请抓紧" if lot % 2 else ""},
        "write": {"text": "您好", "audience": "office" if lot % 2 else "firm"},
        "instruct": {"text": "请抓紧", "person": ticket.first_responder, "days": 2},
        "answer_instruction": {"text": "已落实"},
        "make_commitment": promise(at),
        "approve_commitment": {},
        "return_commitment": {"reason": "太笼统"},
        "report_progress": {"text": "已进场", "audience": "firm" if lot % 2 else "office"},
    }
    given = loop[verb] if verb in loop else ways(town, verb, ticket, by, at, lot)
    getattr(flow, verb)(ticket, by=by, at=at, **given)


def promise(at: datetime) -> dict[str, Any]:
    """What a department promises: two working days from now."""
    day = calendar().add_working_days(at.astimezone(SHANGHAI).date(), 2)
    return {"reason": "管道要等材料", "measure": "周三进场", "wording": "修好管网", "until": day}


def verbs_for(ticket: Ticket, by: Actor, at: datetime | None = None) -> list[str]:
    """The verbs this person may do now: his buttons."""
    return verbs_with(ticket, capacities(ticket, by, at), by, at)


def actors(town: Town) -> dict[str, Actor]:
    """Everybody of the town, and the clock; people as the next request would meet them."""
    return {name: User.objects.get(pk=user.pk) for name, user in town.people.items()} | {"clock": CLOCK}
