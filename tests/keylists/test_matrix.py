"""Every status × verb × role of key lists, written by hand."""

import pytest
from django.db import transaction

from enterprises.keylists import flow
from portal.people.refusal import Refused
from tests.keylists.conftest import JANUARY

PEOPLE = (
    "enterprise_member intake_clerk triager handler deputy_head department_head revisitor steward project_assistant"
    " grid_member supervisor congress_observer leader data_officer policy_officer inspector evaluator auditor"
    " administrator stand_in nobody"
)

# The list's status: {verb: who}
LIST = {
    "drafting": {
        "set_size": "supervisor",
        "propose": "department_head stand_in triager steward",
        "submit": "supervisor",
    },
    "approving": {"send_back": "leader", "approve": "leader"},
    "approved": {},
}
# (the list's status, the entry's state): {verb: who}
ENTRY = {
    ("drafting", "proposed"): {"accept": "supervisor", "decline": "supervisor"},
    ("drafting", "standing"): {"remove": "supervisor", "name_people": "supervisor"},
    ("drafting", "declined"): {"put_back": "supervisor"},
    ("drafting", "removed"): {"put_back": "supervisor"},
    ("approving", "standing"): {},
    ("approved", "standing"): {"name_people": "supervisor"},
}


def given(verb, town):
    return {
        "set_size": {"size": 300},
        "propose": {"firms": [town.foreign_firm], "reason": "好"},
        "send_back": {"reason": "再看"},
        "decline": {"reason": "不够"},
        "remove": {"reason": "搬走"},
        "name_people": {"leader": town.leader},
    }.get(verb, {})


def who_may(town, verb, subject):
    """Everybody tries; what is done is undone."""
    able = set()
    for name in PEOPLE.split():
        try:
            with transaction.atomic():
                getattr(flow, verb)(subject, by=town.people[name], at=JANUARY, **given(verb, town))
                transaction.set_rollback(True)
        except Refused:
            continue
        able.add(name)
    return able


def expected(table, verb):
    return set(table.get(verb, "").split())


@pytest.mark.parametrize("status", LIST)
def test_who_moves_a_list(town, accepted, status):
    if status != "drafting":
        flow.submit(accepted, by=town.supervisor, at=JANUARY)
    if status == "approved":
        flow.approve(accepted, by=town.leader, at=JANUARY)
    for verb in ("set_size", "propose", "submit", "send_back", "approve"):
        assert who_may(town, verb, accepted) == expected(LIST[status], verb), (status, verb)


@pytest.mark.parametrize(("status", "state"), ENTRY)
def test_who_moves_an_entry(town, drafted, status, state):
    entry = drafted.entries.get()
    if state == "declined":
        flow.decline(entry, by=town.supervisor, reason="不够", at=JANUARY)
    elif state != "proposed":
        flow.accept(entry, by=town.supervisor, at=JANUARY)
        flow.name_people(entry, by=town.supervisor, leader=town.leader, at=JANUARY)
    if state == "removed":
        flow.remove(entry, by=town.supervisor, reason="搬走", at=JANUARY)
    if status != "drafting":
        flow.submit(drafted, by=town.supervisor, at=JANUARY)
    if status == "approved":
        flow.approve(drafted, by=town.leader, at=JANUARY)
    for verb in ("accept", "decline", "remove", "put_back", "name_people"):
        assert who_may(town, verb, entry) == expected(ENTRY[status, state], verb), verb


def test_who_opens_a_list(town):
    able = set()
    for name in PEOPLE.split():
        try:
            with transaction.atomic():
                flow.open_list("town", 2026, by=town.people[name], at=JANUARY)
                transaction.set_rollback(True)
        except Refused:
            continue
        able.add(name)
    assert able == {"supervisor"}
