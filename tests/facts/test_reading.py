"""Facts for people: provenance of each value, history, SEC-11, and the record of who read what (SEC-3)."""

from datetime import date
from decimal import Decimal

import pytest

from enterprises.facts.reading import _note, facts_of, history_of
from enterprises.models import Fact, Resource
from portal.trail.models import Read
from tests.enterprises.factories import again, member, person, steward
from tests.facts.world import OCTOBER, SEPTEMBER


@pytest.fixture
def told(world):
    """One firm with an open, a line's and a closed resource."""
    world.deliver("patents", (0, None, "ZL1", {"kind": "invention", "granted_on": date(2020, 5, 1)}))
    world.deliver("monthly_operation", (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
    world.deliver("monthly_operation", (0, OCTOBER, "", {"revenue": Decimal(6)}))
    world.deliver("tax_paid", (0, SEPTEMBER, "", {"total": Decimal("1.5")}))
    return world


def codes(told):
    return {resource.code for resource in told.rows}, {resource.code for resource in told.hidden}


ALL = {"patents", "monthly_operation", "tax_paid"}


def test_who_reads_what(told):
    firm = told.firms[0]
    mine, other = person("mine", "steward"), person("other", "steward")
    steward(firm, mine)
    own, stranger = person("own", "enterprise_member"), person("stranger", "enterprise_member")
    member(firm, own)
    member(told.firms[1], stranger)
    expected = {
        person("handler", "handler"): {"patents"},
        person("boss", "leader"): {"patents", "monthly_operation"},
        person("watch", "supervisor"): {"patents", "monthly_operation"},
        mine: {"patents", "monthly_operation"},
        other: {"patents"},
        told.officers.statistics: {"patents", "monthly_operation"},
        told.officers.tax: ALL,  # supplies monthly_operation
        told.officers.labour: {"patents"},
        own: ALL,
        stranger: set(),
        person("admin", "administrator"): set(),
        person("audit", "auditor"): set(),
    }
    for reader, sees in expected.items():
        assert codes(facts_of(firm, reader=reader)) == (sees, ALL - sees), reader.username


def test_looking_at_what_is_not_open_is_recorded_once_but_not_the_firms_own(told):
    firm, own = told.firms[0], person("own", "enterprise_member")
    member(firm, own)
    facts_of(firm, reader=own)
    facts_of(firm, reader=person("handler", "handler"))
    assert not Read.objects.exists()
    facts_of(firm, reader=told.officers.tax)
    noted = Read.objects.get()
    assert (noted.reader, noted.subject_id) == (told.officers.tax, firm.pk)
    assert set(noted.what.removeprefix("facts:").split(",")) == {"monthly_operation", "tax_paid"}


def test_a_look_at_much_names_every_resource(told):
    """What has no room in one row of the record goes into the next."""
    codes = list(Resource.objects.exclude(sensitivity="open").values_list("code", flat=True))
    reader = person("boss", "leader")
    _note(told.firms[0], reader, Resource.objects.all())
    parts = [what.removeprefix("facts:").split(",") for what in Read.objects.values_list("what", flat=True)]
    assert sorted(code for part in parts for code in part) == sorted(codes)
    assert len(codes) > 30


def test_each_value_tells_where_it_is_from(told):
    resource = Resource.objects.get(code="monthly_operation")
    told.deliver("monthly_operation", (0, OCTOBER, "", {"cost": Decimal(2)}), line="tax")
    rows = facts_of(told.firms[0], reader=told.officers.statistics, resources=[resource]).rows[resource]
    assert [row.period for row in rows] == [OCTOBER, SEPTEMBER]
    assert rows[0].named == "2026年10月"
    cells = rows[0].cells
    assert (cells["revenue"].value, cells["revenue"].line.code) == (Decimal(6), "statistics")
    assert (cells["cost"].value, cells["cost"].line.code, cells["cost"].way) == (Decimal(2), "tax", "文件导入")
    assert "profit" not in cells
    assert rows[0].latest == cells["cost"].at
    patent = facts_of(told.firms[0], reader=told.officers.tax).rows[Resource.objects.get(code="patents")][0]
    assert (patent.named, patent.cells["kind"].value) == ("ZL1", "invention")


def test_the_number_of_queries_does_not_grow(told, django_assert_num_queries):
    reader = again(told.officers.statistics)
    with django_assert_num_queries(9):
        facts_of(told.firms[0], reader=reader)
    rows = [(0, date(2025, month, 1), "", {"revenue": Decimal(month)}) for month in range(1, 13)]
    for row in rows:
        told.deliver("monthly_operation", row)
    reader = again(reader)
    with django_assert_num_queries(9):
        told_ = facts_of(told.firms[0], reader=reader)
    assert len(told_.rows[Resource.objects.get(code="monthly_operation")]) == 14


def test_history_has_every_value_with_what_ended_it(told):
    told.deliver("monthly_operation", (0, SEPTEMBER, "", {"cost": Decimal(1)}))
    told.deliver("monthly_operation", (0, SEPTEMBER, "", {"revenue": Decimal(7)}))
    last = told.deliver("monthly_operation", (0, SEPTEMBER, "", {"revenue": None})).delivery
    fact = Fact.objects.get(resource__code="monthly_operation", period=SEPTEMBER)
    history = history_of(fact, reader=told.officers.statistics)
    columns = {column.code: column for column in fact.resource.columns.all()}
    said = history.of(columns["revenue"])
    assert [one.cell.value for one in said] == [None, Decimal(7), Decimal(5)]
    assert [one.until for one in said] == [None, last, said[1].cell.delivery]
    assert [one.cell.value for one in history.of(columns["cost"])] == [Decimal(1)]
    assert history.of(columns["profit"]) == []
    assert history_of(fact, reader=person("handler", "handler")) is None
