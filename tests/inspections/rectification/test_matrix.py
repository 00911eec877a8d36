"""Every status × verb × capacity of the table, written by hand: what is there is done, all else is refused (INS-7)."""

from datetime import timedelta
from typing import Any

import pytest

from inspections.models import Rectification
from inspections.rectification import flow, stages
from inspections.rectification.capacity import granted
from portal.people.refusal import Refused
from tests.inspections.factories import Agencies

from .world import AT, ordered

pytestmark = pytest.mark.django_db
CAPACITIES = ("firm", "agency", "head", "clock")

MAY = {
    ("open", "submit", "firm"),
    ("open", "ask_time", "firm"),
    ("open", "call_recheck", "agency"),
    ("open", "give_time", "agency"),
    ("open", "refuse_time", "agency"),
    ("open", "withdraw", "head"),
    ("submitted", "accept", "agency"),
    ("submitted", "send_back", "agency"),
    ("submitted", "call_recheck", "agency"),
    ("submitted", "withdraw", "head"),
    ("recheck", "accept", "agency"),
    ("recheck", "call_recheck", "agency"),
    ("recheck", "pass_recheck", "clock"),
    ("recheck", "fail_recheck", "clock"),
    ("recheck", "withdraw", "head"),
}


def test_the_table_says_what_is_written_here() -> None:
    found = set()
    for status in stages.STATUSES:
        for verb in stages.VERBS:
            for capacity in CAPACITIES:
                try:
                    granted(verb, Rectification(status=status), {capacity: None})
                except Refused:
                    continue
                found.add((status, verb, capacity))
    assert found == MAY


PEOPLE = {
    "enterprise_member": "firm",
    "inspector": "agency",
    "housing_second": "agency",
    "department_head": "head",
    "fire_inspector": "",
    "fire_head": "",
    "keeper_inspector": "",
    "police_head": "",
    "other_member": "",
    "former_member": "",
    "supervisor": "",
    "leader": "",
    "steward": "",
    "handler": "",
}
GIVEN: dict[str, dict[str, Any]] = {
    "submit": {"text": "已整改"},
    "ask_time": {"until": (AT + timedelta(days=60)).date(), "reason": "等配件"},
    "withdraw": {"reason": "误判"},
    "accept": {},
    "send_back": {"answer": "缺照片"},
    "call_recheck": {},
}


@pytest.mark.parametrize(("verb", "by"), [("submit", "firm"), ("ask_time", "firm"), ("withdraw", "head")])
def test_of_an_open_one_only_its_own_people(of: Agencies, verb: str, by: str) -> None:
    for name, capacity in PEOPLE.items():
        if capacity != by:
            with pytest.raises(Refused):
                getattr(flow, verb)(ordered_once(of), by=getattr(of, name), at=AT, **GIVEN[verb])
    able = next(name for name, capacity in PEOPLE.items() if capacity == by)
    getattr(flow, verb)(ordered_once(of), by=getattr(of, able), at=AT, **GIVEN[verb])


@pytest.mark.parametrize("verb", ["accept", "send_back", "call_recheck"])
def test_what_was_sent_is_decided_by_the_agency_that_ordered_it(of: Agencies, verb: str) -> None:
    one = ordered_once(of)
    flow.submit(one, by=of.enterprise_member, text="已整改", at=AT)
    for name, capacity in PEOPLE.items():
        if capacity not in ("agency", "head"):
            with pytest.raises(Refused):
                getattr(flow, verb)(one, by=getattr(of, name), at=AT, **GIVEN[verb])
    getattr(flow, verb)(one, by=of.department_head, at=AT, **GIVEN[verb])


def test_an_official_who_belongs_to_the_firm_is_the_firm(of: Agencies) -> None:
    one = ordered_once(of)
    flow.submit(one, by=of.member_official, text="已整改", at=AT)
    with pytest.raises(Refused):
        flow.accept(one, by=of.member_official, at=AT)


def ordered_once(of: Agencies) -> Rectification:
    return Rectification.objects.first() or ordered(of)
