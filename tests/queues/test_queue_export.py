"""A queue as a file: its tickets in its order, as filtered; only for who holds its role."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.trail.models import Event
from requests.views import queue_export
from tests.requests import factories as make

pytestmark = pytest.mark.django_db


def rows_of(response):
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    heading, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_the_file_holds_the_queue_in_its_order(town, open_as, monkeypatch):
    monkeypatch.setattr(queue_export, "CHUNK", 1)
    late = make.filed(town, filed_at=make.MONDAY)
    early = make.filed(town, filed_at=make.moment("2026-11-02 09:00"))
    for query, expected in (({}, [early, late]), ({"sort": "new"}, [late, early])):
        page = open_as(town.intake_clerk, "requests:queue", "intake", **query)
        assert f'href="/queues/intake/export/{"?sort=new" if query else ""}"' in page.content.decode()
        rows = rows_of(open_as(town.intake_clerk, "requests:queue-export", "intake", **query))
        assert [row["编号"] for row in rows] == [ticket.number for ticket in expected]
    assert rows[0]["电话"] != late.contact_phone
    data = Event.objects.filter(kind="ticket.exported").latest("pk").data
    assert data == {"rows": 2, "filters": {"queue": "intake", "sort": "new"}}


def test_a_part_and_a_filter_narrow_the_file(town, open_as):
    make.filed(town)
    assert rows_of(open_as(town.intake_clerk, "requests:queue-export", "intake", part="waiting")) == []
    assert rows_of(open_as(town.intake_clerk, "requests:queue-export", "intake", channel="phone")) == []
    assert open_as(town.intake_clerk, "requests:queue-export", "intake", part="king").status_code == 404


@pytest.mark.parametrize("who", ["handler", "leader", "administrator", "enterprise_member"])
def test_the_file_is_for_those_whose_queue_it_is(town, open_as, who):
    assert open_as(town.people[who], "requests:queue-export", "intake").status_code == 404
