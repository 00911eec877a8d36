"""The administrator's calendar and the public calculator (DL-1, DL-2)."""

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import Workbook

from portal.deadlines import adjusting
from portal.deadlines.models import Following
from portal.desk.calendar.reading import read_notice
from portal.people.refusal import Refused
from portal.worktime import calendar as current
from portal.worktime import clock, words
from portal.worktime.calendar import SHANGHAI, calendar
from portal.worktime.gazette import shipped
from portal.worktime.models import CalendarDay, OfficeHours
from tests.requests import factories as make
from tests.worktime.factories import day, other_holidays

NOTICE = {
    "year": 2027,
    "papers": ["https://example.org/2027"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-04", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-09", "isOffDay": False},
        *other_holidays(2027),
    ],
}


def workbook(rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


TABLE = [["2027 年放假安排"], ["日期", "结束日期", "名称", "类型"], ["2027-01-01", "2027-01-03", "元旦", "休息"]]
TABLE += [["2027年1月4日", None, "元旦", "放假"], ["2027/1/9", "", "元旦", "上班"]]
TABLE += [[other["date"], None, other["name"], "休息"] for other in other_holidays(2027)]
JSON = json.dumps(NOTICE).encode()
LINES = ["日期,名称,类型", "2027-01-01,元旦,休息", "2027-01-04,元旦,休息", "2027-01-09,元旦,补班"]
LINES += [f"{other['date']},{other['name']},休息" for other in other_holidays(2027)]
CSV = "\n".join(LINES).encode("gb18030")


@pytest.mark.parametrize("content", [JSON, workbook(TABLE), CSV], ids=["json", "xlsx", "csv"])
def test_a_notice_reads_the_same_from_json_and_tables(content) -> None:
    found = read_notice(io.BytesIO(content), "通知")
    days = {row.date: row.working for row in found.days}
    assert (found.year, days[day("2027-01-04")], days[day("2027-01-09")]) == (2027, False, True)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "是空的|不是表格|三列"),
        (b"{", "不是放假通知"),
        (b"[" * 100_000, "三列"),
        (b'{"a":' * 50_000, "不是放假通知"),
        (b'{"year": 1e999, "days": []}', "不是放假通知"),
        (b'{"year": 2027, "days": [{"name": "a\\u0000", "date": "2027-01-01", "isOffDay": true}]}', "不能显示"),
        (b'{"year": 2027, "days": [{"name": "\\ud800", "date": "2027-01-01", "isOffDay": true}]}', "不能显示"),
        (b"\x00\xff" * 100, "不是表格"),
        (b"a,b\n1,2\n", "三列"),
        ("日期,名称,类型\n明天,元旦,休息\n".encode(), "第 2 行的日期"),
        ("日期,名称,类型\n2027-01-01,元旦,看情况\n".encode(), "第 2 行"),
        ("日期,名称,类型\n2027-01-01,,休息\n".encode(), "名称"),
        ("日期,结束日期,名称,类型\n2027-01-03,2027-01-01,元旦,休息\n".encode(), "结束日期"),
        ("日期,名称,类型\n2027-01-01,元旦,休息\n2027-01-01,元旦,上班\n".encode(), "出现了两次"),
        ("日期,名称,类型\n2099-01-01,元旦,休息\n".encode(), "不在日历里"),
        (b"x" * (1024 * 1024 + 1), "太大"),
    ],
)
def test_a_file_that_is_no_notice_is_refused_with_a_sentence(content, complaint) -> None:
    with pytest.raises(Refused, match=complaint):
        read_notice(io.BytesIO(content), "通知.json")


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (lambda days: [d for d in days if d["name"] != "清明节"], "清明节的假没有写全"),
        (lambda days: [d for d in days if d["name"] in ("元旦", "春节")], "清明节、劳动节、端午节、中秋节、国庆节的假"),
        (lambda days: [d for d in days if d["date"] != "2027-10-01"], "国庆节的假没有写全"),
        (lambda days: [d | {"isOffDay": d["isOffDay"] and d["date"] != "2027-06-09"} for d in days], "端午节的假"),
    ],
    ids=["one", "most", "a day", "worked"],
)
def test_a_notice_that_leaves_a_public_holiday_out_is_refused(fault, complaint) -> None:
    """DL-2: its days would become working days, and be provisional no longer."""
    content = json.dumps(NOTICE | {"days": fault(NOTICE["days"])}).encode()
    with pytest.raises(Refused, match=complaint):
        read_notice(io.BytesIO(content), "通知.json")


