"""A year of joint visits as they were planned, carried out and recorded: rows, as the verbs would have left them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from enterprises.models import Enterprise, Member
from inspections.models import (
    Agency,
    Check,
    CheckItem,
    Finding,
    Inspector,
    JointVisit,
    Need,
    Plan,
    Rectification,
    Subject,
    Upload,
    VisitPart,
    VisitRating,
)
from inspections.needs import stages as needs
from inspections.numbers import number
from inspections.planning import stages as plans
from inspections.recording import stages as findings
from inspections.rectification import stages as rectifying
from inspections.visits import stages as visits
from portal.worktime.calendar import calendar

from .staff import Staff

SHARE, LEAST = 0.075, 14  # visits of a year, for each firm that is not on the whitelist
DAYS = 250  # working days back
AGENCIES_AT_ONCE = (1, 2, 3, 4)
JOINT = (18, 42, 30, 10)  # how often so many go together
KINDS = (needs.SELF_CHOSEN, needs.RANDOM, needs.STATUTORY, needs.CAMPAIGN)
HIT, RATED = 0.28, 0.45  # visits on which something was found; that the firm rated
NAMES = uuid.UUID("0b7a3f7e-6d0c-4c55-9a43-2f6f0a4b9d11")


class Year:
    """Visits of the last year, up to three weeks ago; what came after is walked by the verbs."""

    def __init__(self, staff: Staff, firms: Sequence[Enterprise], words: dict[str, Any]) -> None:
        self.staff, self.random, self.said = staff, staff.random, words["said"]
        self.basis, self.problems = self.said["plan_basis"], words["problems"]
        self.firms = list(firms)
        members = Member.objects.current(staff.now).order_by("pk").select_related("user")
        self.members = {one.enterprise_id: one.user for one in members}

    def make(self) -> None:
        count = max(LEAST, int(len(self.firms) * SHARE))
        chosen = self.random.choices(self.firms, k=count)
        days = sorted({self.staff.desk.back(self.random.randint(22, DAYS)) for _n in range(count)})
        visits_: list[JointVisit] = []
        taken: set[tuple[int, int]] = set()
        for n, firm in enumerate(chosen):
            day = days[n % len(days)]
            if (firm.pk, day.toordinal() // 28) in taken:
                continue  # a firm is not visited twice in four weeks
            taken.add((firm.pk, day.toordinal() // 28))
            visits_.append(self.visit(firm, day, self.plan_of(day)))
        JointVisit.objects.bulk_create(visits_, batch_size=1000)
        self._fill(visits_)

    # What a visit is made of ------------------------------------------------------------------------------------

    def plan_of(self, day: date) -> Plan:
        """The approved plan of the day's quarter."""
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        last = date(first.year + first.month // 12, first.month % 12 + 3 if first.month < 10 else 1, 1)
        last = (date(first.year + 1, 1, 1) if first.month == 10 else date(first.year, first.month + 3, 1)) - timedelta(
            1
        )
        title = f"{first.year} 年第{'一二三四'[first.month // 3]}季度联合检查"
        found = Plan.objects.filter(title=title).first()
        if found is not None:
            return found
        at = self.staff.desk.office(calendar().add_working_days(first - timedelta(days=12), 0))
        return Plan.objects.create(
            number=self.number("JH", at.date()),
            title=title,
            first=first,
            last=last,
            gap=10,
            status=plans.APPROVED,
            created_by=self.staff.people[self.staff.keeper.pk][0].user,
            submitted_by=self.staff.people[self.staff.keeper.pk][0].user,
            created_at=at,
            moved_at=at,
            approved_by=self.staff.head(self.staff.keeper),
            approved_at=at + timedelta(days=1),
        )

    def number(self, prefix: str, day: date) -> str:
        """Taken from the series, so that whoever goes on counting on that day finds it used."""
        return number(prefix, self.staff.hour(day))

    def visit(self, firm: Enterprise, day: date, plan: Plan, **fields: Any) -> JointVisit:
        at = self.staff.hour(day, self.random.randint(0, 3))
        known = {
            "status": visits.DONE,
            "told_at": plan.approved_at,
            "begun_at": at,
            "done_at": at + timedelta(hours=2),
        }
        return JointVisit(
            number=self.number("JC", day),
            key=uuid.uuid5(NAMES, f"{firm.pk} {day}"),
            plan=plan,
            enterprise=firm,
            day=day,
            created_at=plan.created_at,
            **known | fields,
        )

    def agencies(self) -> list[Agency]:
        """Which go together."""
        able = [agency for agency in self.staff.agencies if self.staff.subjects.get(agency.pk)]
        count = min(self.random.choices(AGENCIES_AT_ONCE, JOINT)[0], len(able))
        return self.random.sample(able, count)

    def parts_of(
        self, made: JointVisit, agencies: Sequence[Agency], turn: int | None = None
    ) -> list[tuple[VisitPart, list[Inspector]]]:
        """Each agency's part with those who go: the team whose turn it is."""
        rows = []
        for n, agency in enumerate(agencies):
            team, people = self.staff.crew(agency, made.day.toordinal() + made.enterprise_id if turn is None else turn)
            recorded = made.done_at if made.status == visits.DONE else None
            part = VisitPart(
                visit=made,
                agency=agency,
                team=team,
                leads=n == 0,
                recorded_at=recorded,
                recorded_by=people[0].user if recorded else None,
            )
            rows.append((part, people))
        return rows

    def need_of(self, made: JointVisit, agency: Agency, subject: Subject, kind: str, status: str) -> Need:
        day = made.day
        return Need(
            number=self.number("JX", made.created_at.date()),
            key=uuid.uuid5(NAMES, f"{made.key} {agency.pk} {subject.pk}"),
            agency=agency,
            enterprise=made.enterprise,
            subject=subject,
            kind=kind,
            basis=self.basis if kind != needs.CAMPAIGN else self.said["campaign"],
            first=max(made.plan.first, day - timedelta(days=20)) if made.plan else day,
            last=day + timedelta(days=20),
            parts=subject.parts,
            skill=subject.skill,
            unannounced=made.unannounced,
            status=status,
            plan=made.plan,
            visit=made,
            created_by=self.staff.people[agency.pk][0].user,
            created_at=made.created_at,
            ended_at=made.done_at if status == needs.DONE else None,
        )

    # In bulk ----------------------------------------------------------------------------------------------------

    def _fill(self, made: list[JointVisit]) -> None:
        parts = [row for visit in made for row in self.parts_of(visit, self.agencies())]
        VisitPart.objects.bulk_create([part for part, _people in parts], batch_size=1000)
        self.send(parts)
        wishes = [self._need_of(part) for part, _people in parts]
        Need.objects.bulk_create(wishes, batch_size=1000)
        uploads = Upload.objects.bulk_create([self._upload(part) for part, _people in parts], batch_size=1000)
        checks, found = [], []
        hit = {visit.pk for visit in made if self.random.random() < HIT}
        for (part, _people), need, upload in zip(parts, wishes, uploads, strict=True):
            problem = part.visit_id in hit and part.leads
            checks.append(self._check(part, need, upload, problem))
            if problem:
                found.append((checks[-1], self._finding(checks[-1], need)))
        Check.objects.bulk_create(checks, batch_size=1000)
        CheckItem.objects.bulk_create(self._items(checks), batch_size=2000)
        Finding.objects.bulk_create([finding for _check, finding in found], batch_size=1000)
        self._rectified([finding for _check, finding in found])
        self._rated(made)

    def send(self, parts: Sequence[tuple[VisitPart, list[Inspector]]]) -> None:
        through = VisitPart.inspectors.through
        rows = [through(visitpart_id=part.pk, inspector_id=one.pk) for part, people in parts for one in people]
        through.objects.bulk_create(rows, batch_size=2000)

    def _need_of(self, part: VisitPart) -> Need:
        subject = self.random.choice(self.staff.subjects[part.agency_id])
        kind = self.random.choices(KINDS, (30, 25, 30, 15))[0]
        return self.need_of(part.visit, part.agency, subject, kind, needs.DONE)

    def _upload(self, part: VisitPart) -> Upload:
        key = uuid.uuid5(NAMES, f"upload {part.pk}")
        return Upload(
            key=key,
            part=part,
            digest=key.hex * 2,
            by=part.recorded_by,
            at=part.recorded_at,
            written_at=part.recorded_at,
        )

    def _check(self, part: VisitPart, need: Need, upload: Upload, problem: bool) -> Check:
        said = "" if problem else self.random.choice(self.said["remarks"])
        result = findings.FOUND if problem else findings.CLEAN
        return Check(
            need=need, part=part, upload=upload, result=result, remarks=said, by=upload.by, at=part.recorded_at
        )

    def _items(self, checks: Sequence[Check]) -> list[CheckItem]:
        rows = []
        for check in checks:
            for n, point in enumerate(check.need.subject.checklist.all(), 1):
                found = check.result == findings.FOUND and n == 1
                result = findings.PROBLEM if found else findings.OK
                rows.append(CheckItem(record=check, item=point, number=n, text=point.text, result=result))
        return rows

    def _finding(self, check: Check, need: Need) -> Finding:
        point = next(iter(need.subject.checklist.all()))
        return Finding(
            record=check,
            item=point,
            enterprise=need.enterprise,
            agency=need.agency,
            text=self.problems[need.subject.code],
            basis=point.basis,
            severity=findings.GENERAL,
            outcome=findings.RECTIFY,
            status=findings.CLOSED,
            at=check.at,
        )

    def _rectified(self, found: Sequence[Finding]) -> None:
        rows = []
        for finding in found:
            ended = self.staff.desk.after(finding.at, self.random.randint(4, 14))
            rows.append(
                Rectification(
                    number=self.number("ZG", finding.at.date()),
                    finding=finding,
                    visit=finding.record.part.visit,
                    enterprise=finding.enterprise,
                    agency=finding.agency,
                    status=rectifying.CLOSED,
                    ordered_by=finding.record.by,
                    ordered_at=finding.at,
                    moved_at=ended,
                    ended_at=ended,
                    ended_by=finding.record.by,
                    ended_for=self.said["accepted"],
                )
            )
        Rectification.objects.bulk_create(rows, batch_size=1000)

    def _rated(self, made: Sequence[JointVisit]) -> None:
        rows = []
        for visit in made:
            by = self.members.get(visit.enterprise_id)
            if by is None or self.random.random() > RATED:
                continue
            stars = self.random.choices((3, 4, 5), (8, 34, 58))[0]
            told = {name: stars > 3 or self.random.random() < 0.7 for name in VisitRating.CONDUCT}
            said = self.random.choice(self.said["comments"]) if stars > 3 and self.random.random() < 0.4 else ""
            at = self._soon(visit.done_at)
            rows.append(VisitRating(visit=visit, stars=stars, comment=said, by=by, at=at, **told))
        VisitRating.objects.bulk_create(rows)

    def _soon(self, at: datetime | None) -> datetime:
        assert at is not None
        return min(at + timedelta(hours=self.random.randint(2, 60)), self.staff.now)
