"""The last weeks by the verbs: visits recorded, findings in each state of their rectification; and the days to come."""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from enterprises.models import Enterprise, Member
from inspections.models import Agency, JointVisit, Need, Plan, Rectification, VisitPart
from inspections.needs import stages as needs
from inspections.recording import flow as recording
from inspections.recording import stages as findings
from inspections.recording.written import Answer, Checked, Found, Record, Signed
from inspections.rectification import flow as rectification
from inspections.visits import flow as visiting
from inspections.visits import stages as visits
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar

from .staff import Staff
from .year import NAMES, Year

# Working days ago, days given, what became of it: how the findings of the last weeks stand.
FATES = (
    (20, 15, "late"),
    (17, 15, "closed"),
    (15, 15, "returned"),
    (13, 15, "submitted"),
    (11, 15, "time_asked"),
    (8, 15, "open"),
    (5, 10, "clean"),
    (3, 10, "clean"),
)
WAITING = ("submitted", "time_asked")  # for the demo's own inspector, who goes with the keeper's first team
TODAY, COMING = 3, (2, 1, 3, 4, 6, 8, 9)  # visits of today; of so many working days on
UNANNOUNCED = (3, 8)  # of these nobody is told


def load(staff: Staff, year: Year, words: dict[str, Any]) -> None:
    Walk(staff, year, words["said"]).make()


