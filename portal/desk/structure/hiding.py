"""Which sums stay unsaid, because they would tell what single firms have (SEC-11).

A sum of fewer than three firms is never said to who may not read single values. Nor is one that would let such a sum
be found as the rest: of every row of sums that add up to another, as many are left out as together are three firms.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST = 3  # firms

Key = TypeVar("Key", bound=Hashable)


def unsaid(counts: Mapping[Key, int]) -> set[Key]:
    """Of sums that add up to a known one, by how many firms each has, those to leave out; the smallest go first."""
    hidden = {key for key, count in counts.items() if 0 < count < LEAST}
    if not hidden:
        return hidden
    others = sorted((key for key, count in counts.items() if count >= LEAST), key=lambda key: (counts[key], str(key)))
    together = sum(counts[key] for key in hidden)
    while together < LEAST and others:
        key = others.pop(0)
        hidden.add(key)
        together += counts[key]
    return hidden
