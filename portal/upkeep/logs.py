"""Log lines: what happened in which request, never whom it was about and never a secret (SEC-3, SEC-8).

Written by our own formatter, because the fields are a closed list: a library's would print whatever a record carries,
the arguments of a failed task for one.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

# The request, or the task woken by it, whose lines these are; empty outside of both.
request_id: ContextVar[str] = ContextVar("request_id", default="")

FIELDS = ("user", "method", "path", "view", "status", "ms", "task")

PERSONAL = (
    (re.compile(r"DETAIL:.*"), "DETAIL: ***"),  # PostgreSQL quotes the row that broke a constraint
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+@"), "***@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "***"),
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"), "***"),  # an identity card's number
    (re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"), "***"),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), "***"),
)
SECRET_SETTINGS = ("SECRET_KEY", "EMAIL_HOST_PASSWORD", "WEBHOOK_SECRET", "METRICS_TOKEN")
SECRET_URLS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
SHORTEST_SECRET = 8  # characters; hiding every "dev" would leave nothing to read


def scrub(text: str) -> str:
    """The text without telephone, identity-card and mail numbers, the database's quoted rows and our own secrets."""
    for secret in secrets():
        text = text.replace(secret, "***")
    for pattern, instead in PERSONAL:
        text = pattern.sub(instead, text)
    return text


@cache
def secrets() -> tuple[str, ...]:
    values = [getattr(settings, name, "") for name in SECRET_SETTINGS]
    values += [urlsplit(getattr(settings, name, "")).password or "" for name in SECRET_URLS]
    return tuple(value for value in values if len(value) >= SHORTEST_SECRET)


class Json(logging.Formatter):
    """One JSON object a line: time in UTC, level, logger, message, request id, what a request adds, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"timestamp": at, "level": record.levelname, "logger": record.name}
        line |= {"message": scrub(record.getMessage()), **dict(self._fields(record))}
        if record.exc_info:
            line["exception"] = scrub(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

    @staticmethod
    def _fields(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
        if current := request_id.get():
            yield "request_id", current
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                yield name, value if isinstance(value, int) else scrub(str(value))


class Line(logging.Formatter):
    """The same for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


class OfRequests(logging.Filter):
    """Django's own lines about requests: only failures, and their path as we write it.

    Refused and missing pages are in the line of the request itself, where no link's token shows.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            shown = path_of(request)
            record.args = tuple(shown if argument == request.path else argument for argument in record.args)
        return record.name != "django.request" or getattr(record, "status_code", 500) >= 500


PUBLIC_PART = re.compile(r"[A-Z]{1,4}-\d{8}-\d{4,}")  # a ticket's number (APP-5)


def path_of(request: HttpRequest) -> str:
    """The address without its query, and with `*` for every part that may be a token, a name or a number of a person.

    Shown are the rows' numbers and tickets' numbers; of an address that leads nowhere only the first part.
    """
    match = request.resolver_match
    if match is None:
        first, *rest = request.path.lstrip("/").split("/")
        return f"/{first if len(first) < 30 and first.isalpha() else '*'}{'/*' if any(rest) else ''}"
    path = request.path
    for value in match.kwargs.values():
        if not isinstance(value, int) and not PUBLIC_PART.fullmatch(str(value)):
            path = path.replace(str(value), "*")
    return path
