"""The acts about confidential complaints, as `loop_acts.ACTS` and `loop_acts.WHO_IS_TOLD` have those of the loop."""

from requests import flow
from requests.models import UnitQuestion
from tests.confidential import factories as confidential
from tests.requests.factories import fresh

FIRM, OFFICE = "firm", "office"
TOLD, SILENT = True, False
HOUR = confidential.HOUR


def entrust(town, ticket):
    return flow.entrust(ticket, by=town.supervisor, handlers=[town.economy_handler], at=ticket.moved_at + HOUR)


def entrust_another(town, ticket):
    handlers = [town.economy_handler, town.handler]
    return flow.entrust(ticket, by=town.supervisor, handlers=handlers, at=ticket.moved_at + HOUR)


def identify(town, ticket):
    people = [town.police_head]
    return flow.identify(ticket, by=town.supervisor, accused=town.police, people=people, at=ticket.moved_at + HOUR)


def ask_unit(town, ticket):
    return flow.ask_unit(ticket, by=town.supervisor, text="请说明上周的检查", at=ticket.moved_at + 2 * HOUR)


def asked(town):
    ticket = confidential.handling(town)
    ask_unit(town, ticket)
    return fresh(ticket)


def answer(town, ticket):
    given = {"text": "是例行检查", "at": ticket.moved_at + 3 * HOUR}
    return flow.answer_unit_question(UnitQuestion.objects.get(ticket=ticket), by=town.police_head, **given)


def confirm_site(town, ticket):
    given = {"what": "site", "text": "已看过", "at": ticket.moved_at + 2 * HOUR}
    return flow.record_confirmation(ticket, by=town.economy_handler, **given)


def find(town, ticket):
    given = {"outcome": "partly", "text": "未出示证件属实", "at": ticket.moved_at + 6 * HOUR}
    return flow.find(ticket, by=town.economy_handler, **given)


ACTS = {
    "complain": (None, lambda town, t: confidential.filed(town), [("filed", FIRM, TOLD)]),
    "take_down": (None, lambda town, t: confidential.taken_down(town), [("registered", FIRM, TOLD)]),
    "entrust": (confidential.accepted, entrust, [("dispatched", FIRM, TOLD)]),
    "entrust, another too": (confidential.handling, entrust_another, [("entrusted", OFFICE, TOLD)]),
    "identify": (confidential.accepted, identify, [("identified", OFFICE, SILENT)]),
    "ask_unit": (confidential.handling, ask_unit, [("unit_asked", OFFICE, SILENT)]),  # the unit by a letter of its own
    "answer_unit_question": (asked, answer, [("unit_answered", OFFICE, TOLD)]),
    "record_confirmation": (confidential.handling, confirm_site, [("fact_confirmed", OFFICE, SILENT)]),
    "find": (confidential.confirmed, find, [("found", OFFICE, TOLD)]),
}

KEPT, NEWS = "您有一件保密件需要处理", "您提交的保密投诉有新进展"
FILER = {"enterprise_member"}  # who filed it, nobody else of the firm
WHO_IS_TOLD = {
    "complain": {KEPT: {"supervisor"}},
    "take_down": {KEPT: {"supervisor"}},
    "entrust": {KEPT: {"economy_handler"}, NEWS: FILER},
    "entrust, another too": {KEPT: {"economy_handler", "handler"}},
    "identify": {},
    "ask_unit": {},
    "answer_unit_question": {KEPT: {"supervisor", "economy_handler"}},
    "record_confirmation": {},
    "find": {},  # by who handles it: he goes on
}
