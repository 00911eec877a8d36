"""What the demo town says: enough different matters, written out to their ends, about units that exist."""

import re
from collections import Counter
from random import Random

import pytest

from inspections.needs.subjects import shipped
from portal.desk.demo.content import matters, out_of_scope, table
from portal.desk.demo.inspections.chapter import read as inspections
from portal.desk.demo.units import unit_rows
from requests.catalogue import CATEGORIES, LIST_ITEMS
from requests.models import Result
from requests.models.ticket import Complexity, Kind, Urgency

SHARED_SLOTS = {"contact", "village", "road", "park", "phone", "past", "soon", "later", "last_month", "last_night"}
EVERY = [*matters(), *out_of_scope()]


def texts(matter):
    parts = [getattr(matter, name) for name in vars(matter) if isinstance(getattr(matter, name), str)]
    return [*parts, *(text for _speaker, text in matter.talk)]


def filled(matter, text):
    random = Random(1)
    values = dict.fromkeys(SHARED_SLOTS, "北门路") | {k: str(random.choice(v)) for k, v in matter.vary.items()}
    return text.format_map(values)


def test_at_least_a_hundred_different_matters_and_eight_in_each_of_the_ten_categories():
    count = Counter(matter.category for matter in matters())
    assert sum(count.values()) >= 100
    assert set(count) == {code for code, *_rest in CATEGORIES}
    assert min(count.values()) >= 8
    assert len({matter.title for matter in EVERY}) == len({matter.text for matter in EVERY}) == len(EVERY)


@pytest.mark.parametrize("matter", EVERY, ids=lambda matter: matter.title)
def test_every_slot_is_filled_and_nothing_is_too_long(matter):
    used = {slot for text in texts(matter) for slot in re.findall(r"{(\w*)}", text)}
    assert used <= SHARED_SLOTS | set(matter.vary)
    assert set(matter.vary) <= used, "a slot that no text uses"
    assert len(filled(matter, matter.title)) <= 24
    assert 60 <= len(filled(matter, matter.text)) <= 220
    assert all(month in range(1, 13) for month in matter.months)


@pytest.mark.parametrize("matter", matters(), ids=lambda matter: matter.title)
def test_a_matter_is_written_out_to_every_end_it_can_take(matter):
    assert matter.kind in Kind
    assert matter.urgency in Urgency
    assert matter.result in Result.Kind
    assert matter.complexity in {"", *Complexity}
    assert matter.complexity != Complexity.CROSS or matter.co
    assert matter.contact
    assert matter.note
    assert matter.reply
    assert matter.confirm
    assert matter.revisit
    assert 1 <= len(matter.talk) <= 3
    assert {speaker for speaker, _text in matter.talk} <= {"部门", "企业"}
    assert 3 <= matter.rating <= 5
    assert bool(matter.ask) == bool(matter.answer)
    assert bool(matter.dispute) == bool(matter.rework)
    assert bool(matter.unhappy) == bool(matter.second)
    assert (matter.result == Result.Kind.CANNOT) == bool(matter.written)


def test_lead_and_co_handling_departments_exist_and_co_handlers_have_something_to_say():
    units = {row["short"]: row for row in unit_rows()}
    for matter in matters():
        assert len(units[matter.lead].get("handlers", ())) >= 2, matter.lead
        assert units[matter.lead]["head"], matter.lead
        assert matter.lead not in matter.co
        assert all(units[name].get("opinions") for name in matter.co), matter.title


def test_rejected_matters_name_an_item_of_the_non_acceptance_list():
    refused = {code for accepted, code, *_rest in LIST_ITEMS if not accepted}
    assert len(out_of_scope()) >= 12
    assert {matter.item for matter in out_of_scope()} == refused
    assert {matter.category for matter in out_of_scope()} <= {code for code, *_rest in CATEGORIES}
    assert all(matter.reason for matter in out_of_scope())


def test_nobody_has_two_desks():
    people = [row["name"] for kind in ("leader", "official") for row in table("officials")[kind]]
    for row in unit_rows():
        people += [row.get("head"), row.get("deputy"), row["liaison"], *row.get("handlers", ())]
    doubled = [name for name, n in Counter(filter(None, people)).items() if n > 1]
    assert doubled == []


def test_every_subject_that_the_demo_checks_has_a_problem_of_its_own():
    words = inspections()
    lists = {name for agency in words["agency"] for name in agency["lists"]}
    on_site = (one for one in shipped() if one["usual"] and one.get("method", "on_site") == "on_site")
    assert {one["code"] for one in on_site if one["agency"] in lists} == set(words["problems"])
