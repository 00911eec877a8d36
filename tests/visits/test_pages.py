"""Visits in the browser: the visitor's list, the record with its draft and photos, the firm's side, coverage."""

import uuid
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.trail.models import Event
from portal.worktime import clock
from requests.models import Ticket, Visit, VisitDraft, VisitPhoto
from requests.visits import flow
from requests.visits.flow import planning, recording
from requests.visits.views.visits import due_line
from tests.files.factories import picture
from tests.requests import factories as make
from tests.visits.conftest import fresh, record, wanted


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }


@pytest.fixture
def steward(client, town):
    client.force_login(town.steward)
    return client


def typed(**more):
    now = timezone.localtime(clock.now())
    known = {"sending": str(uuid.uuid4()), "day": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}", "way": "on_site"}
    return known | {"said": "看了车间，一切正常。", "met_name": "庄周", **more}


PROBLEM = {"found0_text": "路灯坏了三盏，夜班不安全。", "contact_phone": "13800000001", "consent": "on"}


def test_the_visitors_list_and_the_line_on_his_home(steward, town, now_planned):
    page = steward.get("/visits/").content.decode()
    assert "要走访 1 家" in page
    assert "乌有精密制造有限公司" in page
    due = now_planned.deadline.due_at
    assert due_line(town.steward, due - timedelta(days=3)) is None
    assert due_line(town.steward, due - timedelta(hours=1)) == {"late": 0, "today": 1}
    assert due_line(town.steward, due + timedelta(hours=1)) == {"late": 1, "today": 0}
    assert due_line(town.handler, due) is None
    assert "今日走访" not in steward.get("/queues/followed/").content.decode()


def test_written_down_sent_twice_it_is_one(steward, now_planned):
    url, sent = f"/visits/{now_planned.key}/record/", typed(**PROBLEM)
    first, second = steward.post(url, sent), steward.post(url, sent)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == f"/visits/{now_planned.key}/"
    assert (Ticket.objects.count(), fresh(now_planned).status) == (1, "done")
    page = steward.get(f"/visits/{now_planned.key}/").content.decode()
    number = Ticket.objects.get().number
    assert number in page
    assert f"/visits/{now_planned.key}/" in steward.get(f"/tickets/{number}/").content.decode()


def test_refused_nothing_typed_is_lost(steward, now_planned):
    url = f"/visits/{now_planned.key}/record/"
    answer = steward.post(url, typed(**{**PROBLEM, "consent": ""}))
    assert answer.status_code == 422
    assert "要企业同意" in answer.content.decode()
    assert "路灯坏了三盏" in steward.get(url).content.decode()  # from the draft
    assert Ticket.objects.count() == 0


def test_the_draft_is_kept_and_gone_with_the_record(steward, now_planned):
    save = f"/visits/{now_planned.key}/save/"
    assert steward.post(save, {"said": "写到一半\0"}).status_code == 200
    assert VisitDraft.objects.get().data["said"] == "写到一半"
    assert "写到一半" in steward.get(f"/visits/{now_planned.key}/record/").content.decode()
    assert "没写完的" in steward.get("/visits/").content.decode()
    steward.post(f"/visits/{now_planned.key}/record/", typed())
    assert not VisitDraft.objects.exists()
    assert steward.post(save, {"said": "晚到的草稿"}).status_code in (404, 409)
    assert not VisitDraft.objects.exists()


def test_looking_makes_no_draft(steward, now_planned):
    steward.get(f"/visits/{now_planned.key}/record/")
    assert steward.post(f"/visits/{now_planned.key}/save/", {"day": "2026-11-22"}).status_code == 200
    assert not VisitDraft.objects.exists()


