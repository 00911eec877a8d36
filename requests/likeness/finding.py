"""The nearest matters of the whole town in two statements: the index finds candidates, their words decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import sqrt
from typing import NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

from enterprises.search import Bigrams
from requests.likeness.commonness import Commonness, commonness
from requests.likeness.words import pairs_in, parts_of, words_of
from requests.models import Ticket
from requests.models.ticket import WORDS, TicketQuerySet

CANDIDATES = 60  # that are compared word by word
PAIRS = 40  # of the text's pairs the index is asked for, the rarest first
POSTINGS = 0.8  # … as long as all of them together name no more matters than this part of the town
NAMED = 6  # shared words that are told
TELLING = 1.4  # the power by which a rare word outweighs a common one; measured (docs/likeness.md)


class Like(NamedTuple):
    """A matter and how like it is, 0 to 1, with the words that both use, the most telling first."""

    ticket: Ticket
    score: float
    shared_words: list[str]


def similar(text: str, *, tickets: TicketQuerySet, most: int = 8, at: datetime | None = None) -> list[Like]:
    """The `most` matters of `tickets` nearest to the text, the nearest first; those of `at` if it is given.

    `tickets` is what the asker may see (`visible_to`); confidential ones are left out whoever asks (APP-18).
    """
    found = tickets.filter(confidential=False) if at is None else tickets.filter(confidential=False, filed_at__lte=at)
    known, words = commonness(), words_of(text)
    pks = _candidates(_asked(words, known), found)
    if not pks:
        return []
    candidates = {ticket.pk: ticket for ticket in found.filter(pk__in=pks)}
    this = Weighed(words, known)
    likes = (this.like(ticket, known) for ticket in candidates.values())
    return sorted((like for like in likes if like.score > 0), key=lambda like: (-like.score, -like.ticket.pk))[:most]


class Weighed:
    """A text as its words, their pairs of characters and their characters, each with what it says in this town.

    A word is seldom told in the same form twice: 停电 and 断电, 招工 and 招聘 are near by their characters.
    """

    def __init__(self, words: frozenset[str], known: Commonness) -> None:
        self.words = words
        self.weights = {word: known.weight(word) ** TELLING for word in words}
        for part in parts_of(words):
            self.weights[f"·{part}"] = known.weight(part) ** TELLING
        self.length = sqrt(sum(weight * weight for weight in self.weights.values()))

    def score(self, other: Weighed) -> float:
        """The cosine of the two: 0 where nothing is shared, 1 for the same words."""
        if not self.length or not other.length:
            return 0.0
        shared = self.weights.keys() & other.weights.keys()
        return sum(self.weights[word] ** 2 for word in shared) / (self.length * other.length)

    def like(self, ticket: Ticket, known: Commonness) -> Like:
        other = Weighed(words_of(text_of(ticket)), known)
        shared = sorted(self.words & other.words, key=lambda word: (-self.weights[word], word))
        return Like(ticket, round(self.score(other), 4), shared[:NAMED])


def text_of(ticket: Ticket) -> str:
    return f"{ticket.title}\n{ticket.description}"


def _asked(words: Iterable[str], known: Commonness) -> list[tuple[str, float]]:
    """The rarest pairs with their weights, few enough that the index answers at once in a town of any size."""
    asked: list[tuple[str, float]] = []
    postings = 0.0
    for pair in sorted(pairs_in(frozenset(words)), key=lambda pair: (known.share(pair), pair))[:PAIRS]:
        postings += known.share(pair)
        if postings > POSTINGS and asked:
            break
        asked.append((pair, known.weight(pair)))
    return asked


def _candidates(asked: list[tuple[str, float]], tickets: TicketQuerySet) -> list[int]:
    """The matters that have most of the pairs. Each pair is one look into the index of pairs; no text is read."""
    having = RawSQL("ARRAY[asked.pair]", (), output_field=ArrayField(models.TextField()))
    by_pair = Ticket.objects.order_by().alias(pairs=Bigrams(WORDS)).filter(pairs__contains=having).values("pk")
    try:
        index, index_params = by_pair.query.sql_with_params()
        visible, visible_params = tickets.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    if not asked:
        return []
    sql = (
        "SELECT found.id FROM unnest(%s::text[], %s::float8[]) AS asked(pair, weight)"
        f" CROSS JOIN LATERAL ({index}) AS found(id) WHERE found.id IN ({visible})"
        " GROUP BY found.id ORDER BY sum(asked.weight) DESC, found.id DESC LIMIT %s"
    )
    pairs, weights = [pair for pair, _weight in asked], [weight for _pair, weight in asked]
    with connection.cursor() as cursor:
        cursor.execute(sql, [pairs, weights, *index_params, *visible_params, CANDIDATES])
        return [pk for (pk,) in cursor.fetchall()]
