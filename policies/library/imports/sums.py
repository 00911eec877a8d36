"""Amounts as people write them in a table: a sum, a share of an attribute, so much for each of what it counts.

They are read back as the library's own sentences say them (`amounts.words`), so that what was exported can be imported;
tiers, steps and several items together are composed in the clause's form.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import translation

from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.criteria.lines import HUNDREDTH, based
from policies.amounts.check import checked

SUM = r"(?P<{0}>[\d,]+(?:\.\d+)?) ?(?P<{0}_unit>亿元|万元|万|元)?"
LIMITS = (
    ("cap", re.compile("(?:最高|封顶|不超过) ?" + SUM.format("n"))),
    ("floor", re.compile("(?:最低|保底) ?" + SUM.format("n"))),
)
FIXED = re.compile(SUM.format("n"))
RATE = re.compile(r"按?(?P<what>.+?) ?[的×x*] ?(?P<rate>\d+(?:\.\d+)?) ?%(?:给予)?(?:补助|奖励)?")
EACH = re.compile(r"按?(?P<what>.+?) ?[,，]?每 ?(?P<unit>\D{1,4}?) ?" + SUM.format("n") + "(?:补助|奖励)?")
TIMES = {"亿元": Decimal(10**8), "万元": Decimal(10**4), "万": Decimal(10**4)}


def formula_of(text: str) -> dict[str, Any] | None:
    """The formula that a cell says; None where it says none that can be read."""
    said = unicodedata.normalize("NFKC", text)
    first, *limits = [part.strip() for part in re.split(r"[,;](?!\d{3})", said)]
    made = _fixed(first) or _rate(first) or _each(first)
    for limit in limits:
        if made is None or (named := _limit(limit)) is None:
            return None
        made |= named
    return made if made is not None and not checked(made)[1] else None


def _yuan(found: re.Match[str], name: str = "n") -> str:
    return based(found[name].replace(",", ""), TIMES.get(found[f"{name}_unit"] or "", Decimal(1)))


def _fixed(text: str) -> dict[str, Any] | None:
    found = FIXED.fullmatch(text)
    return {"fixed": _yuan(found)} if found else None


def _rate(text: str) -> dict[str, Any] | None:
    found = RATE.fullmatch(text)
    code = _numbers().get(found["what"].strip()) if found else None
    return {"rate": based(found["rate"], HUNDREDTH), "of": code} if found and code else None


def _each(text: str) -> dict[str, Any] | None:
    found = EACH.fullmatch(text)
    code = _numbers().get(found["what"].strip()) if found else None
    if not found or not code or TOWN[code].unit != found["unit"]:
        return None
    return {"each": _yuan(found), "per": code}


def _limit(text: str) -> dict[str, str] | None:
    return next(({name: _yuan(found)} for name, said in LIMITS if (found := said.fullmatch(text))), None)


@cache
def _numbers() -> dict[str, str]:
    """Attributes by their Chinese name, as tables call them."""
    with translation.override("zh-hans"):
        return {str(one): one.code for one in TOWN if one.kind == Kind.NUMBER}
