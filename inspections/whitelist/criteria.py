"""The two criteria of the whitelist: who may come onto it, and what takes a firm off at once (INS-1).

They are shipped as data and edited as all criteria are; what a town has changed stays changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.criteria import naming
from enterprises.criteria.flow import define
from enterprises.criteria.uses import Use, register
from enterprises.models import Criterion
from portal.people.actors import CLOCK

FILE = Path(__file__).with_name("criteria.json")
ADMISSION, INCIDENT = "whitelist-admission", "whitelist-incident"


def load() -> list[Criterion]:
    """Those that are not there yet."""
    known = set(Criterion.objects.filter(code__in=(ADMISSION, INCIDENT)).values_list("code", flat=True))
    plain = [{key: one[key] for key in one if key != "name_en"} for one in shipped()]
    return [define(by=CLOCK, **one) for one in plain if one["code"] not in known]


def shipped() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


naming.register(naming.as_shipped(shipped))


def admission() -> Criterion | None:
    """None where a town has not loaded it (`manage.py load_whitelist`)."""
    return _standing(ADMISSION)


def incident() -> Criterion | None:
    return _standing(INCIDENT)


def _standing(code: str) -> Criterion | None:
    return Criterion.objects.standing().select_related("current").filter(code=code).first()


@register
def uses(criterion: Criterion) -> Iterator[Use]:
    """Neither is retired while there is a whitelist."""
    if criterion.code == ADMISSION:
        yield Use(_("白名单准入条件"), reverse("whitelist:candidates"))
    if criterion.code == INCIDENT:
        yield Use(_("白名单移出条件"), reverse("whitelist:public"))
