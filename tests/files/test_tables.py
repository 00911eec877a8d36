"""Tables as offices send them: encodings, delimiters, titles above the headings, typed cells; and what is refused."""

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from portal.files.archives import Bad
from portal.files.contents import Refused
from portal.files.tables import (
    Table,
    Unreadable,
    as_day,
    as_number,
    as_text,
    check_table,
    delimited,
    find_headings,
    open_table,
)
from tests.files import factories, hostile

KNOWN = {"统一社会信用代码", "企业名称"}
TEXT = "统一社会信用代码,企业名称,注册资本\n91A,沙溪（甲）厂,1\n91B,乙厂,2\n"


def table_of(content: bytes, name="名单.csv"):
    table = open_table(io.BytesIO(content), name)
    return [cells for _number, cells in table.rows]


def book(*rows, **sheets) -> bytes:
    held, made = io.BytesIO(), Workbook()
    for row in rows:
        made.active.append(row)
    for title, more in sheets.items():
        sheet = made.create_sheet(title)
        for row in more:
            sheet.append(row)
    made.save(held)
    return held.getvalue()


def refusal(content: bytes, name="名单.xlsx") -> str:
    with pytest.raises(Refused) as caught:
        list(open_table(io.BytesIO(content), name).rows)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_text_table_is_read_in_any_of_the_usual_encodings(encoding):
    assert table_of(TEXT.encode(encoding))[1] == ["91A", "沙溪（甲）厂", "1"]


