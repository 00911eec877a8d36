"""The tags a town starts with; what a centre has changed stays changed."""

import json
from pathlib import Path
from typing import Any

from portal.people.actors import CLOCK

from ..criteria.flow import define
from ..models import Criterion, Tag
from .flow import add_tag

FILE = Path(__file__).parents[1] / "data/tags.json"


def tags() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def load() -> list[Tag]:
    """Those that are not there yet, each with its criterion."""
    known = set(Criterion.objects.values_list("code", flat=True))
    return [_load(place, one) for place, one in enumerate(tags(), 1) if one["code"] not in known]


def _load(place: int, one: dict[str, Any]) -> Tag:
    criterion = define(one["code"], one["name"], one["tree"], by=CLOCK, keeps_almost=False)
    return add_tag(criterion, by=CLOCK, dimension=one["dimension"], name_en=one["name_en"], position=place)
