"""How much a word says in this town: what every second matter mentions says little, what few mention says much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log
from uuid import uuid4

from django.core.cache import cache
from django.db import connection

from requests.likeness.words import parts_of, words_of
from requests.models import Ticket

A_DAY = 86_400  # seconds it is kept
LATEST = 1_200  # ordinary matters it is counted in
FEW = 100  # matters that are taken to use none of the words, so that a handful of real ones does not decide
SELDOM = 2  # used less often than this, a word is not kept: it says as much as one nobody used


class Commonness:
    """In how many of `total` matters each word, pair of characters and character is used."""

    def __init__(self, total: int, counts: dict[str, int]) -> None:
        self.total, self.counts = total, counts

    @classmethod
    def of(cls, texts: Iterable[str]) -> Commonness:
        counts: Counter[str] = Counter()
        total = 0
        for text in texts:
            total += 1
            words = words_of(text)
            counts.update(words | parts_of(words))
        return cls(total, {word: n for word, n in counts.items() if n >= SELDOM})

    def share(self, word: str) -> float:
        """The part of all matters that use it, 0 to 1."""
        return self.counts.get(word, 0) / (self.total + FEW)

    def weight(self, word: str) -> float:
        """The inverse document frequency, above 0 whatever the word."""
        n = self.counts.get(word, 0)
        return log(1 + (self.total + FEW - n + 0.5) / (n + 0.5))


_held: tuple[str, Commonness] | None = None  # replaced whole, so threads need no lock


def commonness() -> Commonness:
    """As counted at most a day ago over the latest ordinary matters, in 0.3 s; confidential ones never count.

    Held in each process as long as the stamp in the cache is that of the count it holds.
    """
    global _held
    key = _key()
    kept, stamp = _held, cache.get(key)
    if kept is not None and kept[0] == stamp:
        return kept[1]
    found = cache.get(f"{key}:{stamp}") if stamp else None
    if found is None:
        latest = Ticket.objects.filter(confidential=False).order_by("-pk")
        found = Commonness.of(f"{t}\n{d}" for t, d in latest.values_list("title", "description")[:LATEST])
        stamp = uuid4().hex
        cache.set(f"{key}:{stamp}", found, A_DAY)
        cache.set(key, stamp, A_DAY)
    _held = (stamp, found)
    return found


def forget() -> None:
    """Counts anew at the next question, in every process."""
    cache.delete(_key())


def _key() -> str:
    return f"likeness.{connection.settings_dict['NAME']}"  # two towns may share one Valkey
