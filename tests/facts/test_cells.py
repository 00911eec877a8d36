"""Reading cells into kept numbers: whatever is written, the number is exact, and the quick way is no other one."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.facts.cells import LARGEST, Fault, _Number, named_unit, reader_of, units_of
from enterprises.facts.periods import DAY_ONE, MONTHS, first_of, fits, last_of, period_name, read_period
from enterprises.measures import Choice, Kind, Measure
from enterprises.models import Resource
from portal.files.tables import Unreadable

YUAN = Measure(code="m", name="营业收入", kind=Kind.NUMBER, unit="元", scale=2, display="万元", factor=Decimal(10000))
PEOPLE = Measure(code="p", name="人数", kind=Kind.NUMBER, unit="人", minimum=Decimal(0))
POWER = Measure(code="e", name="用电量", kind=Kind.NUMBER, unit="千瓦时", minimum=Decimal(0))
SHARE = Measure(code="s", name="占比", kind=Kind.NUMBER, unit="1", scale=6, display="%", factor=Decimal("0.01"))
YES = Measure(code="y", name="已缴", kind=Kind.BOOL)
DAY = Measure(code="d", name="日期", kind=Kind.DATE)
GRADE = Measure(
    code="g", name="等级", kind=Kind.CHOICE, choices=(Choice("a", "A类", "A"), Choice("invention", "发明", "invention"))
)
FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
money = st.decimals(min_value=-(10**6), max_value=10**6, places=2)


def written(number: Decimal, grouped: bool, full_width: bool, around: str) -> str:
    text = f"{number:,f}" if grouped else f"{number:f}"
    return around.replace("#", text.translate(FULL_WIDTH) if full_width else text)


@given(money, st.booleans(), st.booleans(), st.sampled_from(["#", " # ", "　#", "¥#", "￥ #", "人民币#", "#\t"]))
def test_a_sum_is_read_exactly_however_it_is_written(number, grouped, full_width, around):
    cell = written(number, grouped, full_width, around)
    assert reader_of(YUAN, "元")(cell) == int(number * 100)
    assert reader_of(YUAN, "亿元")(cell) == int(number * 10**10)
    assert reader_of(YUAN)(cell) == int(number * 10**6)  # as the measure is shown


@given(st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False), st.sampled_from(units_of(YUAN)))
def test_the_quick_way_says_what_the_exact_way_says(number, unit):
    reader, cell = _Number(YUAN, unit), f"{number:f}"
    (quick,) = reader.plain([cell])
    assert quick is None or quick == reader(cell)


@given(
    st.lists(st.decimals(min_value=0, max_value=10**13, places=2, allow_nan=False), min_size=1, max_size=5),
    st.sampled_from(["元", "万元", "亿元"]),
    st.integers(0, 3),
)
def test_a_column_of_one_shape_says_what_each_cell_says(numbers, unit, zeros):
    reader, cells = _Number(YUAN, unit), ["0" * zeros + f"{abs(number):f}" for number in numbers]
    quick = reader.alike(cells)
    assert quick or max(numbers) >= 10**4  # what is too large for the quick way, or at all
    assert [int(digits) for digits in quick] in ([], [reader._exact(cell) for cell in cells])
    assert all(int(digits) < LARGEST for digits in quick)


@pytest.mark.parametrize(
    "cells",
    [
        ["1.00", "2.0"],
        ["1.00", ""],
        ["1.00", None],
        ["1.00", 2.0],
        ["1.000"],
        ["1\n2"],
        ["１.00"],
        ["-1.00"],
        ["1e2"],
        ["²"],
    ],
)
def test_a_column_of_several_shapes_is_looked_at_cell_by_cell(cells):
    assert _Number(YUAN, "元").alike(cells) == []


@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False))
def test_a_float_of_excel_is_what_people_see(number):
    seen = Decimal(repr(round(number, 12)))
    assert reader_of(YUAN, "元")(number) == int((seen * 100).to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize(
    "measure, unit, cell, kept",
    [
        (YUAN, "万元", "1,234.5", 1_234_500_000),
        (YUAN, "万元", 0.1 + 0.2, 300_000),
        (YUAN, "元", "0.005", 1),  # half a fen is rounded up
        (YUAN, "元", "-0.005", -1),
        (YUAN, "元", "5.", 500),
        (YUAN, "元", ".5", 50),
        (YUAN, "元", 1e3, 100_000),
        (POWER, "", "1234.56", 1235),
        (POWER, "万千瓦时", "1.23456", 12346),
        (PEOPLE, "", "１２", 12),
        (PEOPLE, "", 12.0, 12),
        (PEOPLE, "万人", "0.5", 5000),
        (SHARE, "", "12.5", 125_000),
        (SHARE, "小数", "0.125", 125_000),
        (SHARE, "小数", "12.5%", 125_000),  # the sign says it, whatever was chosen
        (SHARE, "", "１２．５％", 125_000),
        (YES, "", "是", 1),
        (YES, "", "×", 0),
        (YES, "", True, 1),
        (YES, "", 0, 0),
        (DAY, "", "2020年5月1日", date(2020, 5, 1).toordinal()),
        (DAY, "", 43952, date(2020, 5, 1).toordinal()),
        (DAY, "", "43952", date(2020, 5, 1).toordinal()),
        (DAY, "", datetime(2020, 5, 1, 13), date(2020, 5, 1).toordinal()),
        (GRADE, "", "A 类", "a"),
        (GRADE, "", "Ａ", "a"),
        (GRADE, "", "INVENTION", "invention"),
    ],
)
def test_cells_as_offices_write_them(measure, unit, cell, kept):
    assert reader_of(measure, unit)(cell) == kept


@pytest.mark.parametrize("measure", [YUAN, PEOPLE, SHARE, YES, DAY, GRADE])
@pytest.mark.parametrize("cell", [None, "", "  ", "-", "—", "/", "——", "　"])
def test_nothing_and_a_dash_say_nothing(measure, cell):
    assert reader_of(measure)(cell) is None


@pytest.mark.parametrize(
    "measure, cell, code",
    [
        (YUAN, "五", "no_number"),
        (YUAN, "1_000", "no_number"),
        (YUAN, "1,00", "no_number"),
        (YUAN, "12.5%", "no_number"),
        (YUAN, True, "no_number"),
        (YUAN, date(2026, 1, 1), "no_number"),
        (YUAN, float("nan"), "no_number"),
        (YUAN, float("inf"), "no_number"),
        (YUAN, "NaN", "no_number"),
        (YUAN, "9" * 30, "too_large"),
        (YUAN, 1e300, "too_large"),
        (YUAN, "12²", "no_number"),  # a footnote's mark is no digit
        (YUAN, "①", "no_number"),
        (PEOPLE, "-1", "too_small"),
        (PEOPLE, "1.5", "no_whole"),
        (YES, "也许", "no_yes"),
        (DAY, "2020-13-01", "no_day"),
        (DAY, "0001-01-01", "no_day"),
        (DAY, "去年", "no_day"),
        (GRADE, "E类", "no_choice"),
    ],
)
def test_what_is_none_is_refused(measure, cell, code):
    with pytest.raises(Fault) as fault:
        reader_of(measure)(cell)
    assert fault.value.code == code


@given(st.text())
def test_no_text_breaks_a_reader(text):
    for measure in (YUAN, PEOPLE, SHARE, YES, DAY, GRADE):
        with suppress(Fault):
            reader_of(measure)(text)


@pytest.mark.parametrize(
    "heading, measure, unit",
    [
        ("营业收入（万元）", YUAN, "万元"),
        ("营业收入(元)", YUAN, "元"),
        ("营业收入【亿元】", YUAN, "亿元"),
        ("单位：千元", YUAN, "千元"),
        ("表一（单位：万元、人）", YUAN, "万元"),
        ("表一（单位：万元、人）", PEOPLE, "人"),
        ("营业收入/百万元", YUAN, "百万元"),
        ("用电量（kWh）", POWER, "千瓦时"),
        ("用电量（万度）", POWER, "万度"),
        ("占比（％）", SHARE, "%"),
        ("营业收入", YUAN, ""),
        ("公元前", YUAN, ""),
        ("多元化收入", YUAN, ""),
        ("日期（年）", DAY, ""),
    ],
)
def test_the_unit_that_a_heading_says(heading, measure, unit):
    assert named_unit(heading, measure) == unit


# Periods -----------------------------------------------------------------------------------------------------------

Per = Resource.Per


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2049, 12, 31)), st.sampled_from(sorted(MONTHS)))
def test_a_period_is_read_back_from_all_its_forms(day, per):
    first = first_of(day, per)
    forms = [period_name(first, per), first, first.isoformat(), last_of(first, per), (first - DAY_ONE).days]
    year, month, quarter = first.year, first.month, (first.month + 2) // 3
    forms += {
        Per.MONTH: [
            f"{year}{month:02}",
            f"{year}-{month}",
            f"{year}/{month:02}",
            f"{year}.{month}",
            f"{year}年{month}月份",
        ],
        Per.QUARTER: [f"{year}Q{quarter}", f"{year}年第{quarter}季度", f"{year}{month + 2:02}", f"{year}-q{quarter}"],
        Per.YEAR: [year, str(year), f"{year}年度", float(year)],
    }[Per(per)]
    assert {read_period(form, per) for form in forms} == {first}
    assert fits(first, per, date(2049, 12, 31))


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2049, 12, 31)), st.sampled_from(sorted(MONTHS)))
def test_periods_follow_each_other_without_a_gap(day, per):
    first = first_of(day, per)
    assert first <= day <= last_of(first, per)
    assert first_of(last_of(first, per) + timedelta(days=1), per) == last_of(first, per) + timedelta(days=1)


@pytest.mark.parametrize(
    "cell, per",
    [
        ("2026年13月", Per.MONTH),
        ("9月", Per.MONTH),
        ("2026-09-15", Per.MONTH),
        ("2026", Per.MONTH),
        ("2026Q5", Per.QUARTER),
        ("2026-05", Per.QUARTER),
        ("2026-09", Per.YEAR),
        ("26年9月", Per.MONTH),
        ("2026-02-30", Per.DAY),
        (True, Per.MONTH),
        (9, Per.MONTH),
    ],
)
def test_what_is_no_such_period(cell, per):
    with pytest.raises(Unreadable):
        read_period(cell, per)


@given(st.text(), st.sampled_from(sorted(Per.values)))
def test_no_text_breaks_the_reader_of_periods(text, per):
    with suppress(Unreadable):
        read_period(text, per)
