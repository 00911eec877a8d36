"""By what the town's economy is cut: dimensions with their levels, and what their keys are called (ENT-13).

All of them are open facts of a firm (SEC-11): its industry, place, carrier, scale, registered capital, age and tags.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Industry, Place, Tag
from enterprises.models.places import Level as PlaceLevel
from enterprises.models.places import industry_name

NONE = "none"  # the key of what has no value
CAPITALS = (100, 500, 1000, 5000)  # 万元; each border belongs to the band above it
AGES = (1, 3, 5, 10)  # years


@dataclass(frozen=True)
class Level:
    """One level of a dimension; `parent` is the level above it."""

    code: str
    name: Any
    parent: str = ""

    def __str__(self) -> str:
        return str(self.name)


LEVELS = (
    Level("section", gettext_lazy("行业门类")),
    Level("division", gettext_lazy("行业大类"), "section"),
    Level("class", gettext_lazy("行业小类"), "division"),
    Level("district", gettext_lazy("服务片区")),
    Level("village", gettext_lazy("村（社区）"), "district"),
    Level("carrier", gettext_lazy("产业载体")),
    Level("scale", gettext_lazy("规模")),
    Level("capital", gettext_lazy("注册资本")),
    Level("age", gettext_lazy("成立年限")),
)
LEVEL = {level.code: level for level in LEVELS}
TAG = "tag"  # firms bear several, so it is no level: one is chosen or not
DIMENSIONS = {  # what one groups by, with the levels it goes down
    "industry": (gettext_lazy("行业"), ("section", "division", "class")),
    "place": (gettext_lazy("片区村居"), ("district", "village")),
    "carrier": (gettext_lazy("载体"), ("carrier",)),
    "scale": (gettext_lazy("规模"), ("scale",)),
    "capital": (gettext_lazy("注册资本"), ("capital",)),
    "age": (gettext_lazy("成立年限"), ("age",)),
    TAG: (gettext_lazy("标签"), ()),
}


class Names:
    """What the keys of every level are called and where they lie; each table is read once, when it is asked for."""

    def of(self, level: str, key: str) -> str:
        """The name, of an industry without its code."""
        return self.all(level).get(key) or self._without(level)

    def coded(self, level: str, key: str) -> str:
        """The name as in a table: industries with their codes."""
        name = self.of(level, key)
        return f"{key} {name}" if level in ("section", "division", "class") and key != NONE else name

    def all(self, level: str) -> Mapping[str, str]:
        """All keys of a level in their order, with their names."""
        if level in ("section", "division", "class"):
            return self._industries[level]
        if level in ("district", "village", "carrier"):
            return self._places[level]
        named: Mapping[str, str] = getattr(self, level)
        return named

    def _without(self, level: str) -> str:
        return {"village": _("片区直属"), "carrier": _("载体以外"), "district": _("镇直属")}.get(level) or _("未登记")

    @cached_property
    def _industry_rows(self) -> list[Any]:
        return list(Industry.objects.values_list("pk", "code", "level", "name", "section", named=True))

    @cached_property
    def _place_rows(self) -> list[Place]:
        return list(Place.objects.all())

    @cached_property
    def _industries(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {"section": {}, "division": {}, "class": {}}
        levels = {1: "section", 2: "division", 4: "class"}
        for row in self._industry_rows:
            if row.level in levels:
                found[levels[row.level]][row.code] = industry_name(row.code, row.name)
        return found

    @cached_property
    def _places(self) -> dict[str, dict[str, str]]:
        levels = {PlaceLevel.DISTRICT: "district", PlaceLevel.VILLAGE: "village", PlaceLevel.CARRIER: "carrier"}
        found: dict[str, dict[str, str]] = {name: {} for name in levels.values()}
        for row in self._place_rows:
            if row.level in levels:
                found[levels[PlaceLevel(row.level)]][row.code] = row.name
        return found

    @cached_property
    def above(self) -> dict[tuple[str, str], str]:
        """The key of the level above, for keys that were named without it: {(level, key): key of its parent}."""
        found = {("class", row.code): row.code[:2] for row in self._industry_rows if row.level == 4}
        found |= {("division", row.code): row.section for row in self._industry_rows if row.level == 2}
        villages = (row for row in self._place_rows if row.level == PlaceLevel.VILLAGE)
        return found | {("village", row.code): row.path.split("/")[1] for row in villages}

    @cached_property
    def industries_by_key(self) -> dict[int, dict[str, str]]:
        """{row's key: its key at each level}."""
        return {
            row.pk: {
                "section": row.section,
                "division": row.code[:2] if row.level > 1 else NONE,
                "class": row.code if row.level == 4 else NONE,
            }
            for row in self._industry_rows
        }

    @cached_property
    def places_by_key(self) -> dict[int, dict[str, str]]:
        found = {}
        for row in self._place_rows:
            codes = row.path.rstrip("/").split("/") + [NONE] * 2
            carrier = row.code if row.level == PlaceLevel.CARRIER else NONE
            village = NONE if carrier == codes[2] else codes[2]  # a carrier may lie in a district at once
            found[row.pk] = {"district": codes[1], "village": village, "carrier": carrier}
        return found

    @cached_property
    def scale(self) -> dict[str, str]:
        return {"above": _("规上企业"), "below": _("规下企业"), "shop": _("个体工商户")}

    @cached_property
    def capital(self) -> dict[str, str]:
        return _band_names(CAPITALS, _("%(n)s 万元以下"), _("%(a)s–%(b)s 万元"), _("%(n)s 万元以上"))

    @cached_property
    def age(self) -> dict[str, str]:
        return _band_names(AGES, _("不满 %(n)s 年"), _("%(a)s–%(b)s 年"), _("%(n)s 年以上"))

    @cached_property
    def tags(self) -> dict[str, int]:
        """{code of a standing tag: the key of its criterion}."""
        return {tag.criterion.code: tag.criterion_id for tag in self._tag_rows}

    @cached_property
    def tag(self) -> dict[str, str]:
        return {tag.criterion.code: str(tag) for tag in self._tag_rows}

    @cached_property
    def _tag_rows(self) -> list[Tag]:
        return list(Tag.objects.standing())


def _band_names(borders: Sequence[int], first: str, middle: str, last: str) -> dict[str, str]:
    names = {"0": first % {"n": borders[0]}}
    names |= {str(n): middle % {"a": borders[n - 1], "b": borders[n]} for n in range(1, len(borders))}
    return {**names, str(len(borders)): last % {"n": borders[-1]}}
