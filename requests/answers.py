"""Which articles may answer a text: while a firm files, the centre registers, a department handles (APP-17)."""

from __future__ import annotations

import re

from django.db.models import F, Func, IntegerField, Value

from enterprises.search import Bigrams, normal, pairs
from requests import commons
from requests.models import Article, ArticleVersion
from requests.models.articles import ASKED, ArticleQuerySet

SHORTEST = 6  # characters; less says too little to be answered
LONGEST = 2000  # of the text: what it is about stands at its beginning
COMPARED = 30
NEAR = 0.18  # share of the question's pairs of characters that the text has, those of the keywords counted in
PAIRS = 200


class Shared(Func):
    """How many elements of one array are in the other."""

    template = "cardinality(ARRAY(SELECT unnest(%(expressions)s)))"
    arg_joiner = ") INTERSECT SELECT unnest("
    output_field = IntegerField()


def answers_to(text: str, articles: ArticleQuerySet, most: int = 3) -> list[Article]:
    """The published articles of `articles` (what the reader may see) nearest to the text, the nearest first."""
    said = letters(text[:LONGEST])
    mine = set(pairs(said))
    if len(mine) < SHORTEST - 1:
        return []
    wanted = Value(sorted(mine)[:PAIRS] if len(mine) > PAIRS else sorted(mine), output_field=Bigrams.output_field)
    versions = (
        ArticleVersion.objects.filter(status=commons.PUBLISHED, article__in=articles.order_by().values("pk"))
        .alias(pairs=Bigrams(ASKED))  # short, and few enough to be read all: no index
        .filter(pairs__overlap=wanted)
        .annotate(shared=Shared(F("pairs"), wanted))
        .order_by("-shared", "-pk")
    )
    scored = [(score(said, mine, version), version) for version in versions[:COMPARED]]
    near = sorted((pair for pair in scored if pair[0] >= NEAR), key=lambda pair: (-pair[0], pair[1].pk))[:most]
    found = Article.objects.with_versions().in_bulk([version.article_id for _score, version in near])
    return [found[version.article_id] for _score, version in near]


def score(said: str, mine: set[str], version: ArticleVersion) -> float:
    """The share of the question that the text says, and half of it again for each keyword in it."""
    question = set(pairs(letters(version.question)))
    words = [word for word in normal(version.keywords).split() if len(word) > 1]
    named = sum(letters(word) in said for word in words)
    return len(mine & question) / max(len(question), 8) + 0.1 * named


def letters(text: str) -> str:
    """Without spaces and punctuation, which say nothing about the matter."""
    return re.sub(r"\W+", "", normal(text))
