"""The calendar as rows: shipped notices, new ones, local days, and processes that notice a change (DL-2)."""

import json
from datetime import date
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from portal.worktime import calendar as current
from portal.worktime import clock, gazette
from portal.worktime.calendar import Limit, calendar
from portal.worktime.models import CalendarDay, CalendarVersion, OfficeHours, Origin
from tests.worktime.factories import day, instant, other_holidays, town_calendar

pytestmark = pytest.mark.django_db


def typhoon(on: str) -> None:
    CalendarDay.objects.create(
        date=day(on), working=False, name="台风停工", origin=Origin.LOCAL, reason="防汛防旱指挥部Ⅰ级响应"
    )
    current.changed()


def notice_file(folder: Path, **content: Any) -> Path:
    file = folder / "notice.json"
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return file


NOTICE_2027 = {
    "year": 2027,
    "papers": ["https://example.org/2027"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-04", "isOffDay": True},
        {"name": "元旦", "date": "2026-12-27", "isOffDay": False},
        *other_holidays(2027),
    ],
}


def test_a_migrated_database_knows_the_shipped_calendar() -> None:
    from_rows, shipped = calendar(), town_calendar()
    assert from_rows.notes == shipped.notes
    assert from_rows.published == frozenset(range(2019, 2027))
    assert from_rows.due(instant("2026-02-13 10:00"), Limit.working_days(5)).at == instant("2026-02-27 17:00")


def test_loading_again_changes_nothing() -> None:
    former = CalendarVersion.objects.get().token
    out = StringIO()
    call_command("load_calendar", stdout=out)
    assert "nothing new" in out.getvalue()
    assert CalendarVersion.objects.get().token == former


def test_a_missing_year_is_loaded_and_an_entered_one_left_alone() -> None:
    CalendarDay.objects.filter(year=2026).delete()
    CalendarDay.objects.filter(date=day("2025-01-01")).update(name="改过的")
    current.changed()
    assert calendar().is_provisional(day("2026-05-06"))
    assert gazette.load_missing() == [2026]
    assert not calendar().is_provisional(day("2026-05-06"))
    assert CalendarDay.objects.get(date=day("2025-01-01")).name == "改过的"


def test_a_typhoon_day_moves_due_times_and_can_be_taken_back() -> None:
    start, limit = instant("2026-07-20 09:00"), Limit.working_days(2)
    assert calendar().due(start, limit).at == instant("2026-07-22 17:00")
    typhoon("2026-07-21")
    assert calendar().due(start, limit).at == instant("2026-07-23 17:00")
    CalendarDay.objects.filter(origin=Origin.LOCAL).delete()
    current.changed()
    assert calendar().due(start, limit).at == instant("2026-07-22 17:00")


def test_a_local_day_outranks_the_notice() -> None:
    assert calendar().is_working(day("2026-10-10"))  # a make-up Saturday
    typhoon("2026-10-10")
    assert not calendar().is_working(day("2026-10-10"))


def test_a_local_day_needs_a_reason() -> None:
    with pytest.raises(IntegrityError, match="calendar_day_has_ground"), transaction.atomic():
        CalendarDay.objects.create(date=day("2026-07-21"), working=False, name="停工", origin=Origin.LOCAL)