@pytest.mark.parametrize("notice", shipped(), ids=lambda notice: str(notice.year))
def test_the_notices_of_all_years_are_complete(notice) -> None:
    notice.check_complete()


@pytest.fixture
def admin(town, client):
    client.force_login(town.administrator)
    return client


def test_a_notice_is_shown_before_it_is_imported_and_then_names_what_moved(town, admin) -> None:
    ticket = make.handling(town, filed_at=make.moment("2026-12-08 09:00"))
    due = ticket.deadlines.get(obligation="handle")
    TicketDue = type(due)
    file = SimpleUploadedFile("2027.json", JSON)
    shown = admin.post("/admin/calendar/notice/", {"file": file, "source": ""})
    assert shown.status_code == 200
    assert not calendar().published >= {2027}  # nothing has happened yet
    signed = shown.context["sent"]
    done = admin.post("/admin/calendar/notice/", dict(signed), follow=True)
    assert 2027 in calendar().published
    assert CalendarDay.objects.get(date=day("2027-01-09")).source == "https://example.org/2027"
    asked = Following.objects.get()
    assert done.redirect_chain[-1][0] == f"/admin/following/{asked.pk}/"
    assert asked.moved == TicketDue.objects.filter(pk__in=asked.moves.values("deadline_id")).count()
    again = admin.post("/admin/calendar/notice/", dict(signed), follow=True)
    assert "没有改动" in again.content.decode()
    assert Following.objects.count() == 1


def test_what_a_notice_does_not_name_and_now_differs_is_shown_too(admin) -> None:
    without = [one for one in NOTICE["days"] if one["date"] != "2027-05-04"]  # off by law alone, for Sunday the second
    file = SimpleUploadedFile("2027.json", json.dumps(NOTICE | {"days": without}).encode())
    shown = admin.post("/admin/calendar/notice/", {"file": file, "source": ""})
    (row,) = [row for row in shown.context["days"] if row["day"].date == day("2027-05-04")]
    assert (row["day"].working, row["changes"], row["name"]) == (True, True, "通知未列，按星期算")
    assert len(shown.context["days"]) == len(without) + 1


def test_what_was_changed_is_told_in_the_language_of_whoever_reads(admin, town) -> None:
    on = coming_monday()
    with translation.override("en"):
        adjusting.override(on, on, by=town.administrator, working=False, name="台风 100%", reason="防汛")
        adjusting.lift(on, by=town.administrator)
    with translation.override("zh-hans"):
        lifted, made = Following.objects.all()
        told = f"{words.day(on)} 台风 100%"  # 11月30日(周一)
        assert (made.about, lifted.about) == (told, f"取消 {told}")
        assert f"取消 {told}" in admin.get("/admin/following/").content.decode()
    with translation.override("en"):
        assert lifted.about == f"Taken back: {words.day(on)} 台风 100%"


def test_a_notice_that_was_tampered_with_is_not_imported(admin) -> None:
    answer = admin.post("/admin/calendar/notice/", {"notice": "eyJ4IjoxfQ:1abcde:x" * 3}, follow=True)
    assert "重新选文件" in answer.content.decode()
    assert not Following.objects.exists()


def coming_monday():
    today = clock.now().astimezone(SHANGHAI).date()
    found = today + timedelta(days=7 - today.weekday())
    while not calendar().is_working(found):
        found += timedelta(days=1)
    return found


