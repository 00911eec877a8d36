"""Which clock of a visit or a report starts and stops when (INS-6, DL-6).

| verb | starts | stops |
| --- | --- | --- |
| begin, begin_on_the_spot | visit_record of each agency with a part | |
| record (inspections.recording) | | the agency's visit_record |
| report | codeless (the centre: its supervisors) | |
| answer | | codeless |

A visit that is put off, cancelled or missed has no clock yet.
"""

from __future__ import annotations

from datetime import datetime

from portal import deadlines
from portal.deadlines.obligations import ObligorKind
from portal.people.models import Department

from ..models import CodelessDeadline, CodelessReport, JointVisit, JointVisitDeadline
from .capacity import parts_of

RECORD, CODELESS = "visit_record", "codeless"


def begun(visit: JointVisit, at: datetime) -> None:
    for part in parts_of(visit):
        unit = part.agency.department
        kind = ObligorKind.DEPARTMENT
        deadlines.start(JointVisitDeadline, visit, RECORD, at=at, obligor_kind=kind, department=unit)


def recorded(visit: JointVisit, department: Department, at: datetime) -> None:
    """Called by recording with each agency's record."""
    deadlines.meet(JointVisitDeadline, visit, RECORD, at=at, department=department)


def reported(report: CodelessReport, at: datetime) -> None:
    deadlines.start(CodelessDeadline, report, CODELESS, at=at, obligor_kind=ObligorKind.CENTRE)


def answered(report: CodelessReport, at: datetime) -> None:
    deadlines.meet(CodelessDeadline, report, CODELESS, at=at)
