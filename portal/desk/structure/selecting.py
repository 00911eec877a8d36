"""A selection of firms: one key for each of some levels, and a tag; read from an address and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from portal.desk.structure.dimensions import DIMENSIONS, LEVEL, NONE, TAG, Names


class NoSuch(Exception):
    """The address names something that does not exist."""


@dataclass(frozen=True)
class Selection:
    """`keys`: {level: key}, each with the levels above it."""

    keys: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""

    def __bool__(self) -> bool:
        return bool(self.keys or self.tag)

    @property
    def query(self) -> dict[str, str]:
        return {**self.keys, **({TAG: self.tag} if self.tag else {})}

    def with_key(self, level: str, key: str) -> Selection:
        if level == TAG:
            return replace(self, tag=key)
        return replace(self, keys={**self.keys, level: key})

    def without(self, level: str) -> Selection:
        """Without this level and those below it."""
        if level == TAG:
            return replace(self, tag="")
        gone = {level} | {below for below in LEVEL if level in above(below)}
        return replace(self, keys={name: key for name, key in self.keys.items() if name not in gone})

    def level_of(self, dimension: str) -> str:
        """The level by which a dimension is cut next; empty at its end."""
        levels = DIMENSIONS[dimension][1]
        return next((level for level in levels if level not in self.keys), "")

    def parts(self, names: Names) -> list[tuple[str, str]]:
        """Each narrowing (level, name); of a dimension the narrowest alone."""
        hidden = {parent for level in self.keys for parent in above(level)}
        found = [(level, names.of(level, key)) for level, key in self.keys.items() if level not in hidden]
        return found + ([(TAG, names.of(TAG, self.tag))] if self.tag else [])

    def address(self, **more: Any) -> str:
        return urlencode({**self.query, **more})


def above(level: str) -> list[str]:
    """The levels above one, from the top."""
    parent = LEVEL[level].parent
    return [*above(parent), parent] if parent else []


def read(given: Mapping[str, str], names: Names, prefix: str = "") -> Selection:
    """The selection an address names. Raises NoSuch for a key that does not exist, or lies elsewhere."""
    keys: dict[str, str] = {}
    for level in LEVEL.values():  # from the top of each dimension down
        key = given.get(prefix + level.code, "")
        if not key:
            continue
        if key != NONE and key not in names.all(level.code):
            raise NoSuch(level.code)
        _add(keys, level.code, key, names)
    tag = given.get(prefix + TAG, "")
    if tag and tag not in names.all(TAG):
        raise NoSuch(TAG)
    return Selection(keys, tag)


def _add(keys: dict[str, str], level: str, key: str, names: Names) -> None:
    """A key with the one above it, which may be left out of an address but not contradicted."""
    parent = LEVEL[level].parent
    if parent and key != NONE:
        own = names.above[level, key]
        if keys.get(parent, own) != own:
            raise NoSuch(level)
        if parent not in keys:
            _add(keys, parent, own, names)
    elif parent and parent not in keys:
        raise NoSuch(level)
    keys[level] = key
