"""Score and colour of a department (POL-6, SUP-4) from its figures; weights, borders and colours are `weights.json`.

Each figure gives points from 0 to 100. What has no denominator gives none, and its weight falls to the others; so does
a part without any figure. Reckoned in fractions and rounded once, half a tenth up, before the colour is chosen: what is
shown is what decides.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path
from typing import Any

GREEN, YELLOW, RED = "green", "yellow", "red"
FILE = Path(__file__).parent / "weights.json"


@cache
def weights() -> Mapping[str, Any]:
    return dict(json.loads(FILE.read_text()))


@dataclass
class Figures:
    """What was counted of one department; the second of each pair is the denominator."""

    paid: int = 0
    on_time: int = 0
    days: int = 0  # working days of all that was paid, together
    matched: int = 0
    claimed: int = 0
    pushed: int = 0
    read: int = 0
    filed: int = 0
    without_papers: int = 0  # by data or claim-free
    materials: int = 0
    supplemented: int = 0
    parts: dict[str, Fraction | None] = field(default_factory=dict)
    score: float | None = None

    @property
    def colour(self) -> str:
        if self.score is None:
            return ""
        colours = weights()["colours"]
        return GREEN if self.score >= colours[GREEN] else YELLOW if self.score >= colours[YELLOW] else RED

    @property
    def mean_days(self) -> float | None:
        return round(self.days / self.paid, 1) if self.paid else None

    @property
    def mean_materials(self) -> float | None:
        return round(self.materials / self.filed, 1) if self.filed else None

    def percent(self, part: str, whole: str) -> float | None:
        count = getattr(self, whole)
        return round(100 * getattr(self, part) / count, 1) if count else None


def scored(figures: Figures) -> Figures:
    """The same figures with their points and score."""
    given = weights()["parts"]
    speed, coverage, ease = given["speed"], given["coverage"], given["convenience"]
    figures.parts = {
        "speed": _mean((_share(figures, "on_time", "paid"), speed["on_time"]), (_fast(figures, speed), speed["days"])),
        "coverage": _mean(
            (_share(figures, "claimed", "matched"), coverage["claimed"]),
            (_share(figures, "read", "pushed"), coverage["read"]),
        ),
        "convenience": _mean(
            (_share(figures, "without_papers", "filed"), ease["without_papers"]),
            (_light(figures, ease), ease["materials"]),
            (_unasked(figures), ease["supplements"]),
        ),
    }
    total = _mean(*((points, given[name]["weight"]) for name, points in figures.parts.items()))
    if not (figures.paid or figures.matched or figures.filed):
        total = None  # nothing to claim, nothing claimed, nothing paid: letters that were read make no score
    figures.score = None if total is None else floor(10 * total + Fraction(1, 2)) / 10
    return figures


def _mean(*points: tuple[Fraction | None, int]) -> Fraction | None:
    known = [(value, weight) for value, weight in points if value is not None]
    whole = sum(weight for _value, weight in known)
    return sum((value * weight for value, weight in known), Fraction(0)) / whole if whole else None


def _share(figures: Figures, part: str, whole: str) -> Fraction | None:
    count = getattr(figures, whole)
    return Fraction(100 * getattr(figures, part), count) if count else None


def _fast(figures: Figures, speed: Mapping[str, int]) -> Fraction | None:
    """All points up to `best_days` working days on average, none from `worst_days` on."""
    if not figures.paid:
        return None
    return _between(Fraction(figures.days, figures.paid), speed["best_days"], speed["worst_days"])


def _light(figures: Figures, ease: Mapping[str, int]) -> Fraction | None:
    if not figures.filed:
        return None
    return _between(Fraction(figures.materials, figures.filed), 0, ease["worst_materials"])


def _unasked(figures: Figures) -> Fraction | None:
    return 100 - Fraction(100 * figures.supplemented, figures.filed) if figures.filed else None


def _between(value: Fraction, best: int, worst: int) -> Fraction:
    return min(max(100 * (worst - value) / (worst - best), Fraction(0)), Fraction(100))