def test_a_local_day_says_first_what_it_moves_and_can_be_taken_back(town, admin) -> None:
    on = coming_monday()
    typed = {"first": on, "last": "", "working": "0", "name": "台风停工", "reason": "防汛通知"}
    looked = admin.post("/admin/calendar/days/", typed)
    assert looked.status_code == 200
    assert calendar().is_working(on)
    done = admin.post("/admin/calendar/days/", {**dict(looked.context["sent"]), "confirmed": "1"}, follow=True)
    assert done.status_code == 200
    assert not calendar().is_working(on)
    year = admin.get(f"/admin/calendar/?year={on.year}").content.decode()
    assert "台风停工" in year
    assert "is-local" in year
    assert admin.get(f"/admin/calendar/days/{on}/lift/").status_code == 200
    assert admin.post(f"/admin/calendar/days/{on}/lift/", {}).status_code == 200  # asks first
    admin.post(f"/admin/calendar/days/{on}/lift/", {"confirmed": "1"})
    assert calendar().is_working(on)
    again = admin.post(f"/admin/calendar/days/{on}/lift/", {"confirmed": "1"}, follow=True).content.decode()
    assert "没有本地调整，可能已经取消了" in again  # the second click


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"first": "2026-13-45", "working": "0", "name": "x", "reason": "y"},
        {"first": "2300-01-01", "working": "0", "name": "x", "reason": "y"},
        {"first": "2026-11-25", "working": "maybe", "name": "x", "reason": "y"},
        {"first": "2026-11-25", "working": "0", "name": "字" * 41, "reason": "y"},
    ],
)
def test_a_local_day_typed_wrongly_is_answered_beside_the_field(admin, typed) -> None:
    answer = admin.post("/admin/calendar/days/", {**typed, "confirmed": "1"})
    assert answer.status_code == 422
    assert not Following.objects.exists()


def test_office_hours_are_changed_and_withdrawn_before_they_hold(admin) -> None:
    on = coming_monday() + timedelta(days=30)
    typed = {"valid_from": on, "opens": "09:00", "breaks": "12:00", "resumes": "13:30", "closes": "17:30"}
    admin.post("/admin/calendar/hours/", {**typed, "confirmed": "1"})
    hours = OfficeHours.objects.get(valid_from=on)
    assert hours.spans == [["09:00", "12:00"], ["13:30", "17:30"]]
    admin.post(f"/admin/calendar/hours/{hours.pk}/withdraw/")
    assert not OfficeHours.objects.filter(valid_from=on).exists()
    again = admin.post(f"/admin/calendar/hours/{hours.pk}/withdraw/", follow=True).content.decode()
    assert "已经撤销了" in again  # the second click
    first = OfficeHours.objects.get()
    admin.post(f"/admin/calendar/hours/{first.pk}/withdraw/")
    assert OfficeHours.objects.count() == 1  # what holds stays
    half = {**typed, "closes": "", "confirmed": "1"}
    assert admin.post("/admin/calendar/hours/", half).status_code == 422


def test_the_list_of_what_moved_says_nothing_of_confidential_matters(town, admin) -> None:
    ticket = make.handling(town)
    type(ticket).objects.filter(pk=ticket.pk).update(confidential=True)
    deadline = ticket.deadlines.get(obligation="handle")
    asked = Following.objects.create(cause="calendar", asked_at=clock.now(), finished_at=clock.now(), moved=1)
    label = deadline._meta.label_lower
    facts = {"obligation": "handle", "department": deadline.department, "due_at": deadline.due_at}
    asked.moves.create(model=label, deadline_id=deadline.pk, subject_id=ticket.pk, former=deadline.started_at, **facts)
    page = admin.get(f"/admin/following/{asked.pk}/").content.decode()
    assert "保密件" in page
    assert ticket.number not in page
    assert ticket.title not in page


def test_the_page_says_whether_a_change_was_gone_through_once_more(admin) -> None:
    asked = Following.objects.create(cause="calendar", asked_at=clock.now(), finished_at=clock.now())
    assert "再核对一遍" in admin.get(f"/admin/following/{asked.pk}/").content.decode()
    Following.objects.update(settled_at=clock.now())
    assert "也核对过了" in admin.get(f"/admin/following/{asked.pk}/").content.decode()


# The calculator --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "due", "provisional"),
    [
        ("start=2026-12-11T09:00&kind=working_days&n=15", "2027年1月4日(周一)17:00", True),
        ("start=2026-11-20T20:00&kind=working_days&n=1", "11月23日(周一)17:00", False),
        ("start=2026-11-20T16:50&kind=working_minutes&n=30", "11月23日(周一)08:50", False),
        ("start=2026-09-09T09:00&kind=calendar_days&n=22", "10月8日(周四)17:00", False),
        (
            "start=2026-11-16T09:00&kind=working_days&n=5&p1=2026-11-18T10:00&r1=2026-11-25T09:00",
            "11月30日(周一)17:00",
            False,
        ),
    ],
)
def test_anybody_computes_a_limit_by_an_address(client, query, due, provisional) -> None:
    page = client.get(f"/worktime/?{query}")
    said = page.content.decode()
    assert page.status_code == 200
    assert due in said
    assert ("暂定" in said) is provisional
    assert said.count("is-due") == 1


