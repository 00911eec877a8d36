"""What each person is shown of the whole portal, as text: the addresses of the matrix, and the links found there."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.matrix.rows import ROWS
from tests.matrix.test_urls import QUEUES, who

# What a page has of its own each time it is shown, or counts of itself.
VOLATILE = [
    re.compile(pattern)
    for pattern in (
        r'name="csrfmiddlewaretoken" value="[^"]*"',
        r"csrfmiddlewaretoken[^ ]{0,90}",
        r'"X-CSRFToken": "[^"]*"',
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r'name="once" value="[^"]*"',
        r'"last_sweep": "[^"]*"',
        "上次巡检：[^。]*。",
        r"nonce[-=\"a-zA-Z0-9+/]*",
        r"\?_=\d+",
        r"(?m)^(?:200 )?(?:# \w+ )?portal_(?:request|database|trail|\w+_seconds).*\n",  # /metrics: of every act alike
    )
]
# Ended by being looked at, or about oneself alone: nothing of any matter.
PASSED_OVER = ("people:", "accounts:delegation-end", "outbox:open", "accounts:factor", "confidential:receipt")
LINKED = re.compile(r'(?:href|hx-get|data-panel|data-fresh)="(/[^"#]*)')


class Reader:
    """One person's browser, or a machine that brings its `headers`."""

    def __init__(self, name: str, user: Any, headers: dict[str, str] | None = None) -> None:
        self.name, self.client = name, Client(raise_request_exception=False, headers=headers)
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str) -> tuple[int, str, list[str]]:
        response = self.client.get(path, REMOTE_ADDR="10.1.0.1")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        kind = response.headers.get("Content-Type", "")
        text = unpacked(body) if body[:2] == b"PK" else body.decode("utf-8", "replace")
        links = [path.replace("&amp;", "&") for path in LINKED.findall(text)] if "html" in kind else []
        if response.status_code == 302:
            links = [urlsplit(urljoin(path, response["Location"]))._replace(netloc="", scheme="").geturl()]
        told = ("Last-Modified", "Content-Disposition", "Location", *(() if "html" in kind else ("ETag",)))
        heads = [f"{name}: {response.headers[name]}" for name in told if name in response.headers]
        return response.status_code, calm(f"{response.status_code} {text} {heads}"), links


def unpacked(body: bytes) -> str:
    """All that stands in a workbook or a Word file, properties included."""
    with ZipFile(io.BytesIO(body)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in sorted(parts.namelist()))


def calm(text: str) -> str:
    """Without what changes from one showing to the next."""
    for pattern in VOLATILE:
        text = pattern.sub("", text)
    return text


def addresses(name: str, where: dict[str, tuple]) -> Iterator[str]:
    """The matrix' addresses that are there for this person by GET."""
    for (address, args, method), row in ROWS.items():
        if method == "GET" and not address.startswith(PASSED_OVER) and who(row).get(name) in (200, 302):
            yield reverse(address, args=[args] if args in QUEUES else where[args])


def shares(names: Iterable[str], where: dict[str, tuple], everybodys: tuple[str, ...]) -> dict[str, list[str]]:
    """{person: addresses} that are all of the matrix together: those of `everybodys` for each who may, any other for
    the one of them who has fewest so far; who is only sent on from it comes after whoever is shown it.
    """
    given: dict[str, list[str]] = {name: [] for name in names}
    for (address, args, method), row in ROWS.items():
        if method != "GET" or address.startswith(PASSED_OVER):
            continue
        status = {name: code for name, code in who(row).items() if name in given and code in (200, 302)}
        if not status:
            continue
        shown = [name for name in status if status[name] == 200] or list(status)
        readers = shown if address.startswith(everybodys) else [min(shown, key=lambda name: len(given[name]))]
        path = reverse(address, args=[args] if args in QUEUES else where[args])
        for name in readers:
            given[name].append(path)
    return given


def crawl(reader: Reader, start: Iterable[str], most: int) -> dict[str, str]:
    """{path: what was shown}, breadth first, one page for each shape of address beyond the matrix."""
    seen: dict[str, str] = {}
    waiting, shapes = list(dict.fromkeys(start)), set()
    given = set(waiting)
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen:
            continue
        _status, text, links = reader.get(path)
        seen[path] = text
        for link in links:
            shape = shape_of(link)
            if shape and shape not in shapes and link not in given:
                shapes.add(shape)
                waiting.append(link)
    return seen


def shape_of(path: str) -> tuple | None:
    """The view and the names of what is asked of it: one of each is enough. None for what isn't of the portal."""
    parts = urlsplit(path)
    try:
        view = resolve(parts.path).view_name
    except Resolver404:
        return None
    if view.startswith(PASSED_OVER) or "sign-out" in path:
        return None
    return view, tuple(sorted(pair.partition("=")[0] for pair in parts.query.split("&")))
