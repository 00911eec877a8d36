"""The picture's sums against a plain reading of the facts, its parts against its whole, and the months compared."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import F

from enterprises import yearly
from enterprises.models import Enterprise, Fact, FirmYear, Resource
from portal.desk.structure.dimensions import DIMENSIONS, TAG, Names
from portal.desk.structure.measures import MEASURES, Period, Way, period_of
from portal.desk.structure.picture import Picture
from portal.desk.structure.selecting import NoSuch, Selection, read
from tests.structure.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def picture(user, measure="tax", by="industry", period="", **asked):
    names = Names()
    return Picture(user, read(asked, names), period_of(period, TODAY), measure, by, names, NOW)


def facts_of(measure):
    """{firm: {month or year: number}} read one by one."""
    resource = Resource.objects.get(code=measure.resource)
    place = resource.columns.get(code=measure.column).place
    found = defaultdict(dict)
    for fact in Fact.objects.filter(resource=resource):
        if len(fact.values) >= place and fact.values[place - 1] is not None:
            found[fact.enterprise_id][fact.period] = fact.values[place - 1]
    return found


def plainly(measure, span, firms):
    """The sum and how many firms have a number, by what the measure's definition says."""
    months = [date(span.year, month, 1) for month in range(span.first, span.last + 1)]
    numbers = []
    for firm, said in facts_of(measure).items():
        inside = [said[month] for month in months if month in said]
        if firm in firms and inside:
            numbers.append(inside[-1] if measure.way == Way.LAST else sum(inside))
    return len(numbers), sum(numbers)


STORED = [measure for measure in MEASURES if measure.column and not measure.divisor]


@pytest.mark.parametrize("measure", STORED, ids=lambda measure: measure.code)
@pytest.mark.parametrize("period", ["2026", "2025", "2026Q2", "2026-08"])
def test_each_measure_is_the_sum_of_its_facts(economy, person, measure, period):
    one = picture(person("leader"), measure.code, period=period, section="C")
    firms = set(Enterprise.objects.filter(industry__section="C").values_list("pk", flat=True))
    span = one.span
    if span is None:
        assert measure.way == Way.YEAR or not plainly(measure, Period(2026, 8, 8), firms)[0]
        return
    for pair, of in ((one.figure.pair.now, span), (one.figure.pair.before, span.before)):
        if not pair.hidden:
            n, total = plainly(measure, of, firms)
            assert (pair.n, pair.total or 0) == (n, total)


def test_this_year_goes_as_far_as_the_facts_do_and_so_does_the_year_before(economy, person):
    one = picture(person("leader"), "tax")
    assert one.span == Period(2026, 1, 10)  # October came on 18 November
    assert picture(person("leader"), "electricity").span == Period(2026, 1, 10)
    water = FirmYear.objects.filter(column__resource__code="monthly_output", year=2026).first()
    assert water.last == 10
    assert one.figure.when == "2026年1–10月"
    assert picture(person("leader"), "revenue").figure.when == "2025年"  # by the year: the latest there is
    assert picture(person("leader"), "revenue", period="2026-08").span is None
    assert picture(person("leader"), "insured").figure.when == "2026年10月末"


def test_energy_over_revenue_counts_firms_that_have_both(economy, person):
    one = picture(person("leader"), "intensity", period="2025")
    energy, revenue = ({f: v[date(2025, 1, 1)] for f, v in facts_of(m).items() if date(2025, 1, 1) in v} for m in (
        next(m for m in MEASURES if m.code == "intensity"), next(m for m in MEASURES if m.code == "revenue")
    ))  # fmt: skip
    both = energy.keys() & revenue.keys()
    assert one.figure.pair.now.n == len(both) > 3
    wanted = Decimal(sum(energy[f] for f in both)) * 10_000 / sum(revenue[f] for f in both)
    assert one.figure.pair.now.total == wanted


