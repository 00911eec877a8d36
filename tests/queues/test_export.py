"""The Excel file of the list: exactly what is shown, nothing live, persons masked, recorded (SEC-3, SEC-6)."""

from io import BytesIO

from openpyxl import load_workbook

from portal.trail.models import Event
from tests.requests import factories as f
from tests.requests.factories import moment


def sheets(response) -> tuple[list[dict], dict]:
    """The rows by their headings, and the notes."""
    book = load_workbook(BytesIO(response.content))
    heading, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows], dict(book.worksheets[1].iter_rows(values_only=True))


def test_the_file_holds_what_the_list_shows_in_its_order(town, open_as, standing_at):
    standing_at("2026-11-24 12:00")
    f.handling(town, title="在办的", given_urgency="critical", co=[town.police])
    f.closed(town, title="办结的", filed_at=moment("2026-11-02 09:00"))
    f.filed(town, title="刚提交", filed_at=moment("2026-11-24 11:45"))
    query = {"status": "", "filed_before": "2026-11-20", "sort": "old"}
    shown = [row.ticket.number for row in open_as(town.leader, "requests:list", **query).context["rows"]]
    rows, notes = sheets(open_as(town.leader, "requests:export", columns="all", **query))
    assert [row["编号"] for row in rows] == shown
    assert [row["标题"] for row in rows] == ["办结的", "在办的"]
    whole = rows[1]["全程"]  # runs on with the real clock
    assert whole.endswith(" 个工作日")
    assert {key: str(value) for key, value in rows[1].items() if key != "编号"} == {
        "标题": "在办的",
        "企业": "乌有精密制造有限公司",
        "谁在办": "住建局 公输班",
        "联系人": "乌***",
        "电话": "138 **** 0001",
        "渠道": "网上",
        "类别": "安全环保",
        "类型": "协调",
        "复杂程度": "多跨",
        "紧急程度": "特急",
        "网格": "广漠村",
        "状态": "办理中",
        "主办部门": "住建局",
        "承办人": "公输班",
        "首问负责": "宋玉",
        "提交时间": "2026-11-09 09:00:00",
        "最近时限": "2026-11-10 17:00:00",
        "是否超期": "超期",
        "办结时间": "None",
        "全程": whole,
        "热线要求办结时间": "None",
        "代反映": "None",
        "催办次数": "0",
    }
    assert rows[0]["办结时间"].isoformat() == "2026-11-06T09:00:00"
    assert notes["导出人"] == town.leader.name
    assert notes["行数"] == 2


def test_the_file_has_the_columns_of_the_list(town, open_as):
    """Without a choice of one's own, those with which the list comes (tests/lists has the others)."""
    f.handling(town)
    (row,), _notes = sheets(open_as(town.leader, "requests:export"))
    assert list(row) == ["编号", "标题", "渠道", "企业", "谁在办", "状态", "最近时限", "是否超期"]


def test_nothing_in_the_file_is_a_formula(town, open_as):
    """SEC-6: what somebody typed stays a text, also when it begins like a formula."""
    f.registered(
        town, title='=HYPERLINK("http://x.example")', enterprise=None, business_name="@SUM(A1)", contact_name="+1"
    )
    book = load_workbook(BytesIO(open_as(town.supervisor, "requests:export").content))
    cells = {cell.value: cell for row in book.worksheets[0].iter_rows() for cell in row}
    for text in ('=HYPERLINK("http://x.example")', "@SUM(A1)"):
        assert cells[text].data_type == "s"
        assert cells[text].quotePrefix


def test_an_export_is_recorded_without_what_was_typed(town, open_as):
    f.filed(town, title="停电")
    open_as(town.supervisor, "requests:export", q="停电", channel="online", sort="old")
    event = Event.objects.get(kind="ticket.exported")
    assert event.actor == town.supervisor
    assert event.data == {"rows": 1, "filters": {"channel": "online", "sort": "old", "q": "…"}}


def test_only_what_one_may_read_leaves_the_house(town, open_as):
    f.filed(town, title="自家")
    f.filed(town, title="别家", enterprise=town.foreign_firm, by=town.other_member)
    rows, _notes = sheets(open_as(town.steward, "requests:export"))
    assert [row["标题"] for row in rows] == ["自家"]


def test_too_many_rows_are_cut_with_a_sentence(town, open_as, monkeypatch):
    monkeypatch.setattr("enterprises.export.LIMIT", 2)
    monkeypatch.setattr("requests.views.lists.LIMIT", 2)
    for _ in range(3):
        f.filed(town)
    assert "导出时只取前 2 件" in open_as(town.supervisor, "requests:list").text
    rows, notes = sheets(open_as(town.supervisor, "requests:export"))
    assert len(rows) == 2
    assert "前 2 行" in notes["注意"]


def test_the_number_of_queries_does_not_grow_with_the_rows(town, client, queries):
    client.force_login(town.supervisor)
    f.handling(town)
    first = queries(client, "/tickets/export/")
    f.handling(town)
    f.filed(town)
    # One of them reads the departments: a complaint about his own unit is not his to see (APP-18).
    assert [first, queries(client, "/tickets/export/")] == [8, 8]
