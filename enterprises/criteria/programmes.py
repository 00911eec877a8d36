"""Five real programmes after their official conditions, with what no fact decides as declared attributes."""

import json
from pathlib import Path
from typing import Any

from portal.people.actors import CLOCK

from ..models import Criterion
from .flow import define
from .naming import as_shipped, register

FILE = Path(__file__).parents[1] / "data/programmes.json"


def programmes() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def load() -> list[Criterion]:
    """Those that are not there yet."""
    known = set(Criterion.objects.values_list("code", flat=True))
    shipped = [{key: one[key] for key in one if key != "name_en"} for one in programmes()]
    return [define(by=CLOCK, **one) for one in shipped if one["code"] not in known]


register(as_shipped(programmes))
