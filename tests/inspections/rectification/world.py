"""Findings as recording leaves them, and what was ordered on them; the verbs of recording have tests of their own."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from enterprises.models import Enterprise
from inspections.models import Check, ChecklistItem, Finding, Need, Rectification, Upload, VisitPart
from inspections.needs import stages as needs
from inspections.recording import stages as findings
from inspections.rectification import flow
from inspections.visits import stages as visits
from portal.people.models import User
from tests.inspections.factories import Agencies, need, visit
from tests.requests.factories import MONDAY

AT = MONDAY  # Monday 2026-11-09, a working day


def check(
    of: Agencies, *, firm: Enterprise | None = None, at: datetime = AT, by: User | None = None, **fields: Any
) -> Check:
    """The record of housing's need at the town's firm: a done visit whose only part is recorded."""
    firm = firm or of.town.firm
    wish = fields.pop("need", None) or need(of, firm, **fields)
    made = visit(of, firm, [wish], day=at.date(), status=visits.DONE, begun_at=at, done_at=at)
    part = made.parts.get()
    return recorded(of, part, wish, at=at, by=by or of.inspector)


def recorded(of: Agencies, part: VisitPart, wish: Need, *, at: datetime, by: User) -> Check:
    part.recorded_by, part.recorded_at = by, at
    part.save()
    upload = Upload.objects.create(key=uuid.uuid4(), part=part, digest="0" * 64, by=by, at=at, written_at=at)
    made = Check.objects.create(need=wish, part=part, upload=upload, result=findings.CLEAN, by=by, at=at)
    Need.objects.filter(pk=wish.pk).update(status=needs.DONE, ended_at=at)
    return made


def finding(record: Check, outcome: str = findings.RECTIFY, *, item: Any = 0, **fields: Any) -> Finding:
    """Of the first point of the checklist (costs 1), or of the given one; `item=None`: of none."""
    points = list(ChecklistItem.objects.filter(subject=record.need.subject).order_by("number"))
    known: dict[str, Any] = {
        "text": "台账缺三个月记录",
        "basis": "某某条例第十条",
        "severity": findings.GENERAL if outcome == findings.RECTIFY else findings.MINOR,
        "remedied_on_the_spot": outcome in findings.ON_THE_SPOT,
        "status": findings.BECOMES[outcome],
        "at": record.at,
    }
    Check.objects.filter(pk=record.pk).update(result=findings.FOUND)
    return Finding.objects.create(
        record=record,
        item=points[item] if isinstance(item, int) else item,
        enterprise=record.part.visit.enterprise,
        agency=record.part.agency,
        outcome=outcome,
        **known | fields,
    )


def ordered(of: Agencies, *, days: int | None = None, at: datetime = AT, **fields: Any) -> Rectification:
    """A rectification under way, by housing's inspector."""
    return flow.order(finding(check(of, at=at), **fields), by=of.inspector, days=days, at=at)
