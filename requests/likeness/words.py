"""What a text says, as the words it is compared by: segmented by rjieba, without what every matter says."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from enterprises.search import normal

LONGEST = 1500  # characters of a text that are compared; who writes more has said by then what it is about

# Courtesies and the little words of any letter to an office: they say nothing about the matter. The rest is left to
# how often a word is used in the town (`commonness`).
EMPTY = frozenset((Path(__file__).parent / "empty_words.txt").read_text(encoding="utf-8").split())
WORD = re.compile(r"[\u4e00-\u9fff]{2,}|[a-z]{2,}")


@lru_cache(maxsize=512)
def words_of(text: str) -> frozenset[str]:
    """The words of two characters and more that say something; empty for a text without any.

    rjieba's dictionary takes 33 MB and 0.2 s, so it is loaded with the first question and by no process at its start.
    """
    import rjieba

    cut: list[str] = rjieba.cut(normal(text[:LONGEST]))
    return frozenset(word for word in cut if WORD.fullmatch(word) and word not in EMPTY)


def pairs_in(words: frozenset[str]) -> frozenset[str]:
    """Pairs of neighbouring characters within the words: what the index can find."""
    return frozenset(word[i : i + 2] for word in words for i in range(len(word) - 1))


def parts_of(words: frozenset[str]) -> frozenset[str]:
    """The pairs and the single characters of Chinese words, by which near words are near."""
    return pairs_in(words) | frozenset(char for word in words if not word.isascii() for char in word)
