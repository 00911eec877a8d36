"""The protocol of a draw as it is downloaded: JSON, and the firms as CSV; with or without names."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from typing import Any

from portal.worktime.calendar import SHANGHAI

from ..models import Draw, DrawRow
from . import formula, lots
from .flow import firm_of, person_of
from .protocol import FORMAT

COLUMNS = ("handle", "weight", "subjects", "skills", "lot", "rank", "team")


def protocol(draw: Draw, *, names: bool) -> dict[str, Any]:
    """Everything that is needed to recompute it; `names` says whom the handles stand for. Four queries."""
    subjects = {one.pk: one for one in draw.subjects.select_related("skill").order_by("code")}
    rows = draw.rows.select_related("enterprise") if names else draw.rows.all()
    crew = draw.inspectors.select_related("inspector__user").order_by("handle")
    return {
        "format": FORMAT,
        "number": draw.number,
        "title": draw.title,
        "agency": str(draw.agency),
        "subjects": [{"code": one.code, "name": str(one), "basis": one.basis} for one in subjects.values()],
        "first": draw.first.isoformat(),
        "last": draw.last.isoformat(),
        "formula": draw.formula,
        "formula_said": formula.said(),
        "take": draw.take,
        "source": draw.source,
        "known_on": draw.known_on.isoformat() if draw.known_on else None,
        "frozen_at": _moment(draw.frozen_at),
        "commitment": draw.commitment,
        "digest": draw.digest,
        "drawn_at": _moment(draw.drawn_at),
        "text": draw.text,
        "secret": draw.secret,
        "seed": draw.seed,
        "firms": [_firm(row, firm_of(row, subjects), names) for row in rows],
        "inspectors": [_person(one, names) for one in crew],
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


def _firm(row: DrawRow, firm: lots.Firm, names: bool) -> dict[str, Any]:
    told = {
        "handle": row.handle,
        "weight": row.weight,
        "subjects": list(firm.subjects),
        "skills": list(firm.skills),
        "lot": row.lot,
        "rank": row.rank,
        "team": row.team,
    }
    if names:
        told |= {"uscc": row.enterprise.uscc, "name": row.enterprise.name, "salt": row.salt}
    return told


def _person(one: Any, names: bool) -> dict[str, Any]:
    told = {"handle": one.handle, "skills": list(person_of(one).skills), "lot": one.lot, "team": one.team}
    if names:
        told |= {"certificate": one.inspector.certificate, "name": one.inspector.user.name, "salt": one.salt}
    return told


def as_csv(told: dict[str, Any]) -> str:
    """The firms without names, the drawn ones first; with a mark that Excel reads as UTF-8."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in sorted(told["firms"], key=lambda one: (one["rank"] or len(told["firms"]) + 1, one["lot"])):
        cells = {name: " ".join(row[name]) if isinstance(row[name], list) else row[name] for name in COLUMNS}
        writer.writerow(["" if cells[name] is None else cells[name] for name in COLUMNS])
    return "﻿" + out.getvalue()
