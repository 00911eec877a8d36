"""What firms and visitors say is wrong in the facts (ENT-3): some wait for the line, one was confirmed, one refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from enterprises.facts import correcting
from enterprises.models import Correction, Enterprise, Fact, ResourceColumn, firms_of
from portal.desk.demo.office import later
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar

MORNING, LATER = 70, 190  # working minutes after the opening, and after the saying


@dataclass(frozen=True)
class Said:
    """Whose word it is, of what, by how much the right number differs, and what its line said to it."""

    by: Role
    resource: str
    column: str
    more: int
    reason: str
    days: int  # working days ago
    confirmed: bool | None = None
    answer: str = ""


SAID = (
    Said(Role.ENTERPRISE_MEMBER, "rd_activity", "projects", 1, "十月新立一项，立项文件可随时来看。", 1),
    Said(
        Role.STEWARD, "rd_activity", "projects", 1, "走访时看过立项文件，在研项目少报一个。", 4, True,
        "已核对立项文件，按实更正。",
    ),
    Said(
        Role.ENTERPRISE_MEMBER, "rd_activity", "staff", 2, "两名工艺工程师全年做研发，年报漏填。", 3, False,
        "他们的工时没有记入研发台账，按年报口径不计。",
    ),
    Said(Role.STEWARD, "rd_activity", "staff", 3, "走访时企业出示了研发人员花名册，比年报多三人。", 1),
)  # fmt: skip


def load(now: datetime) -> None:
    """After the visits. Said of a number that the line has given; nothing where none of his firms has one."""
    taken: set[int] = set()
    for said in SAID:
        by = User.objects.get(username=said.by)
        column = ResourceColumn.objects.select_related("resource__line").get(
            resource__code=said.resource, code=said.column
        )
        at = later(calendar().close_before(now, said.days + 1), MORNING)
        fact = _wrong(column, by, taken, at)
        if fact is None:
            continue
        taken.add(fact.pk)
        made = correcting.propose(
            fact.enterprise,
            column,
            fact.values[column.place - 1] + said.more,
            period=fact.period,
            reason=said.reason,
            by=by,
            at=at,
        )
        _ruled(made, said, later(at, LATER))


def _wrong(column: ResourceColumn, by: User, taken: set[int], at: datetime) -> Fact | None:
    """The latest number on one of his firms, of a row of which nothing was said."""
    own = Enterprise.objects.filter(pk__in=firms_of(by, at)) | Enterprise.objects.stewarded_by(by, at)
    facts = Fact.objects.filter(resource=column.resource, enterprise__in=own).exclude(pk__in=taken)
    given = [
        fact for fact in facts.select_related("enterprise").order_by("-period", "enterprise") if _has(fact, column)
    ]
    return given[0] if given else None


def _has(fact: Fact, column: ResourceColumn) -> bool:
    return len(fact.values) >= column.place and fact.values[column.place - 1] is not None


def _ruled(made: Correction, said: Said, at: datetime) -> None:
    if said.confirmed is None:
        return
    by = User.objects.get(username=Role.DATA_OFFICER)
    rule = correcting.confirm if said.confirmed else correcting.reject
    rule(made, by=by, answer=said.answer, at=at)
