"""The agencies of the demo town with their inspectors, teams and subjects, and the days and hours on which they act."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from enterprises.models import Enterprise
from enterprises.uscc import ASSOCIATION
from inspections.models import Agency, Inspector, Rules, Skill, Subject, Team
from inspections.needs import subjects
from inspections.whitelist import criteria
from portal.people.models import Department, Membership, User
from portal.people.roles import Role
from portal.worktime.calendar import SHANGHAI

from ..policies.desk import Desk

PER_TEAM = 2


class Staff:
    """Made once for the chapter; `agencies` in the order of the file, the first keeps the plans."""

    def __init__(self, desk: Desk, words: dict[str, Any]) -> None:
        self.desk, self.random, self.now = desk, desk.random, desk.now
        departments = {one.short_name: one for one in Department.objects.all()}
        self.agencies: list[Agency] = []
        self.teams: dict[int, list[Team]] = {}
        self.people: dict[int, list[Inspector]] = {}
        self.users: dict[int, User] = {}
        lists: dict[str, Agency] = {}
        Rules.objects.get_or_create(pk=1)
        criteria.load()
        for row in words["agency"]:
            agency = Agency.objects.create(
                department=departments[row["department"]], approves_plans=row.get("approves", False)
            )
            self.agencies.append(agency)
            lists |= dict.fromkeys(row["lists"], agency)
        subjects.load(lists)
        for agency in self.agencies:
            self._hire(agency)
        self.subjects = self._subjects()

    @property
    def keeper(self) -> Agency:
        return self.agencies[0]

    def _hire(self, agency: Agency) -> None:
        held = Membership.objects.current(self.now).filter(role=Role.INSPECTOR, department=agency.department)
        skills = list(Skill.objects.order_by("pk"))
        own = {subject.skill_id for subject in Subject.objects.filter(agency=agency)}
        self.people[agency.pk], self.teams[agency.pk] = [], []
        for n, row in enumerate(held.select_related("user").order_by("user")):
            made = Inspector.objects.create(
                user=row.user,
                agency=agency,
                certificate=f"苏E{agency.pk:02d}{row.user_id:05d}",
                valid_until=date(self.desk.today.year + 3 + n % 2, 12, 31),
            )
            made.skills.set([skill for skill in skills if skill.pk in own and n % PER_TEAM == 0])
            self.people[agency.pk].append(made)
            self.users[made.pk] = row.user
        people = self.people[agency.pk]
        for n in range(len(people) // PER_TEAM):
            team = Team.objects.create(agency=agency, name=f"检查{'一二三四五'[n]}组")
            team.members.set(people[n * PER_TEAM : (n + 1) * PER_TEAM])
            self.teams[agency.pk].append(team)

    def _subjects(self) -> dict[int, list[Subject]]:
        """Of each agency those that it checks most, at which somebody looks on site."""
        found: dict[int, list[Subject]] = {}
        usual = [one["code"] for one in subjects.shipped() if one["usual"]]
        rows = Subject.objects.filter(method=Subject.Method.ON_SITE, code__in=usual)
        for subject in rows.prefetch_related("checklist").order_by("pk"):
            found.setdefault(subject.agency_id, []).append(subject)
        return found

    def crew(self, agency: Agency, n: int) -> tuple[Team, list[Inspector]]:
        """The n-th team, in turn, and who is in it."""
        teams, people = self.teams[agency.pk], self.people[agency.pk]
        place = n % len(teams)
        return teams[place], people[place * PER_TEAM : (place + 1) * PER_TEAM]

    def head(self, agency: Agency) -> User:
        return self.desk.staff[agency.department_id].decider

    def firms(self) -> list[Enterprise]:
        """Those in business, in the order in which they came, the demo's own firms first; no association is one."""
        active = Enterprise.objects.filter(status=Enterprise.Status.ACTIVE).exclude(uscc__startswith=ASSOCIATION)
        return list(active.select_related("place").order_by("pk"))

    def hour(self, day: date, n: int = 0) -> datetime:
        """An hour of the morning or afternoon of that day, the n-th of its visits."""
        return datetime.combine(day, time(9 + (0, 1, 5, 6)[n % 4], 10 + n % 4 * 10), SHANGHAI)