def test_photos_go_with_the_record_and_only_officials_open_them(steward, town, now_planned, client):
    up = steward.post(
        f"/visits/{now_planned.key}/photos/", {"file": SimpleUploadedFile("门口.png", picture("PNG"), "image/png")}
    )
    assert up.status_code == 201
    bad = steward.post(
        f"/visits/{now_planned.key}/photos/", {"file": SimpleUploadedFile("x.png", b"MZ\x00\x01", "image/png")}
    )
    assert bad.status_code == 422
    steward.post(f"/visits/{now_planned.key}/record/", typed(photos=[up.json()["id"]]))
    photo = VisitPhoto.objects.get()
    assert (photo.visit_id, photo.draft_id) == (now_planned.pk, None)
    url = f"/visits/{now_planned.key}/photo/{photo.pk}/"
    answers = {}
    for name in ("steward", "supervisor", "enterprise_member", "handler"):
        client.force_login(town.people[name])
        answers[name] = client.get(url).status_code
    assert answers == {"steward": 200, "supervisor": 200, "enterprise_member": 404, "handler": 404}


def test_anothers_draft_is_his_own(client, town, now_planned):
    client.force_login(town.steward)
    client.post(f"/visits/{now_planned.key}/save/", {"said": "管家写的"})
    client.force_login(town.grid_member)
    assert "管家写的" not in client.get(f"/visits/{now_planned.key}/record/").content.decode()
    client.force_login(town.handler)
    assert client.get(f"/visits/{now_planned.key}/record/").status_code == 404
    assert client.post(f"/visits/{now_planned.key}/save/", {"said": "x"}).status_code == 404


def test_an_unplanned_visit_from_the_choice_of_firms_to_its_record(steward, town):
    assert town.foreign_firm.name not in steward.get("/visits/new/").content.decode()
    assert steward.get("/visits/new/", {"firm": town.foreign_firm.uscc}).status_code == 404
    page = steward.get("/visits/new/", {"firm": town.firm.uscc})
    url = page["Location"]
    assert not Visit.objects.exists()
    assert steward.get(url).status_code == 200
    sent = typed()
    assert steward.post(url, sent).status_code == 302
    assert steward.post(url, sent).status_code == 302
    assert Visit.objects.get().enterprise == town.firm


def test_a_visit_on_the_way_makes_the_planned_one(steward, town, now_planned):
    answer = steward.get("/visits/new/", {"firm": town.firm.uscc})
    assert answer["Location"] == f"/visits/{now_planned.key}/record/"


def test_hostile_input_is_answered_not_obeyed(steward, now_planned):
    url = f"/visits/{now_planned.key}/record/"
    for sent in (
        {},
        typed(day="31-31-9999"),
        typed(said="x" * 5000),
        typed(way="<script>"),
        typed(sending="no"),
        typed(found0_text="坏", found0_category="' OR 1=1"),
        typed(fix0_what="1|2|3", fix0_value="1", fix0_reason="r"),
        typed(day="2020-01-01"),
    ):
        assert steward.post(url, sent).status_code in (302, 422), sent
        if fresh(now_planned).status == "done":  # a firm without facts has no such fields: they are not read
            break
    assert steward.get("/visits/", {"page": "x"}).status_code == 200


def test_the_firm_sees_who_was_there_and_not_what_is_internal(client, town, now_planned):
    at = clock.now()
    given = {"by": town.steward, "key": uuid.uuid4(), "at": at}
    recording.record_visit(now_planned, record=record(at, note="老板想搬走"), **given)
    client.force_login(town.enterprise_member)
    page = client.get(f"/visits/{now_planned.key}/").content.decode()
    assert town.steward.name in page
    assert "缺熟练工" in page
    assert "老板想搬走" not in page
    assert town.steward.name in client.get(f"/visits/of/{town.firm.uscc}/").content.decode()
    url = f"/visits/{now_planned.key}/answer/"
    assert client.post(url, {"answer": "commented", "text": ""}).status_code == 422
    assert client.post(url, {"answer": "confirmed"}).status_code == 302
    assert client.post(url, {"answer": "confirmed"}).status_code == 404
    client.force_login(town.other_member)
    assert client.get(f"/visits/{now_planned.key}/").status_code == 404
    assert client.get(f"/visits/of/{town.firm.uscc}/").status_code == 404