class Walk:
    def __init__(self, staff: Staff, year: Year, said: dict[str, Any]) -> None:
        self.staff, self.year, self.said, self.desk = staff, year, said, staff.desk
        member = Member.objects.current(staff.now).filter(user__username=Role.ENTERPRISE_MEMBER).order_by("pk").first()
        own = member.enterprise_id if member else None
        lately = set(self._lately())
        free = [firm for firm in year.firms if firm.pk not in lately]
        known = [firm for firm in free if firm.pk in year.members and firm.pk != own]
        # The demo's own firm has not put right in time what was found, and is told of the next visit.
        mine = [firm for firm in free if firm.pk == own]
        self.walked = [*mine, *known][: len(FATES)]
        gone = {firm.pk for firm in self.walked[1:]}
        self.coming = [firm for firm in [*known[::-1], *free] if firm.pk not in gone and firm.pk != own]
        self.coming[TODAY:TODAY] = mine
        self.image = _signature()

    def _lately(self) -> Sequence[int]:
        since = self.desk.back(60)
        return list(JointVisit.objects.filter(day__gte=since).values_list("enterprise", flat=True))

    def make(self) -> None:
        for (ago, given, fate), firm in zip(FATES, self.walked, strict=False):
            self._walked(firm, self.desk.back(ago), given, fate)
        self._to_come(list(dict.fromkeys(self.coming)))

    # What was ---------------------------------------------------------------------------------------------------

    def _walked(self, firm: Enterprise, day: date, given: int, fate: str) -> None:
        agencies, turn = self.year.agencies()[:2], None
        if fate in WAITING:
            agencies, turn = [self.staff.keeper, *(one for one in agencies if one != self.staff.keeper)][:2], 0
        visit = self._planned(firm, day, agencies, unannounced=False, turn=turn)
        at = self.staff.hour(day)
        parts = list(visit.parts.select_related("agency").order_by("-leads", "pk"))
        visiting.begin(visit, by=_goes(parts[0]), at=at)
        for n, part in enumerate(parts):
            part.refresh_from_db()
            wrong = n == 0 and fate != "clean"
            record = self._record(part, given, wrong)
            key = uuid.uuid5(NAMES, f"walked {part.pk}")
            recording.record(part, by=_goes(part), record=record, key=key, at=at + timedelta(minutes=50 + 20 * n))
        for made in Rectification.objects.filter(visit=visit).order_by("pk")[:1]:
            self._went_on(made, fate)

    def _planned(
        self,
        firm: Enterprise,
        day: date,
        agencies: Sequence[Agency],
        *,
        unannounced: bool,
        turn: int | None = None,
    ) -> JointVisit:
        """A visit of an approved plan, as the approval would have left it."""
        plan: Plan = self.year.plan_of(day)
        fields = {"status": visits.SCHEDULED, "begun_at": None, "done_at": None, "unannounced": unannounced}
        made = self.year.visit(firm, day, plan, told_at=None if unannounced else plan.approved_at, **fields)
        made.save()
        rows = self.year.parts_of(made, agencies, turn)
        VisitPart.objects.bulk_create([part for part, _people in rows])
        self.year.send(rows)
        kinds = (needs.STATUTORY, needs.CAMPAIGN, needs.SELF_CHOSEN)
        for n, (part, _people) in enumerate(rows):
            subject = self.staff.random.choice(self.staff.subjects[part.agency_id])
            self.year.need_of(made, part.agency, subject, kinds[n % 3], needs.PLANNED).save()
        return made

    def _record(self, part: VisitPart, given: int, wrong: bool) -> Record:
        wishes = Need.objects.filter(visit=part.visit_id, agency=part.agency_id).select_related("subject")
        checks = [self._checked(need, given, wrong and n == 0) for n, need in enumerate(wishes.order_by("pk"))]
        inspector = _goes(part)
        member = self.year.members[part.visit.enterprise_id]
        signatures = (
            Signed("inspector", image=self.image, name=inspector.name),
            Signed("firm", image=self.image, name=member.name, title="负责人"),
        )
        return Record(tuple(checks), signatures)

    def _checked(self, need: Need, given: int, wrong: bool) -> Checked:
        points = list(need.subject.checklist.filter(ended_at=None).order_by("number"))
        answers = tuple(
            Answer(point.pk, findings.PROBLEM if wrong and n == 0 else findings.OK) for n, point in enumerate(points)
        )
        if not wrong:
            return Checked(need.pk, answers, remarks=self.staff.random.choice(self.said["remarks"]))
        text = self.year.problems[need.subject.code]
        found = Found(text, findings.GENERAL, findings.RECTIFY, item=points[0].pk, basis=points[0].basis, days=given)
        return Checked(need.pk, answers, (found,))

    def _went_on(self, made: Rectification, fate: str) -> None:
        by, inspector = self.year.members[made.enterprise_id], made.ordered_by
        soon = self.desk.after(made.ordered_at, 4)
        proof = self.staff.random.choice(self.said["proofs"])
        if fate in ("closed", "returned", "submitted"):
            rectification.submit(made, by=by, text=proof, at=soon)
        if fate == "closed":
            rectification.accept(made, by=inspector, answer=self.said["accepted"], at=self.desk.after(soon, 2))
        if fate == "returned":
            rectification.send_back(made, by=inspector, answer=self.said["returned"], at=self.desk.after(soon, 2))
        if fate == "time_asked":
            until = calendar().add_working_days(self.desk.today, 12)
            rectification.ask_time(made, by=by, until=until, reason=self.said["more_time"], at=soon)

    # What is to come --------------------------------------------------------------------------------------------

    def _to_come(self, firms: Sequence[Enterprise]) -> None:
        today = calendar().add_working_days(self.desk.today, 0)
        days = [today] * TODAY + [calendar().add_working_days(self.desk.today, n) for n in COMING]
        for n, (day, firm) in enumerate(zip(days, firms, strict=False)):
            agencies = self.year.agencies()
            if n < TODAY - 1 and self.staff.keeper not in agencies:
                agencies = [self.staff.keeper, *agencies[:2]]
            unannounced = n >= TODAY and COMING[n - TODAY] in UNANNOUNCED
            self._planned(firm, day, agencies, unannounced=unannounced, turn=n)  # the first team has the first


def _goes(part: VisitPart) -> User:
    user: User = part.inspectors.order_by("pk").select_related("user")[0].user
    return user


def _signature() -> bytes:
    """A line as a finger would draw it."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (360, 140), (255, 255, 255, 0))
    stroke = [(20, 90), (60, 40), (80, 110), (120, 50), (150, 100), (210, 60), (250, 95), (330, 55)]
    ImageDraw.Draw(picture).line(stroke, fill=(20, 30, 60, 255), width=4, joint="curve")
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()
