"""One current value per firm and attribute (ENT-4): written, read again for one firm and as columns, never rounded."""

from datetime import date
from decimal import Decimal

import pytest

from enterprises.attributes.catalogue import TOWN, Attribute, Kind, Sensitivity
from enterprises.attributes.tables import read_table
from enterprises.attributes.values import Put, of_firm, put, put_many
from enterprises.models import UNKNOWN, FirmValues
from portal.people.refusal import Refused
from tests.enterprises import factories

DAY = date(2026, 6, 30)


@pytest.fixture
def firms(db):
    factories.town()
    return [factories.firm(number) for number in (1, 2, 3)]


def test_the_catalogue_of_the_town():
    assert len(list(TOWN)) >= 40
    for attribute in TOWN:
        assert attribute.name
        assert attribute.name_en
        assert attribute.definition
        assert attribute.definition_en
        assert attribute.source
    slots = {attribute.code: attribute.slot for attribute in TOWN}
    # Stored values lie in these slots: a number given once is never given again.
    assert slots["established_on"] == 1
    assert slots["revenue_last_year"] == 15
    assert slots["leader_talent"] == 57
    assert TOWN["tax_last_year"].sensitivity == Sensitivity.CLOSED
    assert TOWN["revenue_last_year"].step == 10_000  # 0.01 万元 in cents
    assert TOWN["rd_ratio"].step == 100  # 0.01 % in millionths


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": Kind.NUMBER, "scale": 0, "decimals": 1},
        {"kind": Kind.DATE, "absent_is_zero": True},
        {"kind": Kind.TEXT, "changeable": True},
        {"kind": Kind.NUMBER, "factor": Decimal(12)},
    ],
)
def test_an_attribute_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        Attribute(slot=1, code="x", name="x", **wrong)


def test_what_is_put_is_there_with_source_and_day(firms):
    values = {
        "revenue_last_year": Decimal("123456789.01"),
        "profit_last_year": Decimal("-0.10"),
        "rd_ratio": Decimal("0.046001"),
        "headcount": Decimal(31),
        "established_on": date(2024, 2, 29),
        "high_tech": False,
        "research_institute": "provincial",
        "industry_section": "C",
    }
    for code, value in values.items():
        put(firms[0], code, value, "统计", DAY, batch=7)
    held = of_firm(firms[0])
    assert {code: one.value for code, one in held.items()} == values
    assert {(one.source, one.as_of) for one in held.values()} == {("统计", DAY)}
    assert of_firm(firms[1]) == {}


def test_a_later_value_takes_its_place_and_none_takes_it_away(firms):
    put(firms[0], "headcount", Decimal(3), "统计", DAY)
    put(firms[0], "headcount", Decimal(4), "人社", date(2026, 7, 31))
    assert (of_firm(firms[0])["headcount"].value, of_firm(firms[0])["headcount"].source) == (4, "人社")
    put(firms[0], "headcount", None, "人社", DAY)
    assert of_firm(firms[0]) == {}


@pytest.mark.parametrize(
    "code, value, said",
    [
        ("headcount", Decimal("NaN"), "不是"),
        ("headcount", Decimal("Infinity"), "不是"),
        ("headcount", Decimal("1.5"), "最多 0 位小数"),
        ("revenue_last_year", Decimal("0.001"), "最多 2 位小数"),
        ("revenue_last_year", Decimal(10) ** 18, "数值过大"),
        ("headcount", Decimal(-1), "不能小于 0"),
        ("headcount", True, "不是"),
        ("headcount", "3", "不是"),
        ("high_tech", 1, "不是"),
        ("established_on", "2026-01-01", "不是"),
        ("research_institute", "galactic", "不是"),
        ("industry_section", " ", "不是"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(firms, code, value, said):
    with pytest.raises(Refused, match=said):
        put(firms[0], code, value, "统计", DAY)
    assert of_firm(firms[0]) == {}


def test_all_or_none(firms):
    puts = [
        Put(firms[0].pk, "headcount", Decimal(3), "统计", DAY),
        Put(firms[1].pk, "headcount", Decimal("0.5"), "统计", DAY),
    ]
    with pytest.raises(Refused):
        put_many(puts)
    assert not FirmValues.objects.exclude(values=[]).exists()


def test_as_columns_in_the_order_of_the_firms(firms):
    put_many([Put(firms[2].pk, "headcount", Decimal(9), "统计", DAY), Put(firms[0].pk, "high_tech", True, "科技", DAY)])
    table = read_table(["headcount", "high_tech"])
    assert table.firms.tolist() == [firm.pk for firm in firms]
    assert table.columns["headcount"].tolist() == [UNKNOWN, UNKNOWN, 9]
    assert table.columns["high_tech"].tolist() == [1, UNKNOWN, UNKNOWN]


def test_a_row_from_before_the_catalogue_grew(firms):
    FirmValues.objects.create(enterprise=firms[0], values=[date(2020, 1, 1).toordinal()])
    assert read_table(["established_on", "leader_talent"]).columns["leader_talent"].tolist() == [UNKNOWN] * 3
    put(firms[0], "headcount", Decimal(3), "统计", DAY)
    assert read_table(["established_on"]).columns["established_on"].tolist()[0] == date(2020, 1, 1).toordinal()


def test_the_number_of_queries_does_not_grow_with_the_firms(firms, django_assert_num_queries):
    def written(count):
        return [Put(firm.pk, "headcount", Decimal(5), "统计", DAY) for firm in firms[:count]]

    put_many(written(3))
    for count in (1, 3):
        with django_assert_num_queries(9):
            put_many(written(count))
