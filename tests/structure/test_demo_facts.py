"""The demo's facts: the same for a seed, of the past only, with gaps and conflicts, and in the form of a delivery."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from django.db.models import Max

from enterprises.facts import delivering
from enterprises.models import Conflict, Delivery, Enterprise, Fact, FirmValues, FormerFact, Line, Resource, StaleFirm
from portal.desk.demo.facts.giving import Giving
from portal.desk.demo.facts.profile import MONTHS, Calendar, Firms
from portal.desk.demo.facts.registers import Registers
from portal.desk.demo.facts.series import Series
from portal.trail.models import Event
from tests.structure.conftest import NOW

pytestmark = pytest.mark.django_db


def given(firms, seed):
    giving = Giving(Firms(firms, seed, NOW.date()), NOW)
    Series(giving).add()
    Registers(giving).add()
    return giving.batches


def test_a_seed_gives_the_same_facts_and_another_seed_others(economy):
    first, again, other = (given(economy.firms, seed) for seed in (1, 1, 2))
    assert [(b.resource, b.at, b.period, b.who.tolist()) for b in first] == [
        (b.resource, b.at, b.period, b.who.tolist()) for b in again
    ]
    for one, same in zip(first, again, strict=True):
        for code, column in one.columns.items():
            np.testing.assert_array_equal(column, same.columns[code])
    assert sum(len(b.who) for b in first) != sum(len(b.who) for b in other)


def test_the_months_end_before_this_one_whatever_the_day():
    for today in (date(2026, 1, 1), date(2026, 3, 31), date(2024, 2, 29)):
        months = Calendar(today).months
        assert len(months) == MONTHS
        assert months[-1] < today.replace(day=1)
        assert all((b - a).days in range(28, 32) for a, b in pairwise(months))
        assert Calendar(today).quarters[-1].month in (1, 4, 7, 10)


def test_nothing_lies_in_the_future(economy):
    assert Delivery.objects.aggregate(at=Max("at"))["at"] <= NOW
    assert Fact.objects.aggregate(period=Max("period"))["period"] <= NOW.date()
    for resource, code in (("penalties", "decided_on"), ("hazards", "cleared_on"), ("projects", "done_on")):
        place = Resource.objects.get(code=resource).columns.get(code=code).place
        days = [f.values[place - 1] for f in Fact.objects.filter(resource__code=resource) if len(f.values) >= place]
        assert max((day for day in days if day), default=0) <= NOW.date().toordinal()


def test_there_are_gaps_as_in_life(economy):
    tax = Fact.objects.filter(resource__code="tax_paid")
    by_firm = {}
    for firm, period in tax.order_by("period").values_list("enterprise", "period"):
        by_firm.setdefault(firm, []).append(period)
    missing = [f for f, p in by_firm.items() if any((b - a).days > 31 for a, b in pairwise(p))]
    assert 0 < len(missing) < len(by_firm) / 4
    assert tax.values("enterprise").distinct().count() < Enterprise.objects.count()
    late = Fact.objects.filter(resource__code="water").aggregate(period=Max("period"))["period"]
    assert late < tax.aggregate(period=Max("period"))["period"]
    assert not Fact.objects.filter(resource__code="shareholders").exists()  # a line that has never delivered


def test_lines_disagree_and_who_owns_the_fact_decides(economy):
    for conflict in Conflict.objects.select_related("fact__resource", "delivery"):
        assert conflict.delivery.line_id != conflict.fact.resource.line_id
        assert conflict.standing == conflict.fact.values[conflict.place - 1] != conflict.offered
        assert conflict.delivery.line in conflict.fact.resource.suppliers.all()
    assert set(Conflict.objects.values_list("state", flat=True)) == {Conflict.State.OPEN, Conflict.State.KEPT}


def test_it_is_written_as_a_delivery_writes_it(economy):
    """The same rows delivered again change nothing, in no resource."""
    for code in ("tax_paid", "social_insurance", "hazards", "registration", "sites", "survey", "patents"):
        resource = Resource.objects.get(code=code)
        brought = Fact.objects.filter(resource=resource).order_by("-pk").first().delivery
        delivery = Delivery.objects.get(pk=brought)
        assert (delivery.resource, delivery.line) == (resource, resource.line)
        facts = list(Fact.objects.filter(delivery=brought))
        assert delivery.new == len(facts)
        rows = [(fact.enterprise_id, fact.period, fact.item, fact.values) for fact in facts]
        again = delivering.deliver_kept(resource, rows, line=resource.line, way="file", by=delivery.by, at=NOW)
        assert (again.new, again.changed, again.conflicting, again.unchanged) == (0, 0, 0, len(facts))
    assert not FormerFact.objects.exists()


def test_each_delivery_has_its_event_and_an_officer_of_its_line(economy):
    assert Event.objects.filter(kind="facts.delivered").count() == Delivery.objects.count()
    assert set(Line.objects.filter(department=None).values_list("code", flat=True)) == set()
    tax = Delivery.objects.filter(line__code="tax").first()
    assert tax.by.username == "data_officer_tax"
    assert Delivery.objects.filter(line__code="statistics").first().by.username == "data_officer"


def test_all_attributes_are_computed(economy):
    assert FirmValues.objects.count() == len(economy.firms)
    assert not StaleFirm.objects.exists()
