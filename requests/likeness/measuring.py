"""Precision and recall of the engine on the labelled set: how the thresholds were chosen (docs/likeness.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from requests.likeness.commonness import Commonness
from requests.likeness.finding import Weighed
from requests.likeness.labelled import Case, cases
from requests.likeness.suggesting import NEAR, NEIGHBOURS, SHARE, vote
from requests.likeness.words import words_of


@dataclass
class Found:
    """Of pairs: how many were found, how many of those are right, and how many right ones there are."""

    right: int = 0
    found: int = 0
    copies: int = 0
    copies_found: int = 0
    retold: int = 0
    retold_found: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall_of_copies(self) -> float:
        return self.copies_found / self.copies if self.copies else 1.0

    @property
    def recall_of_retold(self) -> float:
        return self.retold_found / self.retold if self.retold else 1.0


@dataclass
class Suggested:
    """Of single matters: how often something was suggested, and how often it was right."""

    right: int = 0
    wrong: int = 0
    silent: int = 0

    @property
    def precision(self) -> float:
        said = self.right + self.wrong
        return self.right / said if said else 1.0

    @property
    def silence(self) -> float:
        return self.silent / (self.right + self.wrong + self.silent)


class Measured:
    """Every case of the set compared with every other one."""

    def __init__(self) -> None:
        self.cases = cases()
        known = Commonness.of(case.text for case in self.cases)
        weighed = [Weighed(words_of(case.text), known) for case in self.cases]
        self.scores = {(a, b): weighed[a].score(weighed[b]) for a, b in combinations(range(len(weighed)), 2)}

    def score(self, one: int, other: int) -> float:
        return self.scores[min(one, other), max(one, other)]

    def pairs(self, least: float, *, same_firm: bool) -> Found:
        """What is shown from a likeness on, among one firm's own matters or among those of others."""
        counted = Found()
        for (a, b), score in self.scores.items():
            one, other = self.cases[a], self.cases[b]
            if (one.firm == other.firm) is not same_firm:
                continue
            _count(counted, one, other, score >= least)
        return counted

    def among_nearest(self, most: int = NEIGHBOURS) -> float:
        """The part of a matter's retold fellows that are among its nearest; copies of its own words left out."""
        found = there = 0
        for n, case in enumerate(self.cases):
            near = self.nearest(n, partial(_is_no_copy, case))
            fellows = {m for m in near if self.cases[m].problem == case.problem}
            there += len(fellows)
            found += len(fellows & set(near[:most]))
        return found / there

    def nearest(self, n: int, counts: Callable[[Case], bool]) -> list[int]:
        others = (m for m, other in enumerate(self.cases) if m != n and counts(other))
        return sorted(others, key=lambda m: -self.score(n, m))

    def suggestions(self, what: str, *, unknown: bool = False, share: float = SHARE) -> Suggested:
        """`what` (category or department) suggested for each case from all others, copies of its words left out.

        With `unknown` the whole problem is left out, as when it comes up for the first time: then silence is best.
        """
        counted = Suggested()
        for n, case in enumerate(self.cases):
            voted = vote(list(self._votes(n, case, what, unknown)), share)
            if voted is None:
                counted.silent += 1
            elif voted.value == getattr(case, what):
                counted.right += 1
            else:
                counted.wrong += 1
        return counted

    def _votes(self, n: int, case: Case, what: str, unknown: bool) -> Iterator[tuple[str, float]]:
        near = self.nearest(n, partial(_is_another_problem if unknown else _is_no_copy, case))
        first = self.score(n, near[0])
        for m in near[:NEIGHBOURS]:
            if self.score(n, m) >= max(NEAR, first / 4):
                yield getattr(self.cases[m], what), self.score(n, m)


def _is_no_copy(case: Case, other: Case) -> bool:
    return not case.copies(other)


def _is_another_problem(case: Case, other: Case) -> bool:
    return case.problem != other.problem


def _count(counted: Found, one: Case, other: Case, is_found: bool) -> None:
    same, copied = one.problem == other.problem, one.copies(other)
    counted.found += is_found
    counted.right += is_found and same
    counted.copies += same and copied
    counted.copies_found += is_found and same and copied
    counted.retold += same and not copied
    counted.retold_found += is_found and same and not copied
