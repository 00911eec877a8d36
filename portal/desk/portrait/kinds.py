"""The model types of a portrait (ENT-6), as data: which firms are of a type, which figures and panels it shows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from enterprises.attributes.catalogue import TOWN, Attribute
from enterprises.attributes.values import Held
from enterprises.criteria.language import Condition
from enterprises.criteria.one import outcome
from enterprises.criteria.reading import parse
from enterprises.measures import in_english
from enterprises.models import Enterprise

FILE = Path(__file__).with_name("kinds.json")
FIGURES = 6  # as many as stand beside each other


@dataclass(frozen=True)
class Named:
    name: str
    name_en: str

    def __str__(self) -> str:
        return self.name_en if in_english() else self.name


@dataclass(frozen=True)
class Panel(Named):
    """A tile of further values."""

    attributes: tuple[Attribute, ...]


@dataclass(frozen=True)
class Kind(Named):
    """A model type; `when` None: every firm that is of no other. `alone`: who is of it is of no other."""

    code: str
    when: Condition | None
    alone: bool
    figures: tuple[Attribute, ...]
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Model:
    """What one firm's portrait shows: its types' figures, the first type's first, and all their panels once."""

    kinds: tuple[Kind, ...]
    figures: tuple[Attribute, ...]
    panels: tuple[Panel, ...]

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        further = (attribute for panel in self.panels for attribute in panel.attributes)
        return tuple(dict.fromkeys([*self.figures, *further]))


@cache
def kinds() -> tuple[Kind, ...]:
    written = json.loads(FILE.read_text(encoding="utf-8"))
    panels = {
        code: Panel(one["name"], one["name_en"], _attributes(one["attributes"]))
        for code, one in written["panels"].items()
    }
    return tuple(_kind(one, panels) for one in written["kinds"])


def _kind(one: Mapping[str, Any], panels: Mapping[str, Panel]) -> Kind:
    return Kind(
        one["name"],
        one["name_en"],
        one["code"],
        parse(one["when"]) if one["when"] else None,
        one.get("alone", False),
        _attributes(one["figures"]),
        tuple(panels[code] for code in one["panels"]),
    )


def _attributes(codes: Iterable[str]) -> tuple[Attribute, ...]:
    return tuple(TOWN[code] for code in codes)


def model_of(firm: Enterprise, known: Mapping[str, Held], day: date) -> Model:
    """By the criteria of the types over what is known of the firm; a firm just entered by its register alone."""
    known = {**_registered(firm), **known}
    found = [kind for kind in kinds() if kind.when is not None and outcome(kind.when, known, day)]
    if found and found[0].alone:
        found = found[:1]
    found = found or [kind for kind in kinds() if kind.when is None]
    figures = dict.fromkeys(attribute for kind in found for attribute in kind.figures)
    panels = dict.fromkeys(panel for kind in found for panel in kind.panels)
    return Model(tuple(found), tuple(figures)[:FIGURES], tuple(panels))


def _registered(firm: Enterprise) -> dict[str, Held]:
    known = {"firm_kind": Held(firm.kind)}
    return known | ({"industry_section": Held(firm.industry.section)} if firm.industry else {})
