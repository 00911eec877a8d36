"""Finding by a part of a Chinese text: an index over pairs of neighbouring characters narrows down, the text decides.

Two-character words are the usual search and trigrams are slow at them.
"""

import re
import unicodedata

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func


class Normal(Func):
    """Full-width and half-width forms made one, so that （） finds ()."""

    function = "normalize"
    template = "%(function)s(%(expressions)s, NFKC)"
    output_field = models.TextField()


class Bigrams(Func):
    """The set of pairs of neighbouring characters; the SQL function comes with migration 0001."""

    function = "bigrams"
    output_field = ArrayField(models.TextField())


def normal(text: str) -> str:
    """`text` as Lower(Normal(…)) stores it; NUL and half characters, which PostgreSQL refuses, are dropped."""
    sound = text.replace("\0", "").encode("utf-8", "ignore").decode()
    return unicodedata.normalize("NFKC", sound).lower()


def words(query: str) -> list[str]:
    """The words a person typed, at most five; a number or a code written in groups is one word."""
    parts = normal(query).split()
    whole = "".join(parts)
    if re.fullmatch(r"[\d+()\-]{7,}|[0-9a-z]{18}", whole):
        return [whole]
    return parts[:5]


def pairs(word: str) -> list[str]:
    return sorted({word[i : i + 2] for i in range(len(word) - 1)})