def test_rare_characters_of_gb18030_survive():
    assert table_of("代码,名称\n1,太仓㙍𠮷厂\n".encode("gb18030"))[1] == ["1", "太仓㙍𠮷厂"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
def test_the_delimiter_is_found_out(delimiter):
    text = TEXT.replace(",", delimiter)
    assert table_of(text.encode())[0] == ["统一社会信用代码", "企业名称", "注册资本"]


def test_a_comma_inside_quotes_or_text_is_no_delimiter():
    assert table_of('名称;住所\n甲厂;"北门路1号,2楼;东"\n乙厂;南路,3号\n'.encode())[1] == ["甲厂", "北门路1号,2楼;东"]


def test_cells_may_hold_line_ends_and_blank_lines_count_as_rows():
    table = open_table(io.BytesIO('名称,住所\r\n\r\n甲,"一\r\n二"\r\n乙,三'.encode()), "x")
    assert list(table.rows) == [(1, ["名称", "住所"]), (2, []), (3, ["甲", "一\r\n二"]), (4, ["乙", "三"])]


def test_a_workbook_gives_typed_cells_and_excels_row_numbers():
    made = book(["名称", "成立", "资本"], [], ["甲", date(2020, 5, 1), 12.5], ["乙", None, 3])
    rows = list(open_table(io.BytesIO(made), "名单.xlsx").rows)
    assert rows == [
        (1, ["名称", "成立", "资本"]),
        (2, []),
        (3, ["甲", datetime(2020, 5, 1), 12.5]),
        (4, ["乙", None, 3]),
    ]


def test_a_formula_gives_its_last_value_and_never_itself():
    assert table_of(book(["名称", "x"], ["甲", "=1+1"]), "a.xlsx")[1] == ["甲"]  # openpyxl stores no value


def test_the_first_visible_sheet_that_holds_something_is_read():
    made = book(说明=[], 名单=[["名称", "代码"], ["甲", "1"]])
    table = open_table(io.BytesIO(made), "a.xlsx")
    assert (table.sheet, [cells for _n, cells in table.rows]) == ("名单", [["名称", "代码"], ["甲", "1"]])


def test_the_row_of_headings_is_found_below_titles():
    made = book(
        ["沙溪镇企业名单"], ["制表", "2026"], ["序号", "统一社会信用代码", "企业名称（全称）"], [1, "91A", "甲"], []
    )
    headed = find_headings(open_table(io.BytesIO(made), "a.xlsx"), KNOWN)
    assert (headed.row, headed.headings) == (3, ("序号", "统一社会信用代码", "企业名称（全称）"))
    assert list(headed.rows) == [(4, [1, "91A", "甲"])]


def test_a_table_without_rows_has_no_headings():
    assert find_headings(open_table(io.BytesIO(b"\n\nabc\n"), "a.csv"), KNOWN) is None


# The content decides, not the name -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["名单.xls", "名单.csv", "名单", "名单.jpg"])
def test_the_name_decides_nothing(name):
    assert check_table(io.BytesIO(book(["a", "b"])), name).extensions == (".xlsx",)
    assert check_table(io.BytesIO(TEXT.encode("gbk")), name).label == "CSV"


@pytest.mark.parametrize(
    "content, remedy",
    [
        (factories.ole("Workbook"), "旧版 Excel（.xls）：请打开后另存为 .xlsx"),
        (factories.ole("EncryptedPackage"), "打开密码：请去掉密码"),
        (hostile.workbook(**{"xl/vbaProject.bin": b"x"}), "带有宏：请另存为不带宏的 .xlsx"),
        (factories.HTML, "其实是网页"),
        (b"<html><table><tr><td>1</td></tr></table>", "其实是网页"),
        (factories.PDF + b"\xff\x00", "不是表格"),
        (factories.picture(), "不是表格"),
        (factories.document(), "不是表格"),
        (book(["a", "b"])[:-400], "不完整或已损坏"),
        (b'a,b\n"x,y\n' + b"1,2\n" * 40_000, "不完整或已损坏"),
        (b"a,b\n" + b"1," * 30_000, "太大"),
        (b'a,b\n"' + b'",",\n' * 30_000, "不完整或已损坏"),
    ],
)
def test_what_is_no_table_is_refused_with_the_remedy(content, remedy):
    said = refusal(content)
    assert said.startswith("“名单.xlsx”")
    assert remedy in said


def test_a_table_beyond_the_limits_is_refused_and_says_which(settings):
    settings.TABLE_MAX_ROWS, settings.TABLE_MAX_COLUMNS = 3, 4
    assert "超过 3 行" in refusal(book(*[["a", "b"]] * 4))
    assert "第 2 行超过 4 列" in refusal(b"a,b\n1,2,3,4,5\n", "a.csv")
    assert "超过 3 行" in refusal(
        hostile.workbook(sheet=hostile.sheet("<row r='900000'><c><v>1</v></c></row>"), pad=False)
    )
    assert len(table_of(book(*[["a", "b", "c", "d", "", None]] * 3))) == 3


# Values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, text",
    [
        (None, ""),
        (" 甲 \n 厂\u200b\0", "甲 厂"),
        (12.0, "12"),
        (913205850000000000, "913205850000000000"),
        (datetime(2026, 5, 1), "2026-05-01"),
        ('="00123"', "00123"),
        (float("inf"), "inf"),
        (True, "True"),
    ],
)
def test_a_cell_as_text(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(
    "value, number",
    [("", None), (None, None), ("1,234.50", Decimal("1234.50")), ("１２", Decimal(12)), (0.1, Decimal("0.1")), (7, 7)],
)
def test_a_cell_as_number(value, number):
    assert as_number(value) == number


@pytest.mark.parametrize(
    "value", ["一百", "1e5", "nan", "1,23", float("inf"), float("nan"), True, date(2026, 1, 1), "--1"]
)
def test_what_is_no_number(value):
    with pytest.raises(Unreadable):
        as_number(value)


@pytest.mark.parametrize(
    "value", ["2026-5-1", "2026/05/01", "2026年5月1日", "2026.5.1", "20260501", "２０２６-05-01 00:00:00"]
)
def test_a_cell_as_day(value):
    assert as_day(value) == date(2026, 5, 1)


@pytest.mark.parametrize("value", ["2026-13-01", "2026年", "昨天", "260501", 45000])
def test_what_is_no_day(value):
    with pytest.raises(Unreadable):
        as_day(value)


TWO_ROWS = {
    "merged": (["代码", "名称", "指标（万元）", None], [None, None, "收入", "利润"]),
    "known groups": (["代码", "名称", "收入", None], ["", "", "本月", "累计"]),
    "the lower has more": (["代码", "2026年", None, None], [None, "收入", "利润", "名称"]),
}
JOINED = {
    "merged": ("代码", "名称", "收入（万元）", "利润（万元）"),
    "known groups": ("代码", "名称", "收入本月", "收入累计"),
    "the lower has more": ("代码", "收入", "利润", "名称"),
}
ONE_ROW = {
    "a firm without a code": ["", "某厂", "", "在业"],
    "an empty cell or two": ["91", "某厂", "", ""],
    "numbers": ["", "", "5", "6"],
    "a firm called like a heading": ["91", "收入", "1", "2"],
}
HEADS = {"代码", "名称", "收入", "利润"}


@pytest.mark.parametrize("case", TWO_ROWS)
def test_headings_in_two_rows_are_one(case):
    rows = [["报表"], *TWO_ROWS[case], ["91", "某厂", "5", "6"]]
    headed = find_headings(Table("", iter(enumerate(rows, 1))), HEADS)
    assert (headed.row, headed.headings, headed.above) == (3, JOINED[case], ("报表",))
    assert [number for number, _cells in headed.rows] == [4]


@pytest.mark.parametrize("case", ONE_ROW)
def test_a_first_row_of_data_is_no_heading(case):
    rows = [["代码", "名称", "收入", "利润"], ONE_ROW[case]]
    headed = find_headings(Table("", iter(enumerate(rows, 1))), HEADS)
    assert (headed.row, len(list(headed.rows))) == (1, 1)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("cell", ["plain", '"two\nlines, one cell"'])
def test_a_long_text_is_read_in_blocks_and_no_row_is_cut_or_lost(monkeypatch, ending, cell):
    lines = [f"{number},{cell},{'x' * (number % 7)}" for number in range(40)]
    text = ending.join(lines)
    whole = list(delimited.rows_of_text(text))
    monkeypatch.setattr(delimited, "BLOCK", 16)
    assert list(delimited.rows_of_text(text)) == whole
    assert [(row[0], row[1]) for row in whole] == [(str(n), cell.strip('"')) for n in range(40)]


def test_a_line_of_very_many_columns_is_refused_without_quotes_as_with_them():
    for wide in ("," * (delimited.IN_RECORD + 1), '"a",' * (delimited.IN_RECORD + 1)):
        with pytest.raises(Bad):
            list(delimited.rows_of_text(f"a,b\n{wide}\n"))
