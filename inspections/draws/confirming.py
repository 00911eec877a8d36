"""确认: what was drawn becomes needs and the teams that do them, all in one transaction and once (INS-3, INS-5)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day

from ..models import Draw, DrawRow, Inspector, Need, Subject, Team
from ..needs import stages as needs
from ..needs.flow import Wish, enter
from ..needs.gate import Gate
from . import stages
from .flow import begin


@transaction.atomic
def confirm(draw: Draw, *, by: User, at: datetime | None = None) -> Draw:
    """A need for each drawn firm and subject. What stands in the way since the list was fixed is kept beside the row,
    and nobody else takes the place.
    """
    at = at or clock.now()
    draw, at, grant = begin(draw, "confirm", by, at)
    if draw.last < local_day(at):
        raise Refused(_("检查时间已经过了，请作废后重新抽取。"))
    subjects = {one.pk: one for one in draw.subjects.select_related("agency", "skill")}
    rows = list(draw.rows.filter(rank__isnull=False).select_related("enterprise").order_by("enterprise"))
    gate = Gate([row.enterprise_id for row in rows], draw.first, draw.last)
    made = sum(_enter(draw, row, subjects, gate, by, at) for row in rows)
    DrawRow.objects.bulk_update(rows, ["skipped"])
    if made:
        _form_teams(draw)
    draw.status, draw.confirmed_by, draw.confirmed_at = stages.CONFIRMED, by, at
    draw.save(update_fields=["status", "confirmed_by", "confirmed_at"])
    outbox.tell("draw.confirmed", draw, by, at, grant, told=False, needs=made)
    return draw


def _enter(draw: Draw, row: DrawRow, subjects: dict[int, Subject], gate: Gate, by: User, at: datetime) -> int:
    """The row's needs, in the order of firms' keys; how many. Nobody wished for what the gate refuses here, so it is
    asked first: only what changes in this very moment counts as an attempt.
    """
    verdict = gate.judge(
        row.enterprise_id, draw.agency_id, needs.RANDOM, draw.first, draw.last, ordered_by=draw.ordered_by
    )
    if not verdict.passes:
        row.skipped = verdict.words[:300]
        return 0
    made: list[Need] = []
    for key in row.subjects:
        wish = Wish(
            agency=draw.agency,
            firm=row.enterprise,
            subject=subjects[key],
            kind=needs.RANDOM,
            first=draw.first,
            last=draw.last,
            basis=_("%(basis)s（抽查 %(number)s）") % {"basis": draw.basis, "number": draw.number},
            ordered_by=draw.ordered_by,
        )
        try:
            with transaction.atomic():
                made.append(enter(wish, by=by, way="draw", key=_key(draw, row, key), at=at))
        except Refused as refused:
            row.skipped = refused.sentence[:300]
    row.needs.set(made)
    return len(made)


def _form_teams(draw: Draw) -> None:
    """Whom the lots put together goes together: plans send them to what they were drawn for (`planning.squads`)."""
    people: defaultdict[int, list[Inspector]] = defaultdict(list)
    for one in draw.inspectors.select_related("inspector").filter(team__isnull=False).order_by("pk"):
        people[one.team].append(one.inspector)
    for n, members in sorted(people.items()):
        team = Team.objects.create(agency=draw.agency, name=f"{draw.number}/{n}", draw=draw, drawn=n)
        team.members.set(members)


def _key(draw: Draw, row: DrawRow, subject: int) -> uuid.UUID:
    return uuid.uuid5(draw.key, f"{row.enterprise_id}:{subject}")
