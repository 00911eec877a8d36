"""Every definition's SQL against plain Python over generated facts, on days at the borders of periods."""

from datetime import date
from random import Random

import numpy as np
import pytest
from django.db import transaction

from enterprises.attributes import gathering, selecting
from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.computing import compute
from enterprises.attributes.definitions import TOWN_DEFINITIONS
from enterprises.attributes.gathering import Gathering
from enterprises.models import UNKNOWN, Delivery, Fact, FirmValues, Word
from tests.attributes.oracle import MONTHS, Oracle, Register, Row
from tests.enterprises import factories
from tests.facts.factories import resources

pytestmark = pytest.mark.django_db

FIRMS = 8
TODAY = date(2026, 3, 31)
DAYS = [date(2026, 1, 1), date(2026, 2, 28), TODAY, date(2025, 12, 31), date(2024, 2, 29), date(2026, 4, 1)]
YEARS = (2022, 2023, 2024, 2025, 2026)
NEVER_DELIVERED = {date(2024, 5, 1), date(2026, 1, 1)}
COMPUTED = [code for code in TOWN_DEFINITIONS.needed(one.code for one in TOWN) if TOWN_DEFINITIONS.of(code)]
OF_FACTS = [
    code
    for code in COMPUTED
    if TOWN_DEFINITIONS.resources(code) and all(one.how != "identity" for one in TOWN_DEFINITIONS.of(code))
]