def test_the_list_costs_the_same_for_one_visit_and_for_three(steward, town, now_planned):
    steward.get("/visits/")
    with CaptureQueriesContext(connection) as one:
        steward.get("/visits/")
    for _n in range(2):
        planning.plan_visits(wanted(firms=[town.firm], at=clock.now()), by=town.supervisor)
    with CaptureQueriesContext(connection) as three:
        assert "要走访 3 家" in steward.get("/visits/").content.decode()
    assert len(three) == len(one)


def test_coverage_by_person_and_firms_left_alone(client, town, key_list, now_planned):
    at = clock.now()
    planning.plan_visits(wanted(firms=[town.firm, town.foreign_firm], at=at), by=town.supervisor)
    recording.record_visit(now_planned, by=town.grid_member, record=record(at), key=uuid.uuid4(), at=at)
    client.force_login(town.supervisor)
    page = client.get("/visits/coverage/").content.decode()
    assert "走访了 1 / 3 次" in page
    assert "1 家重点企业 90 天没有走访" in page
    assert "子虚生物" in page
    client.force_login(town.steward)
    assert client.get("/visits/coverage/").status_code == 404


def test_the_exports_hold_what_is_shown_and_are_recorded(client, town, key_list, now_planned):
    client.force_login(town.leader)
    book = openpyxl.load_workbook(BytesIO(client.get("/visits/all/export/", {"state": "open"}).content))
    assert [row[0] for row in book.worksheets[0].values][1:] == ["乌有精密制造有限公司"]
    book = openpyxl.load_workbook(BytesIO(client.get("/visits/unvisited/export/").content))
    assert len(list(book.worksheets[0].values)) == 3
    assert Event.objects.filter(kind="visit.exported").count() == 2
    for nonsense in ({"state": "x"}, {"plan": "1e9"}, {"person": "9" * 40}):
        assert "0 次走访" in client.get("/visits/all/", nonsense).content.decode()


def test_a_plan_from_the_form_and_its_end(client, town):
    client.force_login(town.supervisor)
    today = timezone.localdate()
    sent = {
        "title": "年底走访",
        "source": "chosen",
        "firms": town.firm.name,
        "goes": "steward",
        "since": today,
        "until": today + timedelta(days=30),
        "times": 1,
    }
    assert client.post("/visits/plans/new/", sent | {"firms": "没有这家"}).status_code == 422
    assert client.post("/visits/plans/new/", sent | {"goes": "person"}).status_code == 422
    answer = client.post("/visits/plans/new/", sent)
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(answer["Location"], {"reason": ""}).status_code == 422
    assert client.post(answer["Location"], {"reason": "改期"}).status_code == 302
    assert Visit.objects.get().status == "cancelled"
    client.force_login(town.grid_member)
    assert client.get(answer["Location"]).status_code == 404


def test_small_acts_from_the_visits_page(steward, town, now_planned):
    base = f"/visits/{now_planned.key}"
    assert steward.get(f"{base}/not_reached/").status_code == 200
    assert steward.post(f"{base}/not_reached/", {"why": "absent"}).status_code == 302
    assert steward.post(f"{base}/not_reached/", {"why": "absent"}).status_code == 422  # twice a day
    assert steward.post(f"{base}/cancel/", {"reason": "懒"}).status_code == 404
    assert steward.post(f"{base}/nonsense/").status_code == 404
    flow.cancel(now_planned, by=town.supervisor, reason="不需要")
    assert steward.get(f"{base}/record/").status_code == 302


def test_who_leaves_must_hand_his_visits_over_first(town, now_planned):
    from portal.desk.accounts.flow import leaving
    from portal.people.refusal import Refused

    assert leaving.open_work(town.steward).visits == 1
    successor = make.person("new_steward", "新管家", ("steward", None))
    with pytest.raises(Refused):
        leaving.deactivate(town.steward, by=town.administrator)
    assert leaving.hand_over(town.steward, successor, by=town.administrator).visits == 1
    assert fresh(now_planned).visitor == successor
