"""No sum tells what one or two firms have, not even as the rest of others (SEC-11)."""

from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.desk.structure import hiding, sums
from portal.desk.structure.comparing import compared
from portal.desk.structure.dimensions import LEVELS, Names
from portal.desk.structure.hiding import LEAST, unsaid
from portal.desk.structure.measures import period_of
from portal.desk.structure.picture import Picture
from portal.desk.structure.selecting import Selection
from tests.structure.conftest import NOW

READER = "data_officer"  # of statistics: sees no single firm's tax


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 9), max_size=12))
def test_what_is_left_out_is_nothing_or_at_least_three_firms(numbers):
    counts = dict(enumerate(numbers))
    hidden = unsaid(counts)
    together = sum(counts[key] for key in hidden)
    assert {key for key, count in counts.items() if 0 < count < LEAST} <= hidden
    assert together >= LEAST or together == 0 or together == sum(counts.values())
    assert all(counts[key] for key in hidden)


def test_the_smallest_sister_is_left_out_with_a_small_one():
    assert unsaid({"a": 1, "b": 9, "c": 4}) == {"a", "c"}
    assert unsaid({"a": 1, "b": 2, "c": 4}) == {"a", "b"}
    assert unsaid({"a": 3, "b": 4}) == set()
    assert unsaid({"a": 2}) == {"a"}


class Pages:
    """What the pages of the tax tell a reader, each cell with its firms."""

    def __init__(self, economy, user, names):
        self.economy, self.user, self.names = economy, user, names
        self.base = self.picture(Selection())

    def picture(self, selection, by="industry"):
        one = Picture(self.user, selection, period_of("2025", NOW.date()), "tax", by, self.names, NOW)
        if hasattr(self, "base"):
            one.town, one.spans, one.sums = self.base.town, self.base.spans, self.base.sums
        return one

    def parts(self, selection, level):
        """{key: (firms, told)} of the year."""
        pairs = self.base.sums.by_part(selection, level, self.base.source)
        return {key: (pair.now.n, not pair.now.hidden and pair.now.n > 0) for key, pair in pairs.items()}

    def whole(self, selection):
        pair = self.base.sums.of_whole(selection)["tax"]
        return pair.now.n, not pair.now.hidden and pair.now.n > 0


def leaks(pages):
    """Sums of one or two firms that a reader can work out: told, as a rest on one page, or out of several pages."""
    found = []
    tops = [level.code for level in LEVELS if not level.parent]
    keys = {level: sorted(pages.parts(Selection(), level)) for level in tops}
    narrowed = [Selection(), *(Selection({level: key}) for level in tops for key in keys[level])]
    for selection in narrowed:
        n, told = pages.whole(selection)
        if told and n < LEAST:
            found.append((selection, "told"))
        total, total_told = pages.whole(Selection())
        if told and total_told and 0 < total - n < LEAST:
            found.append((selection, "rest of the town"))
        levels = [level for level in tops if level not in selection.keys]
        levels += [level.code for level in LEVELS if level.parent and level.parent in selection.keys]
        for level in levels:
            parts = pages.parts(selection, level)
            found += [(selection, key, "told") for key, (count, said) in parts.items() if said and count < LEAST]
            rest = sum(count for count, said in parts.values() if not said)
            if told and 0 < rest < LEAST:
                found.append((selection, level, "rest of the parts"))
    for one, other in (("section", "district"), ("district", "scale"), ("age", "section")):
        found += across(pages, one, other, keys)
    return found


def across(pages, one, other, keys):
    """For each part of `one`: its sum, less what the pages of each part of `other` tell of it."""
    told = {key: pages.parts(Selection({other: key}), one) for key in keys[other]}
    found = []
    for key, (n, said) in pages.parts(Selection(), one).items():
        rest = n - sum(parts[key][0] for parts in told.values() if key in parts and parts[key][1])
        if said and 0 < rest < LEAST:
            found.append((one, key, other, "across pages"))
    return found


@pytest.mark.django_db
def test_a_reader_without_the_right_finds_no_sum_of_one_or_two_firms(economy, person):
    pages = Pages(economy, person(READER), Names())
    assert not pages.base.source.seen
    told = [said for _n, said in pages.parts(Selection(), "division").values()]
    assert set(told) == {True, False}
    assert leaks(pages) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault",
    [
        lambda counts: {key for key, count in counts.items() if 0 < count < LEAST},  # only what is small itself
        lambda counts: set(),
    ],
)
def test_the_search_for_leaks_finds_planted_ones(economy, person, monkeypatch, fault):
    monkeypatch.setattr(sums, "unsaid", fault)
    assert leaks(Pages(economy, person(READER), Names()))


@pytest.mark.django_db
def test_sisters_on_other_pages_are_looked_at(economy, person, monkeypatch):
    monkeypatch.setattr(sums.Sums, "_unsaid_beside", lambda *arguments: set())
    assert leaks(Pages(economy, person(READER), Names()))


@pytest.mark.django_db
def test_who_sees_single_firms_sees_every_sum(economy, person):
    pages = Pages(economy, person("data_officer_tax"), Names())
    assert pages.base.source.seen
    parts = chain.from_iterable(
        pages.parts(Selection({"section": "C"}), level).values() for level in ("division", "district")
    )
    assert all(said for n, said in parts if n)


@pytest.mark.django_db
def test_two_selections_that_differ_by_a_firm_tell_nothing_of_it(economy, person):
    pages = Pages(economy, person(READER), Names())
    town, source = pages.base.town, pages.base.source
    first = pages.picture(Selection())
    second = pages.picture(Selection())
    lines = {line.source.code: line for line in compared(first, second)}
    assert not lines["tax"].pairs[0].now.hidden
    known = pages.base.sums._said[source.code][0].known
    nearly = known.copy()
    nearly[known.nonzero()[0][:2]] = False  # all but two firms
    real = town.chosen
    town.chosen = lambda selection: nearly if selection.tag == "nearly" else real(selection)
    assert pages.base.sums.alone(source, Selection(), Selection(tag="nearly"))[0] == (2, 0)
    guarded = sums.guarded(lines["tax"].pairs[0], pages.base.sums.alone(source, Selection(), Selection(tag="nearly")))
    assert guarded.now.hidden
    assert guarded.now.total is None


@pytest.mark.django_db
def test_a_line_of_months_leaves_out_the_same(economy, person):
    names = Names()
    small = next(
        key
        for key, (n, _said) in Pages(economy, person(READER), names).parts(Selection(), "division").items()
        if 0 < n < LEAST
    )
    section = names.above["division", small]
    asked = Selection({"section": section, "division": small})
    hidden = Picture(person(READER), asked, period_of("", NOW.date()), "tax", "industry", names, NOW)
    seen = Picture(person("data_officer_tax"), asked, period_of("", NOW.date()), "tax", "industry", names, NOW)
    assert hidden.trend == []
    assert seen.trend
    assert hiding.LEAST == 3
