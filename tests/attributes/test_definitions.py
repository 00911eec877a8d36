"""The table of definitions fits the catalogue and the resources, and refuses what makes no sense."""

from datetime import date
from decimal import Decimal

import pytest

from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.attributes.definitions import TOWN_DEFINITIONS, Definition, Definitions, How, _definition
from enterprises.attributes.windows import ended, last_periods, months_before, moved, periods_in, started, window
from enterprises.data import RESOURCE_COLUMNS, RESOURCES, rows_of
from enterprises.models import Enterprise

COLUMNS = {(row["resource"], row["code"]): row for row in rows_of(RESOURCE_COLUMNS)}
RESOURCE = {row["code"]: row for row in rows_of(RESOURCES)}
OF_FACTS = [one for one in TOWN_DEFINITIONS.all if one.resource]


def test_every_attribute_is_defined():
    defined = TOWN_DEFINITIONS.sources.keys() | TOWN_DEFINITIONS.derived.keys() | TOWN_DEFINITIONS.declared
    assert defined == {one.code for one in TOWN}


@pytest.mark.parametrize("one", OF_FACTS, ids=lambda one: f"{one.attribute}-{one.resource}")
def test_a_definition_reads_what_its_resource_has(one):
    assert one.resource in RESOURCE
    assert all((one.resource, column) in COLUMNS for column in one.columns)
    per = RESOURCE[one.resource]["per"]
    assert (per == "register") == (one.how in {How.COUNT, How.ANY, How.BEST, How.LAST, How.TOTAL})
    if one.when.startswith(("year", "quarter", "month")):
        assert per in ("month", "quarter", "year")


@pytest.mark.parametrize(
    "one", [one for one in OF_FACTS if one.column], ids=lambda one: f"{one.attribute}-{one.resource}"
)
def test_what_it_reads_is_kept_as_the_attribute_is(one):
    attribute, column = TOWN[one.attribute], COLUMNS[one.resource, one.column]
    assert attribute.kind == column["kind"]
    if attribute.kind == Kind.NUMBER:
        assert (attribute.unit, attribute.scale) == (column["unit"], int(column["scale"]))
    if attribute.kind == Kind.CHOICE:
        levels = [choice.partition(":")[0] for choice in column["choices"].split("|")]
        assert [code for code in attribute.codes if code in levels] == levels


def test_zero_stands_only_for_what_a_complete_register_leaves_out():
    complete = {one.attribute for one in OF_FACTS if RESOURCE[one.resource]["complete"] == "yes"}
    assert {one.code for one in TOWN if one.zero_if_delivered} <= complete


@pytest.mark.parametrize("one", TOWN_DEFINITIONS.derived.values(), ids=lambda one: one.attribute)
def test_what_is_derived_is_not_more_open_than_what_it_comes_from(one):
    order = ["open", "line", "closed"]
    closest = max(order.index(TOWN[code].sensitivity) for code in one.operands)
    assert order.index(TOWN[one.attribute].sensitivity) >= closest


def test_an_attribute_is_not_more_open_than_its_resource():
    order = ["open", "line", "closed"]
    for one in OF_FACTS:
        of_resource = order.index(RESOURCE[one.resource]["sensitivity"])
        assert order.index(TOWN[one.attribute].sensitivity) >= of_resource, one.attribute


@pytest.mark.parametrize(
    "wrong",
    [
        {"how": "at", "resource": "tax_paid", "column": "total", "when": "sometime"},
        {"how": "at", "column": "total", "when": "year-1"},
        {"how": "latest", "resource": "tax_paid", "column": "total", "when": "year-1"},
        {"how": "identity", "column": "phone"},
        {"how": "ratio", "column": "tax_last_year"},
    ],
)
def test_a_row_that_makes_no_sense_is_refused(wrong):
    row = dict.fromkeys(("resource", "column", "when", "since", "until", "ended", "within", "where"), "")
    with pytest.raises(ValueError):
        _definition({**row, "attribute": "headcount", "differs": "", "times": "", **wrong})


def test_what_is_derived_comes_from_facts():
    growth = Definition(attribute="tax_growth", how=How.GROWTH, column="tax_per_mu tax_last_year")
    with pytest.raises(ValueError):
        Definitions([growth])
    with pytest.raises(ValueError):
        Definitions([Definition(attribute="nothing", how=How.DECLARED)])


@pytest.mark.parametrize(
    "when, day, span",
    [
        ("year-1", date(2026, 1, 1), (date(2025, 1, 1), date(2026, 1, 1))),
        ("year-1", date(2025, 12, 31), (date(2024, 1, 1), date(2025, 1, 1))),
        ("year", date(2024, 2, 29), (date(2024, 1, 1), date(2025, 1, 1))),
        ("quarter-1", date(2026, 3, 31), (date(2025, 10, 1), date(2026, 1, 1))),
        ("quarter-1", date(2026, 4, 1), (date(2026, 1, 1), date(2026, 4, 1))),
        ("month-1", date(2026, 3, 1), (date(2026, 2, 1), date(2026, 3, 1))),
        ("month-13", date(2026, 1, 31), (date(2024, 12, 1), date(2025, 1, 1))),
    ],
)
def test_windows(when, day, span):
    assert window(when, day) == span


def test_periods():
    assert started("quarter", date(2026, 12, 31)) == date(2026, 10, 1)
    assert started("day", date(2026, 12, 31)) == date(2026, 12, 31)
    assert moved("quarter", date(2026, 1, 1), -1) == date(2025, 10, 1)
    assert ended("month", date(2024, 2, 1)) == date(2024, 2, 29)
    assert ended("day", date(2024, 2, 1)) == date(2024, 2, 1)
    assert len(periods_in("month", date(2025, 1, 1), date(2026, 1, 1))) == 12
    assert last_periods("year", 2, date(2026, 12, 31)) == [date(2024, 1, 1), date(2025, 1, 1)]
    assert last_periods("month", 1, date(2026, 3, 1)) == [date(2026, 2, 1)]


@pytest.mark.parametrize(
    "day, count, before",
    [
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), 24, date(2024, 3, 31)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
    ],
)
def test_months_before(day, count, before):
    assert months_before(day, count) == before


def test_a_difference_is_a_share():
    assert all(one.differs is None or Decimal(0) <= one.differs < 1 for one in TOWN_DEFINITIONS.all)


def test_the_kinds_of_a_firm_are_named_as_everywhere():
    kinds = {kind.value: str(kind.label) for kind in Enterprise.Kind}
    assert {choice.code: choice.name for choice in TOWN["firm_kind"].choices} == kinds
    statuses = {status.value: str(status.label) for status in Enterprise.Status}
    assert {choice.code: choice.name for choice in TOWN["registration_status"].choices} == statuses
