"""How much a firm weighs in a draw (INS-5): 1 and the points of the risks that are known of it.

What is not known counts nothing: nobody is drawn more often because a line has not delivered. A formula that was used
is never changed; a new one gets a new version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.values import Known

VERSION = "fengxian-1"


@dataclass(frozen=True)
class Rule:
    """`points` of a value; `most` is the most that it may add."""

    code: str  # also in the protocol
    attribute: str
    words: str
    points: Callable[[Any], int]
    most: int

    @property
    def name(self) -> str:
        return TOWN[self.attribute].name


def _each(most: int, points: int = 1) -> Callable[[Any], int]:
    return lambda value: min(int(Decimal(value)) * points, most)


def _holds(points: int) -> Callable[[Any], int]:
    return lambda value: points if value else 0


def _level(table: Mapping[str, int]) -> Callable[[Any], int]:
    return lambda value: table.get(value, 0)


RULES = (
    Rule("hazards", "open_hazards", gettext_noop("未整改安全隐患：每件 1 分，最多 3 分"), _each(3), 3),
    Rule("major", "major_hazards", gettext_noop("重大安全隐患：每件 3 分，最多 6 分"), _each(6, 3), 6),
    Rule("accidents", "accidents", gettext_noop("三年内生产安全事故：每件 2 分，最多 4 分"), _each(4, 2), 4),
    Rule("penalties", "penalties", gettext_noop("两年内行政处罚：每件 1 分，最多 3 分"), _each(3), 3),
    Rule("serious", "serious_violation", gettext_noop("严重违法失信：4 分"), _holds(4), 4),
    Rule("abnormal", "abnormal", gettext_noop("经营异常：2 分"), _holds(2), 2),
    Rule(
        "risk",
        "risk_level",
        gettext_noop("安全风险等级：黄 1 分，橙 2 分，红 4 分"),
        _level({"yellow": 1, "orange": 2, "red": 4}),
        4,
    ),
    Rule(
        "environment",
        "environment_credit",
        gettext_noop("环保信用等级：D 级 1 分，E 级 2 分"),
        _level({"D": 1, "E": 2}),
        2,
    ),
)
HEAVIEST = 1 + sum(rule.most for rule in RULES)


def points_of(known: Known) -> dict[str, int]:
    """The points by rule, those with none left out."""
    found = {rule.code: rule.points(held.value) for rule in RULES if (held := known.get(rule.attribute)) is not None}
    return {code: points for code, points in found.items() if points > 0}


def weight_of(points: Mapping[str, int]) -> int:
    return 1 + sum(points.values())


def said() -> list[str]:
    """The formula in words, a line for each rule."""
    return [_("每户基础权重 1，加下列各项分值；没有数据的项不加分。"), *(_(rule.words) for rule in RULES)]
