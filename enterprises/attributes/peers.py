"""Where a firm stands among its peers: of its industry, its place, or its size."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.db import connection

from ..measures import LARGEST, Kind, Plain, shown
from ..models import UNKNOWN, Enterprise, FirmValues
from .catalogue import TOWN, Attribute, Catalogue
from .sight import FEW
from .tables import Column, copied

HEADCOUNTS = (20, 300, 1000)  # people from which a firm is small, medium, large: as statistics has it for industry

PEERS = """SELECT e.id, {columns} FROM enterprises_enterprise e JOIN enterprises_firmvalues v ON v.enterprise_id = e.id
    WHERE (e.status = 'active' OR e.id = {firm}) AND {among}"""
OF_PLACE = "e.place_id = ANY(ARRAY(SELECT p.id FROM enterprises_place p WHERE starts_with(p.path, %s)))"
OF_DIVISION = """e.industry_id = ANY(ARRAY(
    SELECT i.id FROM enterprises_industry i WHERE i.section = %s AND starts_with(i.code, %s)))"""
OF_SIZE = "v.values[{slot}] >= {least} AND v.values[{slot}] < {under}"


@dataclass(frozen=True, slots=True)
class Standing:
    """`percentile`: how many percent of the others are below, those with the same value half; `of`: it and the others.

    `median` is the value of one of them: not for eyes from which the attribute is hidden.
    """

    percentile: int
    of: int
    median: Plain


def peers(
    firm: Enterprise, codes: Collection[str], by: str = "industry", catalogue: Catalogue = TOWN
) -> dict[str, Standing]:
    """Where the firm stands with these numbers, by `industry` (division), `place` (village) or `size` (people).

    One query, by size two. Left out is what is not known of the firm, and where fewer than FEW have a value.
    """
    asked = [code for code in codes if catalogue[code].kind == Kind.NUMBER]
    among = _among(firm, by, catalogue)
    if not asked or among is None:
        return {}
    places = ", ".join(f"coalesce(v.values[{catalogue[code].slot}], {UNKNOWN})" for code in asked)
    query = PEERS.format(columns=places, firm=int(firm.pk), among=among)
    rows = copied(f"COPY ({query}) TO STDOUT (FORMAT binary)", 1 + len(asked))
    own = rows[rows[:, 0] == firm.pk, 1:]
    if not len(own):
        return {}
    known = [(code, place) for place, code in enumerate(asked) if own[0, place] != UNKNOWN]
    found = {code: _standing(catalogue[code], int(own[0, place]), rows[:, 1 + place]) for code, place in known}
    return {code: standing for code, standing in found.items() if standing.of >= FEW}


def _among(firm: Enterprise, by: str, catalogue: Catalogue) -> str | None:
    """Who its peers are, in SQL; None where that is not known of the firm."""
    if by == "place":
        village = "/".join(firm.place.path.split("/")[:3])
        return _filled(OF_PLACE, f"{village}/")
    if by == "industry":
        return _filled(OF_DIVISION, firm.industry.section, firm.industry.code[:2]) if firm.industry else None
    slot = catalogue["headcount"].slot
    people = FirmValues.objects.filter(pk=firm.pk).values_list(f"values__{slot - 1}", flat=True).first()
    if people is None or people == UNKNOWN:
        return None
    limits = [0, *HEADCOUNTS, LARGEST]
    band = bisect_right(HEADCOUNTS, people)
    return OF_SIZE.format(slot=slot, least=limits[band], under=limits[band + 1])


def _filled(condition: str, *values: str) -> str:
    with connection.cursor() as cursor:
        filled: str = cursor.mogrify(condition, values).decode()
    return filled


def _standing(attribute: Attribute, own: int, column: Column) -> Standing:
    known = np.sort(column[column != UNKNOWN])
    below, upto = np.searchsorted(known, own), np.searchsorted(known, own, side="right")
    others = max(len(known) - 1, 1)
    median = shown(attribute, int(known[(len(known) - 1) // 2]), {})
    return Standing(percentile=int(100 * (below + upto - 1) // (2 * others)), of=len(known), median=median)
