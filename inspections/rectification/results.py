"""What was found goes into the facts (INS-10): a delivery per visit and resource, again whenever something has changed.

A verb only notes that a visit's results are owed; the sweep brings them, so that no record on a phone waits for a file
of a hundred thousand rows. All rows of the visit are written each time: the same again changes nothing, and what is
closed or withdrawn since takes the place of what stood, with its former value kept. Attributes, portraits, warnings and
the whitelist's incidents follow from the facts as from any others.

| what | resource |
| --- | --- |
| each check, with its result and, once all of it is put right, the day | checks, or the agency's own (fire_checks) |
| each finding that is general or serious and was not put right on the spot | hazards, a serious one as a major hazard |
| the penalty of a case | penalties, or the agency's own (environment_penalties) |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from enterprises.facts.delivering import deliver
from enterprises.models import Delivery, Fact, Line, Resource
from portal.people.models import User
from portal.worktime.words import local_day

from ..models import Agency, CaseOutcome, Check, Finding, JointVisit, ResultOwed
from ..recording import stages as findings

CHECKS, HAZARDS, PENALTIES = ("fire_checks", "checks"), ("hazards",), ("environment_penalties", "penalties")
GRADES = {findings.GENERAL: "general", findings.SERIOUS: "major"}
LONGEST = 200  # characters of a matter
Values = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One row on its way: of which agency, to which of these resources."""

    agency: Agency
    codes: tuple[str, ...]
    item: str
    values: Values


def owed(visit: JointVisit, by: User, at: datetime) -> None:
    """Within a minute they are brought; in the transaction of what changed them."""
    ResultOwed.objects.update_or_create(visit=visit, defaults={"by": by, "since": at})


def waiting(at: datetime) -> QuerySet[ResultOwed]:
    return ResultOwed.objects.filter(since__lte=at).order_by("since", "pk")


def bring(row: ResultOwed, at: datetime) -> bool | None:
    """One visit's results; the mark goes with them, and whoever marks anew meanwhile waits and leaves another."""
    marks = ResultOwed.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    mark = marks.select_related("visit", "by").filter(pk=row.pk).first()
    if mark is None:
        return False
    mark.delete()
    grouped: defaultdict[tuple[int, int], list[Said]] = defaultdict(list)
    known: dict[int, Any] = {}
    for line in _lines(mark.visit):
        resource, source = _where(line.agency, line.codes)
        if resource is not None and source is not None:
            known[resource.pk], known[-source.pk] = resource, source
            grouped[resource.pk, source.pk].append(line)
    for to, by_line in sorted(grouped):
        _deliver(mark.visit, known[to], known[-by_line], grouped[to, by_line], mark.by, at)
    return None


def _deliver(
    visit: JointVisit, resource: Resource, source: Line, lines: Iterable[Said], by: User, at: datetime
) -> None:
    has = set(resource.columns.values_list("code", flat=True))
    rows = [
        (visit.enterprise_id, None, line.item, {code: value for code, value in line.values.items() if code in has})
        for line in lines
    ]
    deliver(resource, rows, line=source, way=Delivery.Way.CHECK, by=by, at=at)


def _where(agency: Agency, codes: tuple[str, ...]) -> tuple[Resource | None, Line | None]:
    """The resource that the agency's own line keeps, else the last; and whose word it is: its line's, if it has one."""
    found = {
        one.code: one
        for one in Resource.objects.filter(code__in=codes, retired_at=None, per=Resource.Per.REGISTER).select_related(
            "line"
        )
    }
    own = [one for code, one in found.items() if one.line.department_id == agency.department_id]
    resource = next(iter(own), None) or found.get(codes[-1])
    line = Line.objects.filter(department=agency.department_id).order_by("pk").first()
    return resource, line or (resource.line if resource else None)


def _lines(visit: JointVisit) -> Iterator[Said]:
    checks = Check.objects.filter(part__visit=visit).select_related("need", "part__agency__department").order_by("pk")
    with_all = ("findings__rectification", "findings__case__corrections", "findings__again_of")
    for check in checks.prefetch_related(*with_all):
        found = [one for one in check.findings.all() if not one.again_of.all()]
        agency, number = check.part.agency, check.need.number
        yield Said(agency, CHECKS, number, _check(check, agency, list(check.findings.all())))
        for finding in found:
            yield from _hazard(visit, agency, finding)
            if (outcome := _case(finding)) is not None:
                yield from _penalties(agency, finding, outcome)


def _check(check: Check, agency: Agency, found: list[Finding]) -> Values:
    standing = [one for one in found if one.status != findings.WITHDRAWN]
    cleared = [_cleared(one) for one in standing]
    values = {
        "checked_on": local_day(check.at),
        "agency": agency.department.name,
        "result": _result(standing),
        "cleared_on": None,
    }
    if standing and None not in cleared:
        values["cleared_on"] = max(day for day in cleared if day is not None)
    return values


def _result(found: list[Finding]) -> str:
    if not found:
        return "passed"
    return "punished" if any(one.outcome == findings.CASE and not _let_off(one) for one in found) else "corrected"


def _let_off(finding: Finding) -> bool:
    outcome = _case(finding)
    return outcome is not None and not outcome.punished


def _hazard(visit: JointVisit, agency: Agency, finding: Finding) -> Iterator[Said]:
    """Minor ones and those put right on the spot are no hazards; one that was withdrawn is taken away again."""
    if finding.severity not in GRADES or finding.outcome in findings.ON_THE_SPOT:
        return
    item = f"{visit.number}-{finding.pk}"
    if finding.status == findings.WITHDRAWN:
        if Fact.objects.filter(resource__code__in=HAZARDS, enterprise=visit.enterprise_id, item=item).exists():
            yield Said(agency, HAZARDS, item, dict.fromkeys(("found_on", "grade", "matter", "cleared_on")))
        return
    yield Said(
        agency,
        HAZARDS,
        item,
        {
            "found_on": local_day(finding.at),
            "grade": GRADES[finding.severity],
            "matter": " ".join(finding.text.split())[:LONGEST],
            "cleared_on": _cleared(finding),
        },
    )


def _penalties(agency: Agency, finding: Finding, outcome: CaseOutcome) -> Iterator[Said]:
    """That which stands; what was registered under another number by mistake is taken away again."""
    wrong = {former.decision for former in outcome.corrections.all() if former.punished} - {outcome.decision}
    for decision in sorted(wrong):
        if not CaseOutcome.objects.filter(decision=decision).exists():
            yield Said(agency, PENALTIES, decision, dict.fromkeys(("decided_on", "matter", "fine")))
    if outcome.punished:
        yield Said(agency, PENALTIES, outcome.decision, _penalty(finding, outcome))


def _penalty(finding: Finding, outcome: CaseOutcome) -> Values:
    return {
        "decided_on": outcome.decided_on,
        "matter": " ".join(finding.text.split())[:LONGEST],
        "fine": outcome.fine,
    }


def _cleared(finding: Finding) -> date | None:
    """The day on which it was put right or done with; None while it is not."""
    if finding.status in (findings.REMEDIED, findings.WARNED):
        return local_day(finding.at)
    if finding.status != findings.CLOSED:
        return None
    if (outcome := _case(finding)) is not None:
        return outcome.decided_on
    again = list(finding.again_of.all())
    ended = again[0].ended_at if again else finding.rectification.ended_at
    return local_day(ended) if ended else None


def _case(finding: Finding) -> CaseOutcome | None:
    return getattr(finding, "case", None)