@pytest.mark.parametrize("by", [code for code in DIMENSIONS if code != TAG])
@pytest.mark.parametrize("measure", ["firms", "tax", "talents"])
def test_the_parts_add_up_to_the_whole(economy, person, by, measure):
    one = picture(person("data_officer_tax"), measure, by)
    whole = one.figure.pair
    assert sum(row.pair.now.total or 0 for row in one.rows) == whole.now.total
    assert sum(row.pair.before.total or 0 for row in one.rows) == (whole.before.total or 0)
    assert sum(row.firms for row in one.rows) == next(f.pair.now.total for f in one.figures if f.is_counted)


def test_going_down_ends_at_the_firms(economy, person, client):
    leader = person("leader")
    client.force_login(leader)
    one = picture(leader, "firms")
    assert one.level == "section"
    for level in ("division", "class"):
        one = picture(leader, "firms", **one.selection.with_key(one.level, one.rows[0].key).query)
        assert one.level == level
    last = one.rows[0]
    page = client.get(last.firms_url).content.decode()
    there = Enterprise.objects.filter(industry__code=last.key, status="active")
    assert last.firms == there.count() > 0
    assert all(firm.name in page for firm in there)
    end = picture(leader, "firms", **one.selection.with_key("class", last.key).query)
    assert end.rows == []


def test_a_village_lies_in_its_district_and_a_key_elsewhere_is_none(economy):
    names = Names()
    village = read({"village": "320585101214"}, names)
    assert village.keys == {"district": "320585101-2", "village": "320585101214"}
    assert read({"class": "3484"}, names).keys == {"section": "C", "division": "34", "class": "3484"}
    for asked in ({"class": "3484", "section": "F"}, {"section": "ZZ"}, {"tag": "nothing"}, {"division": "none"}):
        with pytest.raises(NoSuch):
            read(asked, names)
    assert village.without("district") == Selection()
    assert read({"section": "C", "division": "none"}, names).keys == {"section": "C", "division": "none"}


def test_a_tag_is_a_part_that_overlaps_others(economy, person):
    from enterprises.models import Criterion, Outcome, Tag
    from enterprises.tags import shipped

    shipped.load()
    tag = Tag.objects.standing().select_related("criterion").get(criterion__code="tag-above-scale")
    one = picture(person("leader"), "firms", "tag")
    bearing = set(
        Outcome.objects.filter(criterion=tag.criterion, outcome=Outcome.Is.YES).values_list("enterprise", flat=True)
    )
    wanted = Enterprise.objects.filter(pk__in=bearing, status="active").count()
    assert {row.key: row.firms for row in one.rows}[tag.criterion.code] == wanted > 0
    assert picture(person("leader"), "firms", tag=tag.criterion.code).figure.pair.now.total == wanted
    assert Criterion.objects.filter(tag__isnull=False).count() >= len(one.rows)


def test_what_changes_in_the_facts_changes_in_the_picture(economy, person):
    firm = Enterprise.objects.get(uscc=economy.firms[0].uscc)
    tax = Resource.objects.get(code="tax_paid")
    before = picture(person("leader"), "tax").figure.pair.now.total
    fact = Fact.objects.get(resource=tax, enterprise=firm, period=date(2026, 9, 1))
    fact.values[0] += 12_345
    fact.save()
    Fact.objects.filter(resource=tax, enterprise=firm, period=date(2026, 8, 1)).update(values=[None] * 4)
    gone = FirmYear.objects.get(enterprise=firm, column__resource=tax, column__place=1, year=2026).m8
    yearly.refresh([firm.pk])
    assert picture(person("leader"), "tax").figure.pair.now.total == before + 12_345 - gone
    Fact.objects.filter(resource=tax, enterprise=firm).delete()
    yearly.refresh([firm.pk])
    assert not FirmYear.objects.filter(enterprise=firm, column__resource=tax).exists()


def test_a_refresh_without_a_change_writes_nothing(economy):
    def rows():
        return list(FirmYear.objects.order_by("pk").annotate(version=F("pk")).values_list("pk", "last", "m1"))

    before = rows()
    yearly.refresh()
    assert rows() == before