class World:
    """Firms with generated facts, as rows in the database and as the oracle has them; gone with its savepoint."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        factories.town()
        self.firms = [factories.firm(number).pk for number in range(1, FIRMS + 1)]
        self.by = factories.person("officer")
        known = resources()
        levels = {code for r in known.values() for column in r.columns.all() for code in column.measure.codes}
        levels |= {code for one in TOWN for code in one.codes}
        Word.objects.bulk_create([Word(text=text) for text in levels | {"文本"}], ignore_conflicts=True)
        self.words = dict(Word.objects.values_list("text", "pk"))
        used = {one.resource for one in TOWN_DEFINITIONS.all if one.resource}
        self.registers = {code: self.fill(known[code]) for code in sorted(used)}
        oracle = Oracle(self.registers, self.words)
        self.expected = {
            (code, firm, day): oracle.value(code, firm, day) for code in OF_FACTS for firm in self.firms for day in DAYS
        }

    def fill(self, resource) -> Register:
        columns = list(resource.columns.all())
        register = Register(resource.per, resource.complete, {c.code: c.kind for c in columns})
        register.delivered = self.random.random() < 0.85
        if not register.delivered:
            return register
        delivery = Delivery.objects.create(resource=resource, line=resource.line, way="file", by=self.by)
        width = max(column.place for column in columns)
        facts = []
        for firm in self.firms:
            for period, item in self.places(resource):
                said = 0.93 if self.random.random() < 0.95 else 0  # a row that was emptied says nothing
                values = {c.code: self.value(c) for c in columns if self.random.random() < said}
                register.rows.setdefault(firm, []).append(Row(period, values))
                row = [None] * width
                for column in columns:
                    row[column.place - 1] = values.get(column.code)
                batches = [None if value is None else delivery.pk for value in row]
                facts.append(
                    Fact(
                        resource=resource, enterprise_id=firm, period=period, item=item, values=row, deliveries=batches
                    )
                )
        Fact.objects.bulk_create(facts)
        register.delivered = True
        return register

    def places(self, resource):
        """Which periods or items a firm has, with gaps; sometimes nothing at all."""
        if self.random.random() < 0.15:
            return
        if resource.per == "register":
            for number in range(self.random.randrange(5)):
                yield None, f"号{number}"
            return
        gaps = self.random.choice((0, 0, 0.03))
        if resource.per == "day":
            starts = [date(2025, 12, 31), TODAY, date(2024, 2, 29)]
        else:
            starts = [date(y, m, 1) for y in YEARS for m in range(1, 13, MONTHS[resource.per])]
            starts = [start for start in starts if not (resource.complete and start in NEVER_DELIVERED)]
        for start in starts:
            if self.random.random() >= gaps:
                yield start, ""
                if resource.item and self.random.random() < 0.5:
                    yield start, "另一项"

    def value(self, column) -> int:
        if column.kind == "number":
            low = 0 if column.minimum is not None else -50
            return self.random.choice((0, 1, 2, 3, self.random.randrange(low, 10**9)))
        if column.kind == "bool":
            return self.random.randrange(2)
        if column.kind == "choice":
            return self.words[self.random.choice(column.measure.codes)]
        if column.kind == "text":
            return self.words["文本"]
        day = self.random.choice(DAYS)  # on a border, beside it, or within two years of it
        return day.toordinal() + self.random.choice((-1, 0, 1, -365, -366, -730, -731, self.random.randrange(-800, 90)))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(7)
        transaction.set_rollback(True)


def gathered(world: World, days: list[date]) -> dict[str, np.ndarray]:
    found = Gathering(world.firms, days, TOWN_DEFINITIONS)
    cells = found.facts(TOWN_DEFINITIONS.sources)
    columns = {code: cells[code].value for code in cells}
    return columns | {code: found.derived(code, cells).value for code in TOWN_DEFINITIONS.derived}


def differences(world: World) -> list[str]:
    columns, found = gathered(world, DAYS), []
    for code in OF_FACTS:
        values = iter(columns[code].tolist())
        for firm in world.firms:
            for day in DAYS:
                value, expected = next(values), world.expected[code, firm, day]
                if value != (UNKNOWN if expected is None else expected):
                    found.append(f"{code} {firm} {day}: {value} {expected}")
    return found


def test_every_definition_agrees_with_plain_python_on_every_day(world):
    found = differences(world)
    assert not found, found[:20]


def test_what_is_compared_says_something(world):
    """Each attribute is known somewhere and most are unknown somewhere: nothing agrees by being empty."""
    columns = gathered(world, DAYS)
    known = {code: int((columns[code] != UNKNOWN).sum()) for code in OF_FACTS}
    delivered = [code for code in OF_FACTS if all(world.registers[r].rows for r in TOWN_DEFINITIONS.resources(code))]
    assert len(delivered) > 0.7 * len(OF_FACTS)
    silent = [code for code in delivered if not known[code]]
    assert len(silent) <= 3, silent
    assert sum(0 < count < FIRMS * len(DAYS) for count in known.values()) > 40


PLANTED = [
    ("f.period < d.stop", "f.period <= d.stop"),
    ("f.period >= d.start", "f.period > d.start"),
    ("HAVING count(DISTINCT f.period) =", "HAVING count(DISTINCT f.period) > 0 AND 0 <>"),
    ("ORDER BY f.period DESC", "ORDER BY f.period"),
    ("interval '1 year'", "interval '11 months'"),
    (" > d.back", " >= d.back"),
    ("<= d.day", "< d.day"),
    ("d.day) >= d.day", "d.day + 1) > d.day"),
    ("d.day + 1) > d.day", "d.day) >= d.day"),
    ("max(array_position", "min(array_position"),
    ("array_remove(f.values, NULL) <> '{}'", "true"),
]


@pytest.mark.parametrize("right, wrong", PLANTED)
def test_a_planted_fault_is_found(world, monkeypatch, right, wrong):
    """The control: with this in its place the comparison above fails."""
    made, changed = selecting.statement, []

    def planted(*arguments):
        found = made(*arguments)
        if found is None:
            return None
        changed.append(right in found[0])
        return found[0].replace(right, wrong), found[1]

    monkeypatch.setattr(gathering, "statement", planted)
    assert differences(world)
    assert any(changed)


def test_zeros_before_the_first_delivery_would_be_found(world, monkeypatch):
    monkeypatch.setattr(gathering, "_delivered", lambda source, spans, count: [True] * count)
    assert differences(world)


def test_what_is_stored_is_what_was_gathered(world):
    with transaction.atomic():
        assert compute(world.firms, day=TODAY) == FIRMS
        columns = gathered(world, [TODAY])
        rows = FirmValues.objects.in_bulk(world.firms)
        for code in COMPUTED:
            stored = [rows[firm].values[TOWN[code].slot - 1] for firm in world.firms]
            assert stored == columns[code].tolist(), code
        assert compute(world.firms, day=TODAY) == 0
        transaction.set_rollback(True)
