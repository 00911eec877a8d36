"""The library as its verbs would have left it (POL-1): versions, clauses, criteria, exclusions; written in bulk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from enterprises.criteria.reading import parse, unparse
from enterprises.criteria.store import refresh
from enterprises.models import Criterion, CriterionVersion
from policies.library import flow, stages
from policies.library.content import content_of
from policies.models import Clause, ClauseVersion, Exclusion, Policy, PolicyVersion
from portal.people.roles import Role
from portal.trail.models import Event
from portal.worktime.calendar import SHANGHAI

from .desk import Desk
from .texts import WRITTEN_FOR, ClauseText, PolicyText, VersionText, exclusions, policies

MIDNIGHT = time(0, 10)  # when the clock puts a version in force
WRITTEN, SUBMITTED, APPROVED = 15, 12, 8  # working days before the day on which a version takes effect
ENDED = timedelta(days=60)  # how long ago a policy was abolished
YEAR = re.compile(r"〔(\d{4})〕")
NEXT = ("steady-growth", "12 月到期，拟延长一年。")  # of this one the next version is being written


class Library:
    """Makes all rows of the library; `clauses` are what claims are made of afterwards."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.events: list[Event] = []
        self.policies: dict[str, Policy] = {}
        self.clauses: dict[tuple[str, int], Clause] = {}
        self.rows: list[tuple[ClauseVersion, ClauseText]] = []
        self.criteria: list[tuple[Criterion, list[CriterionVersion]]] = []

    def make(self) -> None:
        texts = policies()
        self._policies(texts)
        made = [(text, self._versions(text)) for text in texts]
        every = [version for _text, versions in made for version in versions]
        PolicyVersion.objects.bulk_create(every)
        for text, versions in made:
            self._clauses_of(text, versions)
        ClauseVersion.objects.bulk_create([row for row, _text in self.rows])
        self._reviewers()
        for text, versions in made:
            self._settle(text, versions)
        self._save()
        Event.objects.bulk_create(sorted(self.events, key=lambda event: event.at))
        refresh([criterion for criterion, _versions in self.criteria], at=self.desk.now)
        self._exclusions()
        self._next()

    # Rows -------------------------------------------------------------------------------------------------------

    def _policies(self, texts: Sequence[PolicyText]) -> None:
        rows = []
        for text in texts:
            department = self.desk.departments[text.department]
            at = self._times(text, text.versions()[0])[0]
            writer = None if at == self.desk.began else self.desk.staff[department.pk].officer
            rows.append(Policy(code=text.code, department=department, created_by=writer, created_at=at))
        self.policies = {policy.code: policy for policy in Policy.objects.bulk_create(rows)}
        numbers = {(text.code, clause.number) for text in texts for one in text.versions() for clause in one.clauses}
        keys = sorted(numbers)
        made = Clause.objects.bulk_create([Clause(policy=self.policies[code], number=number) for code, number in keys])
        self.clauses = dict(zip(keys, made, strict=True))

    def _day(self, day: date | None) -> date | None:
        return day and self.desk.written_on(day, WRITTEN_FOR)

    def _times(self, text: PolicyText, version: VersionText) -> tuple[datetime, datetime, datetime, datetime]:
        """Written, submitted, approved, in force; all at once where it is older than the town's portal."""
        desk, effective = self.desk, self.desk.written_on(version.effective_on, WRITTEN_FOR)
        force = datetime.combine(effective, MIDNIGHT, SHANGHAI)
        if effective > desk.today or (text.state in stages.WORKED_ON and version.number == len(text.former) + 1):
            effective = desk.today
        first = desk.back(WRITTEN, effective)
        if datetime.combine(first, MIDNIGHT, SHANGHAI) < desk.began:
            return desk.began, desk.began, desk.began, max(force, desk.began)
        written = desk.office(first)
        submitted = desk.office(desk.back(SUBMITTED, effective), written)
        return written, submitted, desk.office(desk.back(APPROVED, effective), submitted), force

    def _versions(self, text: PolicyText) -> list[PolicyVersion]:
        staff = self.desk.staff[self.desk.departments[text.department].pk]
        made = []
        versions = text.versions()
        for version in versions:
            written, submitted, approved, force = self._times(text, version)
            old, last = written == self.desk.began, version is versions[-1]
            row = PolicyVersion(
                policy=self.policies[text.code],
                number=version.number,
                note=version.note,
                effective_on=self.desk.written_on(version.effective_on, WRITTEN_FOR),
                written_by=None if old else staff.officer,
                written_at=written,
                status=text.state if last else stages.SUPERSEDED,
                **self._elements(version),
            )
            if row.status != stages.DRAFT:
                row.submitted_by, row.submitted_at = row.written_by, submitted
            if row.status not in (stages.DRAFT, stages.REVIEW):
                row.approved_by, row.approved_at = None if old else staff.decider, approved
            if row.status in stages.PUBLISHED:
                row.took_effect_at = force
            made.append(row)
        for former, latter in pairwise(made):
            former.superseded_at = latter.took_effect_at
        return made

    def _elements(self, version: VersionText) -> dict[str, Any]:
        said: dict[str, Any] = {
            name: self._day(value) if isinstance(value, date) else value for name, value in version.elements.items()
        }
        for name in ("industries", "keywords"):
            said[name] = list(said[name])
        moved = (self._day(WRITTEN_FOR) or WRITTEN_FOR).year - WRITTEN_FOR.year
        said["document_number"] = YEAR.sub(lambda found: f"〔{int(found[1]) + moved}〕", said["document_number"])
        return said

    def _clauses_of(self, text: PolicyText, versions: Sequence[PolicyVersion]) -> None:
        for version, row in zip(text.versions(), versions, strict=True):
            for position, clause in enumerate(version.clauses, 1):
                elements = clause.elements | {"materials": [dict(one) for one in clause.materials]}
                of = self.clauses[text.code, clause.number]
                self.rows.append((ClauseVersion(version=row, clause=of, position=position, **elements), clause))

    def _reviewers(self) -> None:
        Through = ClauseVersion.reviewers.through
        named = ((row, name) for row, text in self.rows for name in text.reviewers)
        Through.objects.bulk_create(
            Through(clauseversion_id=row.pk, department_id=self.desk.departments[name].pk) for row, name in named
        )

    # What is in force -------------------------------------------------------------------------------------------

    def _settle(self, text: PolicyText, versions: Sequence[PolicyVersion]) -> None:
        policy = self.policies[text.code]
        if text.follows:
            policy.follows = self.policies[text.follows]
        for version in versions:
            self._tell(policy, version)
        current = versions[-1] if versions[-1].status == stages.IN_FORCE else None
        if current is None:
            return
        policy.current = current
        over = self._over(text, policy, current)
        for row, _clause in self.rows:
            if row.version_id == current.pk:
                row.clause.current, row.clause.ended_at = row, over
                if row.tree is not None and over is None:
                    self._criterion(row, [one for one, _text in self.rows if one.clause_id == row.clause_id])

    def _over(self, text: PolicyText, policy: Policy, current: PolicyVersion) -> datetime | None:
        """When it ended, by hand or by its last day."""
        if text.ended_for:
            decider = self.desk.staff[policy.department_id].decider
            policy.ended_at = self.desk.office(local(self.desk.now - ENDED))
            policy.ended_for = text.ended_for
            self._event("policy.ended", policy, policy.ended_at, decider, Role.DEPARTMENT_HEAD, current)
            return policy.ended_at
        if current.valid_to is not None and current.valid_to < self.desk.today:
            at = datetime.combine(current.valid_to + timedelta(days=1), MIDNIGHT, SHANGHAI)
            self._event("policy.expired", policy, at, None, "", current)
            return at
        return None

    def _criterion(self, row: ClauseVersion, history: Sequence[ClauseVersion]) -> None:
        """One for the clause, with a version for each time its condition changed."""
        policy = row.version.policy
        criterion = Criterion(code=f"{policy.code}-{row.clause.number}", name=row.title[:60])
        versions: list[CriterionVersion] = []
        for one in history:
            if one.tree is None or (tree := unparse(parse(one.tree))) == (versions[-1].tree if versions else None):
                continue
            at, note = one.version.took_effect_at or self.desk.now, one.version.note[:200] if versions else ""
            version = CriterionVersion(criterion=criterion, number=len(versions) + 1, tree=tree, at=at, note=note)
            versions.append(version)
        row.clause.criterion = criterion
        self.criteria.append((criterion, versions))

    def _save(self) -> None:
        Criterion.objects.bulk_create([criterion for criterion, _versions in self.criteria])
        CriterionVersion.objects.bulk_create([one for _criterion, versions in self.criteria for one in versions])
        for criterion, versions in self.criteria:
            criterion.current = versions[-1]
            for number, version in enumerate(versions):
                kind = "criterion.revised" if number else "criterion.defined"
                self.events.append(self.desk.event(kind, criterion, version.at, data={"version": version.pk}))
        Criterion.objects.bulk_update([criterion for criterion, _versions in self.criteria], ["current"])
        for clause in self.clauses.values():
            clause.criterion = clause.criterion  # its key is known now
        Clause.objects.bulk_update(self.clauses.values(), ["current", "criterion", "ended_at"], batch_size=500)
        Policy.objects.bulk_update(self.policies.values(), ["current", "follows", "ended_at", "ended_for"])

    # Events -----------------------------------------------------------------------------------------------------

    def _tell(self, policy: Policy, version: PolicyVersion) -> None:
        writer, decider = version.written_by, version.approved_by
        kind = "policy.created" if version.number == 1 else "policy.drafted"
        self._event(kind, policy, version.written_at, writer, Role.POLICY_OFFICER if writer else "", version)
        if version.submitted_by is not None and version.submitted_at is not None:
            self._event("policy.submitted", policy, version.submitted_at, writer, Role.POLICY_OFFICER, version)
        if decider is not None and version.approved_at is not None:
            self._event("policy.approved", policy, version.approved_at, decider, Role.DEPARTMENT_HEAD, version)
        if version.took_effect_at is not None:
            self._event("policy.took_effect", policy, version.took_effect_at, None, "", version)

    def _event(self, kind: str, policy: Policy, at: datetime, by: Any, role: str, version: PolicyVersion) -> None:
        self.events.append(self.desk.event(kind, policy, at, by, role, data={"version": version.pk}))

    # What belongs to several ------------------------------------------------------------------------------------

    def _exclusions(self) -> None:
        for row in exclusions():
            cap = Decimal(row["cap"]) if "cap" in row else None
            department = self.desk.departments[row["department"]]
            made = Exclusion.objects.create(
                name=row["name"], basis=row["basis"], rule=row["rule"], cap=cap, department=department
            )
            named = (name.rpartition("/") for name in row["clauses"])
            made.clauses.set([self.clauses[code, int(number)] for code, _slash, number in named])

    def _next(self) -> None:
        """One policy's next version is being written, by its verbs."""
        code, note = NEXT
        policy = self.policies[code]
        officer = self.desk.staff[policy.department_id].officer
        assert officer is not None
        at = self.desk.office(self.desk.back(3))
        version = flow.draft(policy, by=officer, at=at)
        content = content_of(version)
        content.elements["note"] = note
        if (until := content.elements["valid_to"]) is not None:
            content.elements |= {"valid_to": until.replace(year=until.year + 1), "effective_on": until}
        flow.edit(version, content, by=officer, seen=version.revision, at=self.desk.after(at, 1))


def local(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
