"""Bookings as firm, steward and agency see them (INS-11)."""

import uuid
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.bookings import flow
from inspections.models import Booking, Need
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.inspections.bookings.conftest import FIRST, LAST, LATER, accepted, booked, fresh
from tests.inspections.factories import subject
from tests.requests.factories import MONDAY


@pytest.fixture
def see(client, of):
    def page(name, url, status=200):
        client.force_login(of.town.people[name])
        answer = client.get(url)
        assert answer.status_code == status, answer.status_code
        return answer.content.decode()

    return page


def sent(of, **more):
    today = local_day(clock.now())
    return {
        "key": str(uuid.uuid4()),
        "subject": of.subject(of.housing).pk,
        "milestone": "出口装运",
        "first": (today + timedelta(days=5)).isoformat(),
        "last": (today + timedelta(days=9)).isoformat(),
        "contact_name": "庄周",
        "contact_phone": "0512-0000 9999",
        **more,
    }


def test_the_whole_way_in_the_browser(client, of):
    client.force_login(of.enterprise_member)
    assert of.enterprise_member.name in client.get("/inspections/bookings/new/").content.decode()
    given = sent(of)
    for wrong in ({"contact_phone": "12"}, {"subject": ""}, {"first": "x"}, {"key": "x"}, {"last": "2020-01-01"}):
        assert client.post("/inspections/bookings/new/", given | wrong).status_code == 422, wrong
    for _ in range(2):  # pressed twice
        assert client.post("/inspections/bookings/new/", given).status_code == 302
    booking = Booking.objects.get()
    url = booking.get_absolute_url()
    assert "等执法部门答复" in client.get(url).content.decode()
    assert client.get(f"{url}accept/").status_code == 404
    assert client.get(f"{url}book/").status_code == 404
    client.force_login(of.inspector)
    assert client.get(f"{url}withdraw/").status_code == 404
    assert given["first"] in client.get(f"{url}accept/").content.decode()  # prefilled
    assert client.post(f"{url}decline/", {"answer": " "}).status_code == 422
    days = {"first": given["first"], "last": given["last"], "answer": "请备好台账"}
    assert client.post(f"{url}accept/", days | {"last": "2020-01-01"}).status_code == 422
    for _ in range(2):
        assert client.post(f"{url}accept/", days).status_code == 302
    assert client.post(f"{url}decline/", {"answer": "忙"}).status_code == 409
    assert Need.objects.get().kind == "booked"
    client.force_login(of.enterprise_member)
    page = client.get(url).content.decode()
    assert "请备好台账" in page
    assert "等排定日期" in page
    assert Need.objects.get().number not in page  # the agency's own


def test_a_steward_books_for_the_firm_he_looks_after_and_no_other(client, of):
    client.force_login(of.steward)
    assert client.get(f"/inspections/bookings/new/?firm={of.town.foreign_firm.uscc}").status_code == 404
    assert client.post(f"/inspections/bookings/new/?firm={of.town.firm.uscc}", sent(of)).status_code == 302
    assert Booking.objects.get().on_behalf is True


def test_who_only_reads_sees_the_telephone_masked(see, of):
    booking = booked(of)
    assert "13800000009" not in see("leader", booking.get_absolute_url()).replace(" ", "")
    assert "13800000009" in see("inspector", booking.get_absolute_url()).replace(" ", "")


def test_the_list_is_narrowed_and_exported_as_narrowed(client, of):
    first = booked(of, milestone="=1+1")
    other = booked(of, firm=of.town.foreign_firm, by=of.other_member)
    flow.decline(other, by=of.inspector, answer="没有人手", at=LATER)
    client.force_login(of.department_head)
    for asked, expected in (
        ("", 2),
        ("?state=asked", 1),
        ("?state=late", 1),
        ("?state=declined", 1),
        ("?state=x", 0),
        ("?q=子虚生物", 1),
        (f"?q={first.number}", 1),
        ("?q=%00", 2),
    ):
        page = client.get(f"/inspections/bookings/{asked}")
        assert page.context["page"].paginator.count == expected, asked
    book = openpyxl.load_workbook(BytesIO(client.get("/inspections/bookings/export/?state=asked").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert first.number in rows[1]
    assert "=1+1" in rows[1]
    assert "13800000009" not in rows[1]


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_for_any_number(client, of, count):
    for n in range(count):
        booking = booked(of, subject=subject(of.housing), at=MONDAY + timedelta(hours=n))
        if n == 1:
            flow.accept(booking, by=of.inspector, first=FIRST, last=LAST, at=LATER)
    found = {}
    for name in ("supervisor", "enterprise_member", "inspector"):
        client.force_login(of.town.people[name])
        client.get("/inspections/bookings/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/inspections/bookings/")
        found[name] = len(asked)
    assert found == {"supervisor": 10, "enterprise_member": 9, "inspector": 13}


def test_hostile_words_are_text(see, of):
    booking = booked(of, text="<script>alert(1)</script>", milestone="<b>x")
    page = see("inspector", booking.get_absolute_url())
    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_the_firms_page_of_inspections_shows_what_it_booked(see, of):
    booking = fresh(accepted(of))
    page = see("enterprise_member", "/inspections/mine/")
    assert booking.get_absolute_url() in page
