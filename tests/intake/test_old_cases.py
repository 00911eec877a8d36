"""旧件导入: preview, row errors, all or none, no clock and no message of what is closed, undo, repetition."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.outbox.models import Message
from portal.people.models import User
from portal.trail.models import Event
from requests import flow
from requests.models import CaseImport, DayNumber, Result, Ticket, TicketDeadline
from requests.old_cases import applying
from requests.old_cases.columns import COLUMNS
from requests.old_cases.work import CASES
from tests.requests import factories as make

HEADINGS = "编号,标题,内容,信用代码,企业名称,联系人,电话,类别,承办部门,受理日期,办结期限,办结日期,结果,答复,满意度"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }


def closed(town, number="OLD-1", **changed):
    values = {"标题": "厂区门口积水", "信用代码": town.firm.uscc, "类别": "用地用能", "承办部门": "住建局"}
    values |= {"受理日期": "2025-03-03", "办结期限": "2025-03-20", "办结日期": "2025-03-10", "结果": "已解决"}
    values |= {"答复": "已疏通", "满意度": "满意", "编号": number}
    return values | changed


def still_open(town, number="OLD-2", **changed):
    values = {"编号": number, "内容": "想扩建厂房，缺用地指标。", "企业名称": "路边小店", "受理日期": "2026年9月1日"}
    return values | changed


def table(*rows):
    names = HEADINGS.split(",")
    lines = [HEADINGS, *(",".join(row.get(name, "") for name in names) for row in rows)]
    return SimpleUploadedFile("旧件.csv", "\n".join(lines).encode("utf-8-sig"))


def previewed(town, *rows):
    batch = CASES.upload(table(*rows), by=town.intake_clerk)
    batch = CASES.choose_columns(batch, batch.columns, by=town.intake_clerk)
    CASES.carry_on()
    batch.refresh_from_db()
    return batch


def imported(town, *rows):
    batch = CASES.apply(previewed(town, *rows), by=town.intake_clerk)
    CASES.carry_on()
    batch.refresh_from_db()
    assert batch.state == "applied", batch.problem
    return batch


def undone(town, batch):
    CASES.undo(batch, by=town.intake_clerk)
    CASES.carry_on()
    batch.refresh_from_db()
    return batch


def test_the_columns_are_known_by_their_headings_and_the_preview_touches_nothing(town):
    batch = previewed(town, closed(town), still_open(town))
    assert (batch.state, batch.new, batch.rejected) == ("ready", 2, 0)
    assert set(batch.columns.values()) >= {"old_number", "firm", "department", "filed", "closed", "score"}
    assert not Ticket.objects.exists()


def test_a_closed_case_has_its_own_dates_starts_no_clock_and_tells_nobody(town):
    imported(town, closed(town))
    ticket = Ticket.objects.get(old_number="OLD-1")
    assert (ticket.status, ticket.enterprise, ticket.lead_department) == ("closed", town.firm, town.housing)
    assert ticket.number == "SX-20250303-0001"
    assert (ticket.filed_at.astimezone(make.SHANGHAI).date(), ticket.closed_at.astimezone(make.SHANGHAI).date()) == (
        date(2025, 3, 3),
        date(2025, 3, 10),
    )
    assert (ticket.worked_days, ticket.worked_late, ticket.score, ticket.outcome) == (5, False, 4, "solved")
    assert Result.objects.get().text == "已疏通"
    assert not TicketDeadline.objects.exists()
    assert set(Message.objects.values_list("kind", flat=True)) == {"case_import.applied"}


def test_an_open_case_goes_to_triage_and_its_limit_runs_from_the_import(town):
    batch = imported(town, still_open(town))
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.business_name, ticket.title) == ("triaging", "路边小店", "想扩建厂房，缺用地指标")
    clock = TicketDeadline.objects.get()
    assert (clock.obligation, clock.started_at) == ("dispatch", batch.applied_at)
    assert ticket.first_responder == town.intake_clerk


def test_an_old_case_names_its_way_and_no_hour_that_nobody_knows(town, client):
    imported(town, closed(town))
    ticket = Ticket.objects.get(old_number="OLD-1")
    assert (ticket.channel_name, make.filed(town, channel="import").channel_name) == ("旧件导入", "邮件导入")
    client.force_login(town.supervisor)
    side = client.get(f"/tickets/{ticket.number}/").content.decode().partition("<b>全程</b>")[2][:300]
    assert "2025年3月3日</span> 收到" in side
    assert "09:00" not in side
    paper = client.get(f"/tickets/{ticket.number}/papers/receipt/1/").content.decode()
    assert "2025年3月3日，旧件导入" in paper


def test_what_the_old_system_does_not_tell_is_not_shown_as_lacking(town, client):
    imported(town, closed(town))
    client.force_login(town.supervisor)
    page = client.get(f"/tickets/{Ticket.objects.get().number}/").content.decode()
    assert "办结清单" not in page
    assert "企业联系人" not in page


def test_the_template_has_all_columns_and_is_read_as_it_is(town, client):
    client.force_login(town.intake_clerk)
    page = client.get("/old-cases/")
    assert "?template=1" in page.content.decode()
    file = client.get("/old-cases/?template=1")
    upload = SimpleUploadedFile("旧件模板.xlsx", b"".join(file) if file.streaming else file.content)
    batch = CASES.upload(upload, by=town.intake_clerk)
    assert set(batch.columns.values()) == {column.name for column in COLUMNS}


def test_the_old_number_finds_it(town):
    imported(town, closed(town, "TC/2025-77"))
    assert Ticket.objects.search("tc/2025-77").get().old_number == "TC/2025-77"


@pytest.mark.parametrize(
    "changed, column, code",
    [
        ({"编号": ""}, "old_number", "empty"),
        ({"受理日期": ""}, "filed", "empty"),
        ({"受理日期": "去年"}, "filed", "no_day"),
        ({"办结日期": "2099-01-01"}, "closed", "day_out_of_range"),
        ({"办结日期": "2025-03-01"}, "closed", "closed_before"),
        ({"办结日期": ""}, "outcome", "not_closed"),
        ({"信用代码": "91320585MA00000000"}, "uscc", "uscc_checksum"),
        ({"信用代码": ""}, "firm", "no_firm"),
        ({"类别": "天气"}, "category", "unknown_categories"),
        ({"承办部门": "不存在局"}, "department", "unknown_departments"),
        ({"结果": "还行"}, "outcome", "unknown_outcome"),
        ({"满意度": "九分"}, "score", "unknown_score"),
        ({"标题": "长" * 61}, "title", "too_long"),
        ({"标题": ""}, "title", "empty"),
    ],
)
def test_a_row_that_is_wrong_says_so_and_comes_not_in(town, changed, column, code):
    batch = previewed(town, closed(town, **changed))
    row = batch.rows.get()
    assert row.outcome == "rejected"
    assert (column, code) in {(problem["column"], problem["code"]) for problem in row.problems}


def test_the_same_number_twice_in_one_file(town):
    batch = previewed(town, closed(town), closed(town))
    assert [row.outcome for row in batch.rows.all()] == ["new", "rejected"]


def test_imported_again_it_is_without_effect(town, refusal):
    imported(town, closed(town), still_open(town))
    before = list(Ticket.objects.order_by("pk").values())
    again = previewed(town, closed(town, 标题="另一个标题"), still_open(town))
    assert (again.new, again.unchanged) == (0, 2)
    assert "没有要导入的" in refusal(CASES.apply, again, by=town.intake_clerk).sentence
    assert list(Ticket.objects.order_by("pk").values()) == before


def test_all_or_none(town, monkeypatch):
    monkeypatch.setattr(applying, "record_each", lambda *args, **given: 1 / 0)
    batch = CASES.apply(previewed(town, closed(town), still_open(town)), by=town.intake_clerk)
    CASES.carry_on()
    assert not Ticket.objects.exists()
    assert not DayNumber.objects.exists()
    batch.refresh_from_db()
    assert batch.state == "applying"


def test_a_number_that_came_meanwhile_makes_it_look_again(town):
    batch = previewed(town, closed(town))
    imported(town, closed(town))
    CASES.apply(batch, by=town.intake_clerk)
    CASES.carry_on()
    batch.refresh_from_db()
    assert (batch.state, batch.unchanged) == ("ready", 1)
    assert "已重新核对" in batch.problem


def test_undone_what_nobody_touched_goes_and_the_rest_stays(town):
    batch = imported(town, closed(town), still_open(town), still_open(town, "OLD-3"))
    flow.reject(Ticket.objects.get(old_number="OLD-3"), by=town.intake_clerk, item=town.not_ours, go_to="法院")
    batch = undone(town, batch)
    assert (batch.state, batch.kept) == ("undone", 1)
    assert list(Ticket.objects.values_list("old_number", flat=True)) == ["OLD-3"]
    assert Event.objects.filter(kind="ticket.import_undone").count() == 2


def test_only_clerks_import(town, refusal):
    for by in (town.administrator, town.data_officer, town.supervisor, town.handler):
        assert "只有接诉员" in refusal(CASES.upload, table(closed(town)), by=by).sentence
        assert not CaseImport.objects.visible_to(User.objects.get(pk=by.pk)).exists()


def test_the_pages_from_the_upload_to_the_way_back(town, client):
    client.force_login(town.intake_clerk)
    page = client.post(
        reverse("requests:old-cases"), {"file": table(closed(town), still_open(town, 满意度="4"))}, follow=True
    )
    batch = CaseImport.objects.get()
    assert "每一列是什么" in page.content.decode()
    chosen = {f"column_{number}": name for number, name in batch.columns.items()}
    assert client.post(reverse("requests:old-case-columns", args=[batch.pk]), chosen).status_code == 302
    assert "正在核对" in client.get(reverse("requests:old-case", args=[batch.pk])).content.decode()
    CASES.carry_on()
    page = client.get(reverse("requests:old-case", args=[batch.pk])).content.decode()
    assert "会导入 1 件" in page
    assert "没有办结日期，不该有这一项" in page
    batch.refresh_from_db()
    client.post(reverse("requests:old-case-apply", args=[batch.pk]), {"seen": batch.version})
    CASES.carry_on()
    assert "已导入 1 件" in client.get(reverse("requests:old-case", args=[batch.pk])).content.decode()
    number = Ticket.objects.get().number
    story = client.get(reverse("requests:ticket", args=[number])).content.decode()
    assert "从旧系统导入，原编号 OLD-1" in story
    mended = client.get(reverse("requests:old-case-export", args=[batch.pk]) + "?outcome=rejected")
    assert mended.status_code == 200