def test_a_new_notice_ends_the_provisional_year(tmp_path: Path) -> None:
    start, limit = instant("2026-12-11 09:00"), Limit.working_days(15)
    assert calendar().due(start, limit).provisional
    file = notice_file(tmp_path, **NOTICE_2027)
    call_command("load_calendar", str(file), stdout=StringIO())
    due = calendar().due(start, limit)
    # 27 December is worked and 4 January off, against what the law alone says.
    assert (due.at, due.provisional) == (instant("2026-12-31 17:00"), False)
    assert calendar().due(start, Limit.working_days(16)).at == instant("2027-01-05 17:00")
    out = StringIO()
    call_command("load_calendar", str(file), stdout=out)
    assert "2027 unchanged" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"year": 2027, "days": []}, "没有一天"),
        ({"year": 2070, "days": NOTICE_2027["days"]}, "不在日历里"),
        ({"year": 2027, "days": [{"name": "元旦", "date": "2025-01-01", "isOffDay": True}]}, "不属于 2027 年"),
        ({"year": 2027, "days": [NOTICE_2027["days"][0]] * 2}, "出现了两次"),
        ({"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": "yes"}]}, "true 或 false"),
        ({"year": 2027}, "不是放假通知"),
        ({"year": "next", "days": NOTICE_2027["days"]}, "不是放假通知"),
        ({"year": 2027, "days": [{"name": "元旦", "date": "1 January", "isOffDay": True}]}, "“1 January”不是日期"),
    ],
)
def test_a_wrong_notice_is_refused_and_changes_nothing(tmp_path: Path, content: dict[str, Any], complaint: str) -> None:
    before = list(CalendarDay.objects.values_list("date", "working"))
    with pytest.raises(CommandError, match=complaint):
        call_command("load_calendar", str(notice_file(tmp_path, **content)))
    assert list(CalendarDay.objects.values_list("date", "working")) == before


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"2027\.json: No such file"):
        call_command("load_calendar", str(tmp_path / "2027.json"))


def test_new_office_hours_hold_from_their_day_on() -> None:
    OfficeHours.objects.create(valid_from=date(2026, 12, 1), spans=[["09:00", "12:00"], ["13:30", "16:30"]])
    current.changed()
    one_day = Limit.working_days(1)
    assert calendar().due(instant("2026-11-27 10:00"), one_day).at == instant("2026-11-30 17:00")
    assert calendar().due(instant("2026-11-30 10:00"), one_day).at == instant("2026-12-01 16:30")
    assert calendar().due(instant("2026-11-30 16:50"), Limit.working_minutes(30)).at == instant("2026-12-01 09:20")


def test_a_rolled_back_change_is_forgotten() -> None:
    with transaction.atomic():
        typhoon("2026-07-21")
        assert not calendar().is_working(day("2026-07-21"))
        transaction.set_rollback(True)
    assert calendar().is_working(day("2026-07-21"))


def test_the_calendar_is_built_once(django_assert_num_queries: Any) -> None:
    first = calendar()
    with django_assert_num_queries(2):
        assert calendar() is first
        assert calendar() is first


def ask_twice(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(calendar() is calendar()))


urlpatterns = [path("", ask_twice)]


@pytest.mark.urls(__name__)
def test_a_request_looks_for_a_new_calendar_once(client: Client, django_assert_num_queries: Any) -> None:
    calendar()
    with django_assert_num_queries(1):
        assert client.get("/").content == b"True"
    typhoon("2026-07-21")  # the next request sees what changed
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert len(queries) > 1


def test_without_a_calendar_the_remedy_is_named() -> None:
    CalendarVersion.objects.all().delete()
    with pytest.raises(LookupError, match="load_calendar"):
        calendar()


def test_the_clock_is_the_databases() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        assert clock.now() == cursor.fetchone()[0]  # both inside the test's transaction


def test_due_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*args: str, stdin: str = "") -> str:
        out = StringIO()
        monkeypatch.setattr("sys.stdin", StringIO(stdin))
        call_command("due", *args, stdout=out)
        return out.getvalue()

    assert answer("2026-11-20", "1") == "2026-11-23\n"
    assert answer("--stdin", stdin="2026-12-11 15\n\n2026-09-30 5\n2026-11-21 0\n") == (
        "2027-01-04\n2026-10-13\n2026-11-23\n"
    )
    for wrong in ("2026-13-01 1", "2026-11-20", "2026-11-20 -1", "2026-11-20 x", "1999-01-01 1"):
        with pytest.raises(CommandError, match="line 2"):
            answer("--stdin", stdin=f"2026-11-20 1\n{wrong}\n")
    with pytest.raises(CommandError, match="either"):
        answer()


def test_due_takes_a_byte_order_mark_and_names_the_line_that_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"\xef\xbb\xbf2026-12-11 15\r\n\xff\xfe\x00" + b"x" * 999)))
    with pytest.raises(CommandError, match="line 2") as told:
        call_command("due", "--stdin", stdout=out)
    assert out.getvalue() == "2027-01-04\n"
    assert len(str(told.value)) < 100
