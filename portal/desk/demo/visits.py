"""Key lists of last year and this one, next year's in the making, and a year of visits (ENT-9, ENT-10)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from enterprises.keylists import flow as lists
from enterprises.keylists import stages as states
from enterprises.models import Enterprise, KeyEntry, KeyList, Level, Member, PlaceMember, Stewardship
from portal.desk.demo.content import table
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import SHANGHAI, calendar
from portal.worktime.words import local_day
from requests.models import Ticket, Visit, VisitDeadline, VisitPlan, VisitTicket
from requests.models.ticket import Channel
from requests.visits import flow
from requests.visits.flow import planning
from requests.visits.flow.recording import Record, record_visit, visit_unplanned

NAMES = uuid.UUID("4f0c6d1e-2a7b-4c59-9b33-7d8e5a1f6c20")  # keys come out the same in each loading
SIZES = {Level.DISTRICT: 13, Level.TOWN: 200}
# A small town's lists are smaller: this part of the firms that have stewards.
SHARE = {Level.DISTRICT: 1 / 16, Level.TOWN: 3 / 4}
BORN = 5  # matters that came of visits
FIRST, SECOND = date(1, 2, 10), date(1, 1, 20)  # when last year's and this year's lists were approved
STEWARDS_FIRMS = 30
MORE = 12  # firms of the grid member's plan, and of the project assistant's


class Year:
    """The town's lists and visits as they are at `now`."""

    def __init__(self, now: datetime) -> None:
        self.now, self.random, self.words = now, Random("visits"), table("visits")
        self.supervisor = User.objects.get(username=Role.SUPERVISOR)
        self.triager = User.objects.get(username=Role.TRIAGER)
        self.steward = User.objects.get(username=Role.STEWARD)
        self.leaders = list(User.objects.serving(Role.LEADER, at=now).order_by("pk"))
        held = Stewardship.objects.current(now).filter(kind=Stewardship.Kind.STEWARD)
        firms = Enterprise.objects.filter(pk__in=held.values("enterprise"), status=Enterprise.Status.ACTIVE)
        self.firms = list(firms.order_by("-registered_capital", "pk"))

    def make(self) -> None:
        """All of it; nothing where the town has too few firms that somebody looks after."""
        if len(self.firms) < 20:
            return
        year = local_day(self.now).year
        for level in Level:
            size = max(6, min(SIZES[level], int(len(self.firms) * SHARE[level])))
            first = self.list_of(level, year - 1, FIRST, self.firms[:size], size)
            self.list_of(level, year, SECOND, self.firms[2 : size + 1], size, first)
        self.next_year(year + 1)
        self.visits()

    # Lists ------------------------------------------------------------------------------------------------------

    def list_of(
        self, level: str, year: int, day: date, firms: Sequence[Enterprise], size: int, former: KeyList | None = None
    ) -> KeyList:
        """One approved list; against the former one some left and some came in."""
        at = min(datetime.combine(day.replace(year=year), time(9, 40), SHANGHAI), self.now - timedelta(days=40))
        made = lists.open_list(level, year, by=self.supervisor, at=at)
        made = lists.set_size(made, by=self.supervisor, size=size, at=at)
        there = set(made.entries.values_list("enterprise", flat=True))
        fresh = [firm for firm in firms if firm.pk not in there]
        reason = self.words["came"] if former else self.words["kept"]
        proposed = lists.propose(made, by=self.triager, firms=fresh, reason=reason, at=at) if fresh else []
        for entry in proposed if former else ():
            lists.accept(entry, by=self.supervisor, at=at + timedelta(days=1))
        if not former:  # the first list at once: an event for each of 200 would be most of the loading
            waiting = made.entries.filter(state=states.PROPOSED)
            waiting.update(state=states.STANDING, decided_by=self.supervisor, decided_at=at + timedelta(days=1))
        wanted = {firm.pk for firm in firms}
        for entry in made.entries.standing().exclude(enterprise__in=wanted):
            lists.remove(entry, by=self.supervisor, reason=self.words["left"], at=at + timedelta(days=1))
        entries = list(made.entries.standing().filter(leader=None).order_by("pk"))
        for number, entry in enumerate(entries):
            entry.leader = self.leaders[number % len(self.leaders)]
        KeyEntry.objects.bulk_update(entries, ["leader"])
        lists.submit(made, by=self.supervisor, at=at + timedelta(days=3))
        return lists.approve(made, by=self.leaders[0], at=at + timedelta(days=4))

    def next_year(self, year: int) -> None:
        """The town's next list is being made: two proposals wait, one firm was taken off."""
        begins = datetime(year - 1, 1, 1, 0, 10, tzinfo=SHANGHAI)  # no list is opened two years ahead
        at = min(max(calendar().close_before(self.now, 4) - timedelta(hours=2), begins), self.now)
        made = lists.open_list(Level.TOWN, year, by=self.supervisor, at=at)
        there = set(made.entries.values_list("enterprise", flat=True))
        rest = [firm for firm in self.firms if firm.pk not in there][:2]
        for firm, said in zip(rest, ("proposal", "proposal_two"), strict=True):
            lists.propose(made, by=self.triager, firms=[firm], reason=self.words[said], at=at)
        last = made.entries.standing().order_by("-pk")[0]
        lists.remove(last, by=self.supervisor, reason=self.words["removed"], at=at)

    # Visits -----------------------------------------------------------------------------------------------------

    def visits(self) -> None:
        """The leaders' plan of the year, the stewards' of these weeks, some that nobody planned."""
        today = local_day(self.now)
        self.plan(
            "leader",
            since=today - timedelta(days=300),
            until=today + timedelta(days=35),
            source=VisitPlan.Source.KEY_LIST,
            level=Level.DISTRICT,
            times=4,
        )
        own = set(Enterprise.objects.stewarded_by(self.steward, self.now).values_list("pk", flat=True))
        chosen = sorted(self.firms[3:], key=lambda firm: firm.pk not in own)[:STEWARDS_FIRMS]  # his, and others'
        self.plan(
            "steward",
            since=today - timedelta(days=25),
            until=today + timedelta(days=24),
            source=VisitPlan.Source.CHOSEN,
            firms=chosen,
        )
        weeks = {"since": today - timedelta(days=18), "until": today + timedelta(days=17)}
        for who, person, firms in self.others():
            if firms:
                self.plan(who, source=VisitPlan.Source.CHOSEN, firms=firms, person=person, **weeks)
        due = (
            VisitDeadline.objects.open()
            .select_related("subject__enterprise", "subject__visitor")
            .order_by("due_at", "pk")
        )
        past = [clock for clock in due if clock.due_at < self.now]
        left = self.overdue(past)
        for number, clock in enumerate(past):
            if clock.pk not in left:
                self.visit(clock.subject, clock, number)
        self.odds(today)
        self.born()

    def others(self) -> Iterator[tuple[str, User | None, list[Enterprise]]]:
        """Who else goes out: the grid member in his village, the project assistant to his projects."""
        place = PlaceMember.objects.current(self.now).filter(user__username=Role.GRID_MEMBER).order_by("pk").first()
        alive = Enterprise.objects.filter(status=Enterprise.Status.ACTIVE)
        if place is not None:
            yield "grid", None, list(alive.filter(place=place.place_id).order_by("-registered_capital", "pk")[:MORE])
        assistant = User.objects.get(username=Role.PROJECT_ASSISTANT)
        tied = Stewardship.objects.current(self.now).filter(user=assistant)
        yield "person", assistant, list(alive.filter(pk__in=tied.values("enterprise")).order_by("pk")[:MORE])

    def plan(self, who: str, *, since: date, until: date, **wanted: Any) -> None:
        since = since if calendar().is_working(since) else calendar().add_working_days(since, 1)
        at = calendar().opens_at(datetime.combine(since, time(8, 30), SHANGHAI))
        title, purpose = self.words[f"plan_{who}"], self.words[f"plan_{who}_purpose"]
        given = planning.Wanted(title=title, purpose=purpose, goes=who, since=since, until=until, **wanted)
        planning.plan_visits(given, by=self.supervisor, at=at)

    def overdue(self, past: list[VisitDeadline]) -> set[int]:
        """Two that nobody made: the last of each plan, that of the demo's own steward and leader if they have one."""
        shown = (self.steward.pk, self.leaders[0].pk)
        ordered = sorted(past, key=lambda clock: clock.subject.visitor_id in shown)  # stable: the latest stay last
        return set({clock.subject.plan_id: clock.pk for clock in ordered}.values())

    def visit(self, visit: Visit, clock: VisitDeadline, number: int) -> None:
        """A day or two before it was due; one in fifteen too late."""
        days = self.random.randint(1, 2)
        at = calendar().close_before(clock.due_at, days) - timedelta(hours=self.random.choice((2, 3, 7)))
        at = max(at, clock.started_at + timedelta(minutes=30))
        if number % 15 == 7:
            at = min(clock.due_at + timedelta(days=1, hours=-6), self.now - timedelta(hours=3))
        record_visit(
            visit, by=visit.visitor, record=self.record(visit.enterprise, at), key=self.key(number), at=self.then(at)
        )
        if number % 4 == 0:
            self.answer(visit, at, number)

    def then(self, at: datetime) -> datetime:
        return min(at + timedelta(minutes=50), self.now)

    def record(self, firm: Enterprise, at: datetime) -> Record:
        """The words of one visit; whom they met is the firm's representative."""
        name = firm.legal_representative or "企业负责人"
        pick = self.random.choice
        return Record(
            visited_at=at,
            met_name=name,
            met_title=pick(self.words["titles"]),
            said=pick(self.words["said"]).format(name=name),
            needs=pick(self.words["needs"]),
            note=pick(self.words["notes"]),
        )

    def answer(self, visit: Visit, at: datetime, number: int) -> None:
        member = Member.objects.current(at).filter(enterprise=visit.enterprise_id).order_by("-is_primary", "pk").first()
        if member is None:
            return
        then = min(at + timedelta(days=1), self.now)
        words = self.words["comment"] if number % 3 == 2 else ""
        said = Visit.Answer.COMMENTED if words else Visit.Answer.CONFIRMED
        flow.answer(visit, by=member.user, answer=said, text=words, at=then)

    def odds(self, today: date) -> None:
        """Of what is still to come: one was put off, one cancelled, one gone to in vain."""
        coming = Visit.objects.planned().filter(plan__goes="steward", opens_at__lte=self.now)
        rows = list(coming.filter(pk__in=VisitDeadline.objects.running().filter(due_at__gt=self.now).values("subject")))
        if len(rows) < 4:
            return
        at = calendar().close_before(self.now, 1) - timedelta(hours=3)
        to = calendar().add_working_days(today, 12)
        flow.move(rows[0], by=rows[0].visitor, to=to, reason=self.words["moved"], at=at)
        flow.cancel(rows[1], by=self.supervisor, reason=self.words["cancelled"], at=at)
        flow.not_reached(rows[2], by=rows[2].visitor, why="absent", at=at)

    def born(self) -> None:
        """Matters that were told at a visit: the visit beside each, made by the firm's steward."""
        told = Ticket.objects.filter(channel=Channel.VISIT, confidential=False, enterprise__isnull=False)
        for number, ticket in enumerate(told.select_related("enterprise").order_by("-filed_at", "-pk")[:BORN]):
            firm, at = ticket.enterprise, ticket.filed_at - timedelta(minutes=40)
            steward = lists.steward_of(firm, at) if firm else None
            if firm is None or steward is None:
                continue
            key = self.key(1000 + number)
            visit = visit_unplanned(
                firm, by=steward, record=self.record(firm, at), key=key, at=at + timedelta(minutes=20)
            )
            VisitTicket.objects.create(visit=visit, ticket=ticket)

    def key(self, number: int) -> uuid.UUID:
        return uuid.uuid5(NAMES, str(number))


def load(now: datetime) -> None:
    """After the matters, whose visits are found by their channel."""
    Year(now).make()
