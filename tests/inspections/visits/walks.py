"""Visits brought to each status at given instants, and what is told of them."""

from __future__ import annotations

import uuid
from datetime import timedelta

from inspections.models import CodelessReport, Inspector, JointVisit, Need
from inspections.needs import stages as needs
from inspections.visits import flow, stages
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of
from tests.inspections import factories as make
from tests.requests.factories import moment

NINE = moment("2026-11-09 09:00")  # the day of the visits made by `make.visit`, a Monday
DAY = timedelta(days=1)
FIRM = {"enterprise_member", "member_official"}
HEADS = {"department_head", "deputy_head", "stand_in"}


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def joint(of, **fields):
    """Housing's and fire's visit at `town.firm`, on the Monday."""
    wishes = [make.need(of, of.town.firm, agency) for agency in (of.housing, of.fire)]
    return make.visit(of, of.town.firm, wishes, **fields)


def begun(of, **fields):
    return flow.begin(make.visit(of, of.town.firm, **fields), by=of.inspector, at=NINE)


def in_status(of, status):
    """Housing's visit at the firm in each of its statuses, as its verbs or the other parts leave it."""
    if status == stages.UNDER_WAY:
        return begun(of)
    if status == stages.CANCELLED:
        return flow.cancel(make.visit(of, of.town.firm), by=of.department_head, reason="并入下月", at=NINE)
    if status == stages.MISSED:
        return flow.miss(make.visit(of, of.town.firm), at=NINE + DAY)
    fields = {"begun_at": NINE, "done_at": NINE} if status == stages.DONE else {}
    if status == stages.PROPOSED:
        fields = {"told_at": None}
    visit = make.visit(of, of.town.firm, status=status, **fields)
    if status == stages.DONE:
        Need.objects.filter(visit=visit).update(status=needs.DONE, ended_at=NINE)
    return visit


def on_the_spot(of, *, by=None, firm=None, at=NINE, **given):
    known = {
        "subject": of.subject(of.housing),
        "kind": needs.CLUE,
        "basis": "12345 工单 SX-0007，举报人乌有先生",
        "people": list(Inspector.objects.filter(user=of.housing_second)),
        "key": uuid.uuid4(),
    }
    return flow.begin_on_the_spot(firm or of.town.firm, by=by or of.inspector, at=at, **known | given)


def reported(of, *, by=None, at=NINE, **given) -> CodelessReport:
    known = {
        "came_at": NINE - DAY,
        "who": "两个穿制服的人，自称住建的",
        "said": "看了消防通道，要我们交罚款。",
        "agency": of.housing,
        "key": uuid.uuid4(),
    }
    return flow.report(of.town.firm, by=by or of.enterprise_member, at=at, **known | given)


def told(subject, kind):
    """User name → letter, for each message of the kind, in their order."""
    found = []
    for message in Message.objects.filter(kind=kind, subject_id=subject.pk).order_by("pk"):
        message.params["told_at"] = message.at.isoformat()
        letters = letters_of(message, type(subject)._base_manager.get(pk=subject.pk))
        found.append({letter.to.username: letter for letter in letters})
    return found


def whom(subject, kind):
    return [set(letters) for letters in told(subject, kind)]


def seen_by(user):
    return set(JointVisit.objects.visible_to(user).values_list("pk", flat=True))
