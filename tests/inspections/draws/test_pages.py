"""Draws and off-site comparison as people see them; what the public never gets (INS-5, SEC-11)."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.draws import flow, protocol
from inspections.draws.confirming import confirm
from inspections.models import Draw, Need, Settlement
from portal.trail.models import Event
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.inspections.draws.conftest import confirmed, drawn, frozen
from tests.inspections.draws.test_offsite import three

__all__ = ["three"]


@pytest.fixture
def see(client, of):
    """`see("inspector", "/inspections/draws/")`: the page as text, with its status checked."""

    def page(name, url, status=200, **more):
        client.logout()
        if name:
            client.force_login(of.town.people[name])
        answer = client.get(url, **more)
        assert answer.status_code == status, answer.status_code
        return answer.content.decode()

    return page


def sent(pool, **more):
    today = local_day(clock.now())
    return {
        "key": str(uuid.uuid4()),
        "title": "消防随机抽查",
        "subjects": [pool.subject.pk],
        "first": (today + timedelta(days=7)).isoformat(),
        "last": (today + timedelta(days=40)).isoformat(),
        "how": "number",
        "amount": "4",
        "basis": "年度抽查计划",
        "source": "某日彩票开奖号码",
        "known_on": (today + timedelta(days=1)).isoformat(),
        **more,
    }


def test_the_whole_way_in_the_browser(client, of, pool, monkeypatch):
    client.force_login(of.inspector)
    given = sent(pool)
    page = client.post("/inspections/draws/new/", given)
    assert page.status_code == 200
    assert "名单 12 户，抽 4 户" in page.content.decode()
    assert Draw.objects.count() == 0
    for _ in range(2):  # pressed twice
        assert client.post("/inspections/draws/new/", given | {"go": "1"}).status_code == 302
    draw = Draw.objects.get()
    url = draw.get_absolute_url()
    assert draw.secret not in client.get(url).content.decode()
    assert client.get(f"{url}protocol.json").status_code == 404
    assert "起可以抽取" in client.get(url).content.decode()
    early = client.post(f"{url}draw/", {"text": "3 7 11"})
    assert (early.status_code, early.context["form"]["text"].value()) == (422, "3 7 11")
    assert "这一天过完才能抽取" in early.content.decode()
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert f'href="{url}draw/"' in client.get(url).content.decode()
    assert "请写公共随机数，按公布的来源照抄。" in client.post(f"{url}draw/", {"text": " "}).content.decode()
    for _ in range(2):
        assert client.post(f"{url}draw/", {"text": "3 7 11"}).status_code == 302
    assert client.post(f"{url}draw/", {"text": "4"}).status_code == 302  # to the page: it is drawn already
    assert client.get(f"{url}draw/").status_code == 409
    for _ in range(2):
        assert client.post(f"{url}confirm/").status_code == 302
    assert Need.objects.filter(came_by="draw").count() == 4
    assert Draw.objects.get().text == "3 7 11"
    page = client.get(url).content.decode()
    assert Need.objects.first().number in page
    assert client.get(f"{url}drop/").status_code == 404  # an inspector is no head


def test_the_form_says_what_is_wrong(client, of, pool):
    client.force_login(of.inspector)
    for wrong in (
        {"amount": "13"},
        {"amount": "2.5"},
        {"amount": "-1"},
        {"how": "share", "amount": "101"},
        {"subjects": []},
        {"subjects": ["x"]},
        {"subjects": [of.subject(of.fire).pk]},
        {"first": "gestern"},
        {"known_on": ""},
        {"known_on": local_day(clock.now()).isoformat()},
        {"key": "x"},
        {"title": "x" * 81},
        {"place": "0"},
    ):
        answer = client.post("/inspections/draws/new/", sent(pool, **wrong))
        assert answer.status_code == 422, wrong
    assert client.post("/inspections/draws/new/", sent(pool, how="share", amount="25")).context["take"] == 3


def test_the_public_sees_how_it_was_drawn_and_no_firm(see, of, pool):
    draw = confirmed(of, pool)
    for name in ("", "enterprise_member", "steward", "fire_head", "intake_clerk"):
        page = see(name, draw.get_absolute_url())
        for told in (draw.seed, draw.digest, draw.commitment, draw.text, draw.secret):
            assert told in page
        assert not any(firm.name in page for firm in pool.firms)
        assert Need.objects.first().number not in page
        see(name, f"{draw.get_absolute_url()}protocol.json", 404)
    page = see("inspector", draw.get_absolute_url())
    assert draw.rows.get(rank=1).enterprise.name in page


def test_once_its_checks_are_over_the_list_is_public_under_handles(see, of, pool):
    draw = confirmed(of, pool)
    Need.objects.filter(came_by="draw").update(status="done", ended_at=clock.now())
    told = json.loads(see("", f"{draw.get_absolute_url()}protocol.json"))
    assert protocol.check(told) == []
    assert not any(firm.name in str(told) or firm.uscc in str(told) for firm in pool.firms)
    assert "salt" not in str(told)
    table = see("enterprise_member", f"{draw.get_absolute_url()}protocol.csv")
    assert len(table.splitlines()) == 13
    assert table.startswith("﻿handle,weight")
    assert not any(firm.name in see("", draw.get_absolute_url()) for firm in pool.firms)


def test_names_in_a_file_are_for_few_and_leave_a_trace(see, of, pool, tmp_path):
    draw = drawn(of, pool)
    see("", f"{draw.get_absolute_url()}protocol.json", 404)
    told = see("inspector", f"{draw.get_absolute_url()}protocol.json")
    assert pool.firms[0].uscc in told
    assert Event.objects.filter(kind="draw.exported", actor=of.inspector).count() == 1
    file = tmp_path / "draw.json"
    file.write_text(told, "utf-8")
    call_command("draw", "verify", str(file))
    touched = json.loads(told)
    touched["firms"][0]["weight"] += 1
    file.write_text(json.dumps(touched), "utf-8")
    with pytest.raises(CommandError, match="do not agree"):
        call_command("draw", "verify", str(file))
    for wrong in ("", "{", "[]", "[" * 100000):
        file.write_text(wrong)
        with pytest.raises(CommandError):
            call_command("draw", "verify", str(file))


def test_a_sound_protocol_of_another_draw_is_not_this_sites(of, pool, tmp_path):
    from inspections.draws import files

    draw = drawn(of, pool)
    told = json.dumps(files.protocol(draw, names=False))
    (file := tmp_path / "draw.json").write_text(told)
    Draw.objects.filter(pk=draw.pk).update(text="another")
    with pytest.raises(CommandError, match="do not agree"):
        call_command("draw", "verify", str(file))


def test_who_belongs_to_a_firm_on_the_list_reads_no_names(see, of, pool):
    draw = drawn(of, pool)
    pool.firms[0].members.create(user=of.supervisor, since=clock.now() - timedelta(days=9))
    page = see("supervisor", draw.get_absolute_url())
    assert not any(firm.name in page for firm in pool.firms)
    see("supervisor", f"{draw.get_absolute_url()}protocol.json", 404)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_any_number(client, of, pool, count):
    for n in range(count):
        frozen(of, pool, title=f"第{n}次")
    client.force_login(of.inspector)
    found = {}
    draw = Draw.objects.first()
    confirm(flow.draw(draw, by=of.inspector, text="1"), by=of.inspector)
    for url in ("/inspections/draws/", draw.get_absolute_url()):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        found[url.count("/")] = len(asked)
    assert found == {3: 11, 4: 17}


def test_off_site_the_tabs_count_and_many_are_settled(client, of, three):
    client.force_login(of.inspector)
    page = client.get("/inspections/draws/offsite/").content.decode()
    assert three[0].enterprise.name in page
    assert three[1].enterprise.name not in page
    assert "职工总数" in client.get("/inspections/draws/offsite/?said=unknown").content.decode()
    assert three[2].enterprise.name in client.get("/inspections/draws/offsite/?said=no").content.decode()
    assert client.get("/inspections/draws/offsite/?said=x&agency=x&page=9").status_code == 200
    chosen = [one.pk for one in three] + ["x", "9" * 30]
    for _ in range(2):
        assert client.post("/inspections/draws/offsite/settle/", {"need": chosen}).status_code == 302
    assert Settlement.objects.get().need == three[0]
    assert client.post("/inspections/draws/offsite/settle/").status_code == 302
    page = client.get(f"/inspections/draws/settled/{three[0].number}/").content.decode()
    assert "这次不再上门检查" in page


def test_a_firm_reads_why_nobody_comes_with_its_own_figures(client, see, of, three):
    three[0].enterprise.members.create(user=of.other_member, since=clock.now() - timedelta(days=9))
    client.force_login(of.inspector)
    client.post("/inspections/draws/offsite/settle/", {"need": [three[0].pk]})
    url = f"/inspections/draws/settled/{three[0].number}/"
    assert "20 人" in see("other_member", url)
    assert "20 人" not in see("inspector", url)  # a line's figure (SEC-11)
    see("enterprise_member", url, 404)
    see("fire_inspector", url, 404)


@pytest.mark.parametrize("count", [1, 3])
def test_the_off_site_list_costs_the_same_for_any_number(client, of, three, count):
    for n, one in enumerate(three):
        Need.objects.filter(pk=one.pk).update(last=one.last + timedelta(days=n), enterprise=three[0].enterprise)
    Need.objects.filter(pk__in=[one.pk for one in three[count:]]).update(status="done", ended_at=clock.now())
    client.force_login(of.inspector)
    client.get("/inspections/draws/offsite/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/inspections/draws/offsite/")
    assert page.context["page"].paginator.count == count
    assert len(asked) == 13