@pytest.mark.django_db
def test_a_calendar_day_is_not_called_a_working_day(client) -> None:
    said = client.get("/worktime/?start=2026-11-20T09:00&kind=calendar_days&n=3").content.decode()
    assert "第 2 日" in said
    assert "第 2 个工作日" not in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "n=1",
        "start=&n=",
        "start=2026-11-20T09:00&kind=lunar&n=1",
        "start=2026-11-20T09:00&kind=working_days&n=0",
        "start=2026-11-20T09:00&kind=working_days&n=-3",
        "start=2026-11-20T09:00&kind=working_days&n=99999999999999999999",
        "start=2026-11-20T09:00&kind=working_days&n=1001",
        "start=2050-12-30T09:00&kind=working_days&n=30",
        "start=0001-01-01T00:00&kind=working_days&n=3",
        "start=9999-12-31T23:59&kind=working_days&n=3",
        "start=2026-11-20T09:00&kind=working_days&n=3&p1=2026-11-19T09:00",
        "start=2026-11-20T09:00&kind=working_days&n=3&p1=2026-12-19T09:00",
        "start=2026-11-20T09:00&kind=working_days&n=3&r1=2026-12-19T09:00",
        "start=2026-11-20T09:00&kind=working_days&n=3&p1=2026-11-21T09:00&r1=2050-12-31T23:59",
        "start=2026-11-20T09:00&kind=working_days&n=3&p1=2026-11-23T09:00&r1=9999-12-31T23:59",
        "start=2026-11-20T09:00&kind=working_days&n=%00",
        "start=<script>&kind=working_days&n=3",
    ],
)
def test_a_hostile_question_is_answered_with_a_sentence(client, query) -> None:
    page = client.get(f"/worktime/?{query}")
    assert page.status_code == 422
    assert "sx-sum" in page.content.decode()
    assert "<script>&" not in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("pauses", ["99", "-1", "x", "999999", ""])
def test_the_number_of_pauses_is_bounded(client, pauses) -> None:
    page = client.get(f"/worktime/?pauses={pauses}")
    assert page.status_code == 200
    assert len(page.context["form"].fields) <= 3 + 2 * 5


def test_a_holiday_of_the_law_is_named_in_the_readers_language_and_a_local_day_is_no_holiday(db, client) -> None:
    CalendarDay.objects.create(date=day("2026-09-28"), working=False, name="台风停工", origin="local", reason="Ⅰ级响应")
    current.changed()
    ask = "/worktime/?start=2026-09-24T09:00&kind=working_days&n=5"
    chinese = client.get(ask).content.decode()
    assert "中秋节放假，不计" in chinese
    assert "台风停工，不计" in chinese
    english = client.get(ask, headers={"accept-language": "en"}).content.decode()
    assert "public holiday (Mid-Autumn Festival)" in english
    assert "public holiday (National Day)" in english
    assert "中秋节" not in english


@pytest.mark.django_db
def test_calendar_days_are_drawn_as_days_that_count(client) -> None:
    page = client.get("/worktime/", {"start": "2026-11-09T10:00", "kind": "calendar_days", "n": "3"})
    assert [row["counts"] for row in page.context["answer"]["days"]] == [False, True, True, True]


def test_before_anything_was_recomputed_the_list_says_what_will_be_there(town, client) -> None:
    client.force_login(town.administrator)
    assert "还没有重算过" in client.get("/admin/following/").content.decode()


def test_the_second_step_names_what_was_typed(town, admin) -> None:
    typed = {"first": "2026-11-26", "last": "2026-11-27", "working": "0", "name": "台风停工", "reason": "Ⅰ级响应"}
    days = admin.post("/admin/calendar/days/", typed).context
    assert days["heading"] == "本地调整：台风停工"
    assert days["act"] == "11月26日(周四)至11月27日(周五)改为休息"
    typed = {"valid_from": "2026-11-30", "opens": "09:00", "breaks": "12:00", "resumes": "13:30", "closes": "18:00"}
    hours = admin.post("/admin/calendar/hours/", typed).context
    assert hours["heading"].replace("\u2060", "") == "办公时间：09:00–12:00，13:30–18:00"
    assert hours["act"] == "11月30日(周一)起用这份办公时间"
