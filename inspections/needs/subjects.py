"""The subjects that the project ships: what is checked, on what basis, how often (INS-3).

`random_inspection_items.csv` is a published list; `subjects.toml` holds what it lacks and the checklists. What an
agency has changed since stays changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from enterprises.criteria import naming
from enterprises.criteria.flow import define
from enterprises.data import rows_of
from enterprises.models import Criterion
from portal.people.actors import CLOCK

from ..models import Agency, ChecklistItem, Skill, Subject

FOLDER = Path(__file__).parents[1] / "data"
LISTED, OWN = FOLDER / "random_inspection_items.csv", FOLDER / "subjects.toml"
SOURCE = "双随机抽查事项清单（政府公开文件）"
AGENCIES = ("enforcement", "environment", "fire", "gas", "market", "police", "safety")
SKILLS = {"gas": "燃气", "special": "特种设备", "drug": "药品医疗器械", "precursor": "易制毒化学品"}


@cache
def shipped() -> list[dict[str, Any]]:
    """Each subject with the fields of its row, `agency` as one of `AGENCIES`, and `points`, its checklist.

    `usual`: the points are its own, not those of its field; such subjects are what a town's agencies check most.
    """
    rows = [_listed(row) | _points(row["code"], row["method"]) for row in rows_of(LISTED)]
    return rows + [{"source": "法律法规", "usual": True, **one} for one in _own()["subject"]]


def _points(code: str, method: str) -> dict[str, Any]:
    own = _own()["checklists"].get(code)
    if own or method != Subject.Method.ON_SITE:
        return {"points": own or [], "usual": bool(own)}
    of_field = (one["points"] for one in _own()["shared"] if code.startswith(tuple(one["subjects"])))
    return {"points": next(of_field, []), "usual": False}


@cache
def _own() -> dict[str, Any]:
    return tomllib.loads(OWN.read_text(encoding="utf-8"))


def _listed(row: Mapping[str, str]) -> dict[str, Any]:
    kept = ("code", "agency", "name", "item", "basis", "object", "method", "frequency", "skill")
    found: dict[str, Any] = {name: row[name] for name in kept}
    return found | {
        "per_year": int(row["per_year"]) if row["per_year"] else None,
        "share": row["share"] or None,
        "unannounced": row["unannounced"] == "1",
        "source": SOURCE,
        "concerns": _own()["concerns"].get(row["code"]),
        "settled_by": "inspect-registration-normal" if row["method"] == Subject.Method.BY_DATA else None,
    }


naming.register(naming.as_shipped(lambda: _own()["criteria"]))


@transaction.atomic
def load(agencies: Mapping[str, Agency]) -> list[Subject]:
    """Those that are not there yet, for the agencies that are named (a town may have one for two of `AGENCIES`)."""
    skills = {code: Skill.objects.get_or_create(code=code, defaults={"name": name})[0] for code, name in SKILLS.items()}
    known = set(Subject.objects.values_list("code", flat=True))
    wanted = [one for one in shipped() if one["agency"] in agencies and one["code"] not in known]
    named = (one.get(name) for one in wanted for name in ("concerns", "settled_by"))
    criteria = _criteria({code for code in named if code})
    made = Subject.objects.bulk_create(_subject(one, agencies, skills, criteria) for one in wanted)
    points = []
    for subject, one in zip(made, wanted, strict=True):
        points += [
            ChecklistItem(subject=subject, number=n, **point) for n, point in enumerate(one.get("points", []), 1)
        ]
    ChecklistItem.objects.bulk_create(points)
    return made


def _subject(
    one: Mapping[str, Any],
    agencies: Mapping[str, Agency],
    skills: Mapping[str, Skill],
    criteria: Mapping[str, Criterion],
) -> Subject:
    plain = ("code", "name", "item", "basis", "object", "method", "frequency", "per_year", "unannounced", "source")
    return Subject(
        agency=agencies[one["agency"]],
        **{name: one[name] for name in plain if name in one},
        share=Decimal(one["share"]) if one.get("share") else None,
        parts=one.get("parts", 1),
        skill=skills.get(one.get("skill", "")),
        concerns=criteria.get(one.get("concerns") or ""),
        settled_by=criteria.get(one.get("settled_by") or ""),
    )


def _criteria(codes: set[str]) -> dict[str, Criterion]:
    """The criteria with these codes, defined where they are not yet."""
    known = Criterion.objects.in_bulk(codes, field_name="code")
    for one in _own()["criteria"]:
        if one["code"] in codes - known.keys():
            known[one["code"]] = define(one["code"], one["name"], one["tree"], by=CLOCK, keeps_almost=False)
    return known
