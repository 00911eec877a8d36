"""The watchdog: three minutes without a sweep, and `/healthz` and every official's page say so."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.deadlines import watch
from portal.deadlines.models import Heartbeat, TimedFailure
from portal.deadlines.sweep import sweep
from portal.trail.models import Event
from portal.worktime import clock
from tests.requests.factories import Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "GRACE", 0)


def silent_for(**since: int) -> None:
    Heartbeat.objects.update(swept_at=clock.now() - timedelta(**since))
    cache.clear()


def failure(number: int = 1) -> TimedFailure:
    now = clock.now()
    return TimedFailure.objects.create(
        verb="requests.TicketDeadline.confirm",
        row_type="requests.ticketdeadline",
        row_id=number,
        error="Refused (core.py:30)",
        parked_at=now,
        retry_at=now + timedelta(hours=1),
    )


def page(client: Client, town: Town, who: str, address: str) -> str:
    client.force_login(town.people[who])
    return client.get(address, follow=True).content.decode()


def test_health_says_when_the_last_sweep_was(client: Client) -> None:
    silent_for(minutes=2, seconds=50)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "database": True,
        "cache": True,
        "sweep": True,
        "last_sweep": Heartbeat.objects.get().swept_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "put_aside": 0,
    }


def test_after_three_minutes_it_answers_503_but_not_for_the_web_server_alone(client: Client) -> None:
    silent_for(minutes=3, seconds=1)
    assert client.get("/healthz").status_code == 503
    assert client.get("/healthz").json()["sweep"] is False
    assert client.get("/healthz?of=web").status_code == 200  # else a standing worker would take the pages down as well


def test_after_a_restart_pages_give_the_beat_a_minute_and_forget_the_silence_with_the_first_sweep(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent_for(hours=60)
    monkeypatch.setattr(watch, "GRACE", 10**9)
    assert "时限巡检停了" not in page(client, town, "leader", "/leader/")
    assert client.get("/healthz").status_code == 503
    monkeypatch.setattr(watch, "GRACE", 0)
    assert "时限巡检停了" in page(client, town, "leader", "/leader/")
    sweep()
    assert "时限巡检停了" not in page(client, town, "leader", "/leader/")


def test_a_sweep_that_never_ran_is_noticed_too(client: Client) -> None:
    Heartbeat.objects.all().delete()
    assert client.get("/healthz").status_code == 503
    sweep()
    assert client.get("/healthz").status_code == 200


def test_a_database_that_does_not_answer_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead() -> None:
        raise DatabaseError

    monkeypatch.setattr("portal.upkeep.health._database", dead)
    monkeypatch.setattr(watch, "last_sweep", dead)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"], answer.json()["sweep"]) == (503, False, False)


def test_what_was_put_aside_is_counted_and_leaves_it_well(client: Client) -> None:
    silent_for(seconds=1)
    failure(1), failure(2)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["put_aside"]) == (200, 2)


@pytest.mark.parametrize(("who", "address"), [("handler", "/queues/"), ("leader", "/leader/"), ("auditor", "/")])
def test_officials_see_on_their_desks_that_nobody_watches(client: Client, town: Town, who: str, address: str) -> None:
    silent_for(minutes=2)
    assert "sx-watch" not in page(client, town, who, address)
    silent_for(minutes=4)
    assert "请告诉系统管理员" in page(client, town, who, address)


def test_the_administrator_is_led_to_what_failed_and_firms_are_not_troubled(client: Client, town: Town) -> None:
    silent_for(minutes=4)
    assert 'href="/admin/put-aside/"' in page(client, town, "administrator", "/admin/users/")
    assert "sx-watch" not in page(client, town, "enterprise_member", "/")
    client.logout()
    assert "sx-watch" not in client.get("/").content.decode()


def test_all_pages_together_ask_once_in_twenty_seconds(client: Client, town: Town) -> None:
    silent_for(minutes=4)
    with CaptureQueriesContext(connection) as queries:
        page(client, town, "handler", "/queues/")
        page(client, town, "leader", "/leader/")
    assert len([query for query in queries if "deadlines_heartbeat" in query["sql"]]) == 1


def test_the_administrators_page_lists_what_failed_without_its_content(client: Client, town: Town) -> None:
    failure()
    shown = page(client, town, "administrator", "/admin/put-aside/")
    assert "requests.TicketDeadline.confirm" in shown
    assert "Refused (core.py:30)" in shown
    assert client.get("/admin/put-aside/", {"page": "99"}).status_code == 200


def test_the_page_costs_the_same_for_many(client: Client, town: Town, django_assert_max_num_queries: Any) -> None:
    client.force_login(town.administrator)
    failure()
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/put-aside/")
    failure(2), failure(3)
    with django_assert_max_num_queries(len(queries)):
        client.get("/admin/put-aside/")


def test_retrying_is_recorded_and_a_second_click_does_no_harm(client: Client, town: Town) -> None:
    one, other = failure(1), failure(2)
    client.force_login(town.administrator)
    assert client.post(f"/admin/put-aside/{one.pk}/retry/").status_code == 302
    assert TimedFailure.objects.get(pk=one.pk).retry_at <= clock.now() < TimedFailure.objects.get(pk=other.pk).retry_at
    assert Event.objects.get(kind="timed_failure.retried").actor == town.administrator
    sweep()  # its row is long gone, so it is over
    assert not TimedFailure.objects.filter(pk=one.pk).exists()
    assert client.post(f"/admin/put-aside/{one.pk}/retry/").status_code == 404
    assert client.post("/admin/put-aside/retry/").status_code == 302
    assert client.get("/admin/put-aside/retry/").status_code == 405
