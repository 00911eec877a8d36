"""A visit of housing and fire to `town.firm` under way on MONDAY, and records as their inspectors would send them."""

import uuid
from datetime import datetime, timedelta

import pytest

from inspections.models import JointVisit, JointVisitDeadline, Need, VisitPart
from inspections.recording import stages
from inspections.recording.written import Answer, Checked, Found, Record, Signed
from portal import deadlines
from tests.inspections.factories import Agencies, agencies, need, visit
from tests.inspections.recording.pictures import drawn
from tests.requests.factories import MONDAY, Town

BEGUN = MONDAY + timedelta(hours=1)
AT = BEGUN + timedelta(hours=2)


@pytest.fixture
def of(town: Town) -> Agencies:
    return agencies(town)


@pytest.fixture
def under_way(of: Agencies) -> JointVisit:
    """Housing leads with two needs, fire has one; each agency owes its record."""
    return begun(of)


@pytest.fixture
def housing(under_way: JointVisit, of: Agencies) -> VisitPart:
    return under_way.parts.get(agency=of.housing)


@pytest.fixture
def fire(under_way: JointVisit, of: Agencies) -> VisitPart:
    return under_way.parts.get(agency=of.fire)


def begun(of: Agencies, firm=None, **fields) -> JointVisit:
    firm = firm or of.town.firm
    wishes = [
        need(of, firm),
        need(of, firm, kind="campaign", basis="专项通知"),
        need(of, firm, of.fire, kind="statutory"),
    ]
    made = visit(of, firm, wishes, **{"status": "under_way", "begun_at": BEGUN} | fields)
    for part in made.parts.select_related("agency__department"):
        deadlines.start(
            JointVisitDeadline,
            made,
            "visit_record",
            at=BEGUN,
            obligor_kind="department",
            department=part.agency.department,
        )
    return made


def needs_of(part: VisitPart) -> list[Need]:
    return list(Need.objects.filter(visit=part.visit, agency=part.agency).order_by("pk"))


def checked(need: Need, *findings: Found, **fields) -> Checked:
    """All points in order but those with a finding."""
    wrong = {found.item for found in findings}
    answers = tuple(
        Answer(point.pk, stages.PROBLEM if point.pk in wrong else stages.OK)
        for point in need.subject.checklist.filter(ended_at=None)
    )
    return Checked(**{"need": need.pk, "answers": answers, "findings": findings} | fields)


def signed(**firm) -> tuple[Signed, Signed]:
    known = {"image": drawn(), "name": "列御寇", "title": "安全员"}
    return Signed("inspector", image=drawn()), Signed("firm", **known | firm)


def record(part: VisitPart, *findings: Found, **fields) -> Record:
    """All needs of the part; `findings` are at the first one."""
    first, *rest = needs_of(part)
    checks = (checked(first, *findings), *(checked(one) for one in rest))
    return Record(**{"checks": checks, "signatures": signed(), "written_at": AT} | fields)


def point(part: VisitPart, number: int = 1):
    """A point of the first need's checklist; the second may be warned at first."""
    return needs_of(part)[0].subject.checklist.get(number=number, ended_at=None)


def problem(part: VisitPart, number: int = 1, **fields) -> Found:
    known = {"text": "台账缺三个月", "severity": "general", "outcome": "case", "item": point(part, number).pk}
    return Found(**known | fields)


def key() -> uuid.UUID:
    return uuid.uuid4()


def later(hours: float) -> datetime:
    return AT + timedelta(hours=hours)
