"""Figures for Prometheus at `/metrics`: of the requests by counting, of queues, trail and database by asking.

Off unless `METRICS_TOKEN` or `METRICS_FROM` says who may ask; whoever may not gets 404. Several web processes share
their counters through files in `PROMETHEUS_MULTIPROC_DIR` (deploy/gunicorn.py).
"""

import os
from collections.abc import Iterator
from functools import cache
from hmac import compare_digest
from ipaddress import ip_address

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.cache import never_cache
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from portal.outbox.dead import dead, queued
from portal.outbox.models import State
from portal.people.lockout import client_address

QUEUE = "celery"  # Celery's own name for the list of waiting tasks
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter("portal_requests", "Requests answered", ["view", "method", "status"])
LATENCY = Histogram("portal_request_seconds", "Time from request to answer", ["view"], buckets=SECONDS)

# Events number themselves as they are written, so what waits lies behind the last ones sealed; counting over the whole
# trail at each visit would read all of it.
UNSEALED = """
SELECT count(*) FROM trail_event e
WHERE e.id > coalesce((
    SELECT max(event_id) FROM (SELECT event_id FROM trail_seal ORDER BY position DESC LIMIT 2000) s
), 0)
  AND NOT EXISTS (SELECT FROM trail_seal s WHERE s.event_id = e.id)"""
LAST_SEAL = "SELECT extract(epoch FROM at)::float FROM trail_head ORDER BY position DESC LIMIT 1"
CONNECTIONS = """
SELECT coalesce(state, 'unknown'), count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1"""
LAST_SWEEP = "SELECT extract(epoch FROM swept_at)::float FROM deadlines_heartbeat"
PUT_ASIDE = "SELECT count(*) FROM deadlines_timedfailure"
OLDEST = "SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::float FROM outbox_message WHERE state = 'queued'"


def on() -> bool:
    return bool(settings.METRICS_TOKEN or settings.METRICS_FROM)


def observe(view: str, method: str, status: int, seconds: float) -> None:
    if on():
        REQUESTS.labels(view, method if method in METHODS else "other", status).inc()
        LATENCY.labels(view).observe(seconds)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The text Prometheus reads; 404 for whoever has neither the token nor an allowed address."""
    if request.method != "GET" or not (_by_token(request) or _by_address(request)):
        return HttpResponseNotFound()
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)


def _by_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and compare_digest(given.encode(), wanted.encode())


def _by_address(request: HttpRequest) -> bool:
    """What came through the proxy counts under the address the proxy saw, never under the proxy's own."""
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_FROM)


@cache
def registry() -> CollectorRegistry:
    shared = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(shared)
    else:
        for counted in (REQUESTS, LATENCY):
            shared.register(counted)
    shared.register(Asked())
    return shared


class Asked(Collector):
    """What is read at each visit; a part that does not answer is `portal_up 0`, the others still tell theirs."""

    def describe(self) -> list:
        return []  # registering must not ask the database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("portal_up", "Whether the part answers", labels=["part"])
        asked = (("database", self._database, DatabaseError), ("broker", self._broker, redis.RedisError))
        for part, ask, failure in asked:
            try:
                answers = list(ask())
            except failure:
                up.add_metric([part], 0)
            else:
                up.add_metric([part], 1)
                yield from answers
        yield up

    def _database(self) -> Iterator[GaugeMetricFamily]:
        yield _family("portal_database_connections", "Connections to the database", "state", dict(_rows(CONNECTIONS)))
        for name, kind in (("messages", "message"), ("deliveries", "delivery")):
            counts = {State.QUEUED: queued(kind).count(), State.DEAD: dead(kind).count()}
            yield _family(f"portal_outbox_{name}", "Waiting (queued) and given up (dead)", "state", counts)
        yield _single("portal_outbox_oldest_seconds", "Age of the oldest message not yet written out", _rows(OLDEST))
        yield _single("portal_sweep_last_seconds", "When time limits were last swept, Unix time", _rows(LAST_SWEEP))
        yield _single("portal_sweep_put_aside", "Rows that failed under the sweep", _rows(PUT_ASIDE))
        yield _single("portal_trail_unsealed_events", "Events not yet sealed", _rows(UNSEALED))
        yield _single("portal_trail_last_seal_seconds", "When the chain last grew, Unix time", _rows(LAST_SEAL))

    def _broker(self) -> Iterator[GaugeMetricFamily]:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as broker:
            yield _family("portal_queue_length", "Tasks waiting for a worker", "queue", {QUEUE: broker.llen(QUEUE)})


def _rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def _family(name: str, says: str, label: str, values: dict) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=[label])
    for value, count in values.items():
        family.add_metric([str(value)], count)
    return family


def _single(name: str, says: str, rows: list[tuple]) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=rows[0][0] if rows else 0)
