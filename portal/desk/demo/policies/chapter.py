"""The policies' chapter of the demo: library, two years of claims, this season's by their verbs, and what lies beside."""

from __future__ import annotations

import tomllib
from datetime import datetime
from typing import Any

from . import beside
from .desk import Desk
from .library import Library
from .past import Past
from .present import Present
from .rounds import Book, close_one, present
from .texts import HERE


def load(seed: int, now: datetime) -> None:
    """After the matters, of which some ask about a policy; the messages are held by the caller."""
    desk, words = Desk(now, seed), _read("said")
    Library(desk).make()
    book = Book(desk)
    Past(book, words).make()
    seasons = present(book)
    close_one(desk, seasons, words["closed_early"])
    Present(book, seasons, words).make()
    beside.push(desk)
    beside.Services(book, _read("providers")).make()
    beside.questions(desk, _read("questions")["question"])
    beside.declarations(book, words)


def _read(name: str) -> dict[str, Any]:
    with (HERE / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
