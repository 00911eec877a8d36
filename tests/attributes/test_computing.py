"""Attributes computed from facts: after a correction, an undone delivery, a word by hand, beside another source."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.computing import compute
from enterprises.attributes.freshness import disagreeing
from enterprises.attributes.values import Put, of_firm, put, put_many
from enterprises.models import Delivery, Fact, FirmOrigins, FirmValues, Line
from tests.enterprises import factories
from tests.facts.factories import fact, resources

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 22)
AT = datetime(2026, 11, 10, 9, tzinfo=SHANGHAI)


@pytest.fixture
def firm(db):
    factories.town()
    return factories.firm(1, established_on=date(2020, 2, 29), registered_capital=Decimal("123.456789"))


@pytest.fixture
def known(firm):
    return resources()


@pytest.fixture
def by(firm):
    return factories.person("officer")


def computed(firm, day=DAY):
    compute([firm.pk], day=day)
    return {code: held.value for code, held in of_firm(firm).items()}


def month(firm, known, by, first, total):
    return fact(firm, known["tax_paid"], by=by, at=AT, period=first, total=Decimal(total))


def test_identity_is_known_at_once_to_the_cent_and_from_when(firm):
    found = computed(firm)
    assert found["established_on"] == date(2020, 2, 29)
    assert found["registered_capital"] == Decimal("1234567.89")
    assert found["registered_province"] == firm.uscc[2:4]
    assert found["registered_city"] == firm.uscc[2:6]
    assert found["place"] == firm.place.code
    assert found["registration_status"] == "active"
    assert "industry_class" not in found
    assert compute([firm.pk], day=date(2026, 12, 1)) == 0  # the day on which it was first seen stays
    firm.status = "moved"
    firm.save()
    assert computed(firm, date(2026, 12, 1))["registration_status"] == "moved"
    assert of_firm(firm)["registration_status"].as_of == date(2026, 12, 1)
    assert of_firm(firm)["established_on"].as_of == DAY


def test_a_year_needs_all_its_months(firm, known, by):
    for number in range(1, 12):
        month(firm, known, by, date(2025, number, 1), 100)
    found = computed(firm)
    assert "tax_last_year" not in found
    assert found["tax_month"] == 100
    month(firm, known, by, date(2025, 12, 1), "0.01")
    assert computed(firm)["tax_last_year"] == Decimal("1100.01")
    held = of_firm(firm)["tax_last_year"]
    assert held.source == "税务"
    assert held.as_of == date(2025, 12, 31)
    assert "tax_last_year" not in computed(firm, date(2027, 1, 1))  # another year is the last one now
    assert of_firm(firm)["tax_year_before"].value == Decimal("1100.01")


def test_a_correction_and_its_being_taken_back_change_what_was_computed(firm, known, by):
    row = fact(firm, known["employment"], by=by, at=AT, period=date(2026, 7, 1), headcount=40)
    assert computed(firm)["headcount"] == 40
    was = row.values
    row.values = [44, *was[1:]]
    row.save()
    assert computed(firm)["headcount"] == 44
    row.values = was
    row.save()
    assert computed(firm)["headcount"] == 40
    row.delete()
    assert "headcount" not in computed(firm)


def test_a_register_says_zero_only_once_it_was_delivered(firm, known, by):
    other = factories.firm(2)
    assert "invention_patents" not in computed(firm)
    fact(other, known["patents"], by=by, at=AT, item="ZL1", kind="invention", granted_on=date(2024, 1, 1))
    assert computed(firm)["invention_patents"] == 0
    held = of_firm(firm)["invention_patents"]
    assert (held.source, held.as_of) == ("知识产权", date(2026, 11, 10))
    assert computed(other)["invention_patents"] == 1
    assert computed(firm).get("research_institute") is None
    fact(other, known["research_institutes"], by=by, at=AT, item="中心", level="provincial")
    assert computed(firm)["research_institute"] == "none"
    assert computed(other)["research_institute"] == "provincial"
    Delivery.objects.update(undone_at=AT)
    assert "invention_patents" not in computed(firm)


def test_one_corrected_value_does_not_make_a_register_delivered(firm, known, by):
    fact(firm, known["patents"], by=by, at=AT, item="ZL1", kind="invention")
    Delivery.objects.update(way=Delivery.Way.VISIT)
    assert computed(firm)["invention_patents"] == 1
    assert "invention_patents" not in computed(factories.firm(2))


def test_of_a_complete_month_the_absent_have_nothing(firm, known, by):
    """Arrears that were paid are no longer on the list of the newest month."""
    other = factories.firm(2)
    fact(firm, known["tax_arrears"], by=by, at=AT, period=date(2026, 9, 1), amount=500)
    assert computed(firm)["tax_arrears"] == 500
    fact(other, known["tax_arrears"], by=by, at=AT, period=date(2026, 10, 1), amount=7)
    assert computed(firm)["tax_arrears"] == 0
    assert computed(other)["tax_arrears"] == 7


def test_what_was_declared_or_put_by_hand_stays(firm, known, by):
    put(firm, "own_technology", True, "企业申报", DAY)
    put(firm, "headcount", Decimal(7), "走访", DAY)
    put(firm, "revenue_last_year", Decimal(1000), "走访", date(2025, 12, 31))
    fact(firm, known["employment"], by=by, at=AT, period=date(2026, 7, 1), headcount=40)
    fact(firm, known["rd_activity"], by=by, at=AT, period=date(2025, 1, 1), cost=30)
    found = computed(firm)
    assert found["own_technology"] is True
    assert found["headcount"] == 7
    assert found["rd_ratio"] == Decimal("0.03")  # of a computed cost and a revenue by hand
    put(firm, "headcount", None, "走访", DAY)
    assert computed(firm)["headcount"] == 40


def test_a_quotient_is_rounded_down_so_that_at_least_stays_exact(firm, known, by):
    fact(firm, known["annual_finance"], by=by, at=AT, period=date(2025, 1, 1), revenue=3, profit=-1)
    fact(firm, known["annual_finance"], by=by, at=AT, period=date(2024, 1, 1), revenue=0)
    fact(firm, known["rd_activity"], by=by, at=AT, period=date(2025, 1, 1), cost=2)
    found = computed(firm)
    assert found["rd_ratio"] == Decimal("0.666666")
    assert found["profit_margin"] == Decimal("-0.333334")
    assert "revenue_growth" not in found  # nothing grows from nothing


def test_the_first_fresh_source_counts_and_a_contradiction_is_named(firm, known, by):
    for number in range(1, 13):
        fact(firm, known["monthly_operation"], by=by, at=AT, period=date(2025, number, 1), revenue=100)
    assert computed(firm)["revenue_last_year"] == 1200
    year = fact(firm, known["annual_finance"], by=by, at=AT, period=date(2025, 1, 1), revenue=1263)
    assert computed(firm)["revenue_last_year"] == 1263
    assert of_firm(firm)["revenue_last_year"].source == "统计"  # five percent apart are still the same
    year.values = [126400, *year.values[1:]]
    year.save()
    assert computed(firm)["revenue_last_year"] == 1264
    assert of_firm(firm)["revenue_last_year"].source == "统计（与生产经营月报口径不一致）"
    assert disagreeing(TOWN["revenue_last_year"]) == [firm.pk]
    assert disagreeing(TOWN["headcount"]) == []


def test_the_second_source_serves_while_the_first_is_stale(firm, known, by):
    fact(firm, known["employment"], by=by, at=AT, period=date(2026, 1, 1), headcount=40)
    fact(firm, known["annual_report"], by=by, at=AT, period=date(2025, 1, 1), filed_on=date(2026, 5, 1), staff=60)
    assert computed(firm, date(2026, 7, 29))["headcount"] == 40
    assert computed(firm, date(2026, 7, 30))["headcount"] == 40  # both stale: the newer
    fact(firm, known["employment"], by=by, at=AT, period=date(2025, 7, 1), headcount=30)
    Fact.objects.filter(period=date(2026, 1, 1)).delete()
    assert computed(firm, date(2026, 4, 1))["headcount"] == 60  # the newest quarter is older than 120 days


def test_each_value_bears_the_line_that_delivered_it(firm, known, by):
    row = fact(firm, known["employment"], by=by, at=AT, period=date(2026, 7, 1), headcount=40)
    Delivery.objects.filter(pk=row.deliveries[0]).update(line=Line.objects.get(code="centre"))
    computed(firm)
    assert of_firm(firm)["headcount"].source == "镇企服中心"
    assert FirmOrigins.objects.get().batches[TOWN["headcount"].slot - 1] == row.deliveries[0]
    Delivery.objects.update(line=None)
    computed(firm)
    assert of_firm(firm)["headcount"].source == "企业申报"


def test_below_what_an_attribute_allows_is_unknown(firm, known, by):
    fact(firm, known["annual_finance"], by=by, at=AT, period=date(2025, 1, 1), revenue=100, profit=-5)
    Fact.objects.update(values=[-100, None, -500, None, None, None, None])
    found = computed(firm)
    assert found["profit_last_year"] == -5
    assert "revenue_last_year" not in found


def test_an_absurd_sum_is_unknown_and_no_error(firm, known, by):
    for number in range(1, 13):
        month(firm, known, by, date(2025, number, 1), 0)
    Fact.objects.update(values=[10**17 - 1, None, None, None])
    found = computed(firm)
    assert "tax_last_year" not in found
    assert "tax_month" in found


def test_only_differences_are_written(firm, known, by):
    other = factories.firm(2)
    compute(day=DAY)
    before = dict(places())
    fact(firm, known["employment"], by=by, at=AT, period=date(2026, 7, 1), headcount=40)
    assert compute(day=DAY) == 1
    after = dict(places())
    assert after[other.pk] == before[other.pk]
    assert after[firm.pk] != before[firm.pk]
    assert compute(day=DAY) == 0


def places():
    with connection.cursor() as cursor:
        cursor.execute("SELECT enterprise_id, ctid::text FROM enterprises_firmvalues")
        return cursor.fetchall()


def test_the_number_of_queries_does_not_grow_with_the_firms(firm, known, by, django_assert_num_queries):
    firms = [firm, factories.firm(2), factories.firm(3)]
    for one in firms:
        fact(one, known["employment"], by=by, at=AT, period=date(2026, 7, 1), headcount=40)
    compute(day=DAY)
    for count in (1, 3):
        put_many(Put(one.pk, "headcount", Decimal(1), "走访", DAY) for one in firms[:count])
        put_many(Put(one.pk, "headcount", None, "走访", DAY) for one in firms[:count])
        with django_assert_num_queries(16):
            assert compute([one.pk for one in firms[:count]], day=DAY) == count


def test_without_any_resource_described_identity_is_all(firm):
    assert set(computed(firm)) == {
        "established_on",
        "registered_capital",
        "registered_province",
        "registered_city",
        "firm_kind",
        "place",
        "registration_status",
    }


def test_the_command_computes_all_and_says_how_many(firm, capsys):
    call_command("compute_attributes")
    assert capsys.readouterr().out == "1 firms\n"
    assert FirmValues.objects.filter(pk=firm.pk).exists()
    call_command("compute_attributes", "--marked")
    assert capsys.readouterr().out == "0 firms\n"


def test_the_registry_that_contradicts_the_list_of_firms_is_named(firm, known, by):
    row = {"period": date(2026, 1, 5), "status": "cancelled", "registered_capital": Decimal("1234567.89")}
    fact(firm, known["registration"], by=by, at=AT, **row)
    assert computed(firm)["registration_status"] == "active"
    assert of_firm(firm)["registration_status"].source == "市场监管（与登记信息口径不一致）"
    assert of_firm(firm)["registered_capital"].source == "市场监管"


def test_what_is_known_of_a_register_by_a_visit_alone_is_true_for_today(firm, known, by):
    fact(firm, known["patents"], by=by, at=AT, item="ZL1", kind="invention")
    Delivery.objects.update(way=Delivery.Way.VISIT)
    computed(firm)
    assert of_firm(firm)["invention_patents"].as_of == DAY
