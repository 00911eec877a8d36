"""What Prometheus reads, who may read it, and that several web processes count together."""

import os
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
import redis
from django.conf import settings as portal
from django.db import transaction
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from portal.outbox.models import Message, State
from portal.people.actors import CLOCK
from portal.people.models import Department
from portal.trail import record, seal
from portal.upkeep import metrics
from tests.trail.factories import seal_all

TOKEN = "token-of-prometheus"
Samples = dict[tuple[str, ...], float]


@pytest.fixture
def allowed(settings) -> dict[str, str]:
    settings.METRICS_TOKEN = TOKEN
    return {"Authorization": f"Bearer {TOKEN}"}


def read(client: Client, headers: dict[str, str]) -> Samples:
    """The samples by name and values of their labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


@pytest.mark.parametrize(
    ("token", "networks", "headers", "address", "status"),
    [
        ("", "", {}, "127.0.0.1", 404),
        ("", "", {"Authorization": "Bearer "}, "127.0.0.1", 404),
        (TOKEN, "", {}, "127.0.0.1", 404),
        (TOKEN, "", {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        (TOKEN, "", {"Authorization": "Bearer 错"}, "127.0.0.1", 404),
        (TOKEN, "", {"Authorization": f"Bearer {TOKEN}"}, "127.0.0.1", 200),
        ("", "10.1.0.0/16", {}, "10.1.2.3", 200),
        ("", "10.1.0.0/16", {}, "10.2.2.3", 404),
        ("", "10.1.0.0/16", {}, "", 404),
        ("", "fd00::/8", {}, "10.1.2.3", 404),
        # A stranger outside: his request comes from the proxy's address, which may lie in the allowed network.
        ("", "10.1.0.0/16", {"X-Forwarded-For": "203.0.113.9"}, "10.1.2.3", 404),
        ("", "10.1.0.0/16", {"X-Forwarded-For": "10.1.9.9, 203.0.113.9"}, "10.1.2.3", 404),
    ],
)
@pytest.mark.django_db
def test_who_may_read(settings, client, token, networks, headers, address, status) -> None:
    settings.METRICS_TOKEN, settings.PROXY_COUNT = token, 1
    settings.METRICS_FROM = [ip_network(networks)] if networks else []
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status


@pytest.mark.django_db
def test_machines_ask_by_the_address_of_a_replica(settings, client, allowed) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["portal.example"], True
    assert client.get("/metrics", headers=allowed | {"Host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/", headers={"Host": "10.0.0.7:8000"}).status_code == 400, "the control"


@pytest.mark.django_db
def test_requests_are_counted_by_view_and_status(client, allowed) -> None:
    def count(name: str, *labels: str) -> float:
        return read(client, allowed).get((name, *labels), 0)

    before = count("portal_requests_total", "GET", "200", "desk:track")
    client.get("/track/")
    client.get("/no-such-page-1")
    client.generic("BREW", "/no-such-page-2")
    samples = read(client, allowed)
    assert count("portal_requests_total", "GET", "200", "desk:track") == before + 1
    assert count("portal_request_seconds_count", "desk:track") == before + 1
    assert samples["portal_requests_total", "GET", "404", "-"] >= 1
    assert not [key for key in samples if "no-such-page" in str(key) or "BREW" in key], "strangers make up no labels"


@pytest.mark.django_db
def test_nothing_is_counted_where_nobody_may_read(settings, client) -> None:
    counted = metrics.REQUESTS.labels("desk:track", "GET", 200)._value
    before = counted.get()
    client.get("/track/")
    assert counted.get() == before


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_told(client, allowed) -> None:
    office = Department.objects.create(name="乌有办", short_name="乌有办", kind="town_office")
    with transaction.atomic():
        for _ in range(2):
            record("department.edited", office, by=CLOCK, at=timezone.now())
    for number, state in enumerate((State.QUEUED, State.QUEUED, State.DEAD, State.RENDERED)):
        Message.objects.create(
            kind="x", subject_type="y", subject_id=1, key=str(number), at=timezone.now(), state=state
        )
    samples = read(client, allowed)
    assert samples["portal_trail_unsealed_events",] == 2
    assert samples["portal_trail_last_seal_seconds",] == 0
    assert samples["portal_outbox_messages", "queued"] == 2
    assert samples["portal_outbox_messages", "dead"] == 1
    assert samples["portal_outbox_oldest_seconds",] >= 0
    assert samples["portal_database_connections", "active"] >= 1
    assert (samples["portal_up", "database"], samples["portal_up", "broker"]) == (1, 1)

    seal_all(2)
    samples = read(client, allowed)
    assert samples["portal_trail_unsealed_events",] == 0
    assert abs(samples["portal_trail_last_seal_seconds",] - timezone.now().timestamp()) < 60
    assert seal.verify().waiting == 0


@pytest.fixture
def waiting() -> Iterator[None]:
    broker = redis.Redis.from_url(portal.REDIS_URL)
    broker.rpush(metrics.QUEUE, "{}", "{}", "{}")
    yield
    broker.delete(metrics.QUEUE)
    broker.close()


@pytest.mark.django_db
def test_the_queue_of_tasks_is_told_and_a_dead_broker_too(settings, client, allowed, waiting) -> None:
    assert read(client, allowed)["portal_queue_length", metrics.QUEUE] == 3
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    samples = read(client, allowed)
    assert samples["portal_up", "broker"] == 0
    assert samples["portal_up", "database"] == 1
    assert ("portal_queue_length", metrics.QUEUE) not in samples


def test_a_dead_database_is_told(client, allowed, monkeypatch) -> None:
    from django.db import OperationalError

    def dead(query: str) -> list[tuple]:
        raise OperationalError

    monkeypatch.setattr(metrics, "_rows", dead)
    samples = read(client, allowed)
    assert (samples["portal_up", "database"], samples["portal_up", "broker"]) == (0, 1)


@pytest.mark.django_db
def test_a_visit_asks_the_database_little(client, allowed, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(10):
        read(client, allowed)


# As gunicorn does: loaded once, then one process per worker; any of them answers for all.
WORKERS = """
import os, sys
import django; django.setup()
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from portal.upkeep import metrics
for number in range(2):
    if os.fork() == 0:
        metrics.observe("desk:track", "GET", 200, 0.1)
        os._exit(0)
    os.wait()
shared = CollectorRegistry()
MultiProcessCollector(shared)
print(generate_latest(shared).decode())"""


def test_several_processes_count_together(tmp_path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "METRICS_TOKEN": TOKEN}
    program = [sys.executable, "-c", WORKERS]
    told = subprocess.run(program, env=environment, check=True, capture_output=True, text=True, cwd=portal.BASE_DIR)
    assert 'portal_requests_total{method="GET",status="200",view="desk:track"} 2.0' in told.stdout
