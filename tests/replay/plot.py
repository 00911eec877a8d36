"""Cases with the shape of a real help-desk log, replayed through the verbs in the order of their times.

The shape is that of a service desk as its logs are described, not fitted to one: most cases are short and alike, some
go to and fro between groups, are handed over, come back after they were answered, or lie still for weeks, and a few are
many times as long as the rest.

Every act is one that its doer is offered at this moment; what no one does in time, the sweep does.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle

from portal.deadlines.sweep import sweep
from portal.people.models import Delegation, Membership, TaskGroup, User
from portal.people.roles import Role
from portal.worktime.calendar import SHANGHAI, calendar
from requests import flow, stages
from requests.asked import CHIEFS_TURN, refusals
from requests.flow.handover import work_of
from requests.forms.base import missing_parts
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import Town
from tests.requests.walks import attempt, verbs_for

# What is done with a matter at a status, in shares; where the act drawn is not open to anybody, the first that is.
COURSE = {
    "received": "accept 78, ask_supplement 12, reject 4, urge 3, merge 2, withdraw 1",
    "incomplete": "supplement 85, write 12, withdraw 3",
    "triaging": "dispatch 90, ask_supplement 3, merge 2, reject 2, urge 3",
    "assigned": "take 66, ask_return 10, rule_return 30, refer_to_chiefs 20, give_view 10, decide_raised 30,"
    " take_part 6, name_handler 3, reassign 2, urge 3, withdraw 1",
    "handling": "log_contact 30, report 40, give_opinion 20, take_part 10, write 8, urge 5, ask_extension 6,"
    " ask_suspension 4, approve_request 25, refuse_request 6, withdraw_request 1, ask_return 3, rule_return 20,"
    " refer_to_chiefs 10, decide_raised 15, name_handler 5, raise_level 2, add_part 3, end_part 1, reassign 2,"
    " instruct 2, answer_instruction 10, make_commitment 6, approve_commitment 12, return_commitment 4,"
    " report_progress 6, issue_order 1, answer_order 6, withdraw 1",
    "suspended": "end_suspension 60, write 30, look_again 10",
    "signoff": "sign_off 84, send_back 14, urge 2",
    "confirming": "confirm 66, dispute 14, deliver_scan 10, write 4",
    "revisiting": "record_revisit 100, deliver_scan 30, write_back 20, judge_order 20",
    "closed": "write_back 30, judge_order 30, look_again 30, verify 10",
    "rejected": "ask_review 30, rule_review 100, write_back 10",
    "merged": "split 10",
    "withdrawn": "write_back 1",
}
# What a verb is about must run, be late, or be refused twice; this is asked first, for it costs less than to ask all.
ABOUT = {
    "rule_return": "return",
    "approve_request": "decide",
    "refuse_request": "decide",
    "withdraw_request": "decide",
    "answer_instruction": "instruction",
    "report_progress": "progress",
    "rule_review": "review",
    "write_back": "outer",
}
LATE = ("make_commitment", "approve_commitment", "return_commitment", "issue_order")
RAISED = ("refer_to_chiefs", "give_view", "decide_raised")
SILENT = {"incomplete": 0.1, "confirming": 0.15}  # share of cases where the firm answers nothing: the clock goes on
NEGLECTED = 0.06  # share of cases that lie untouched for weeks at one of their stations
HOURS = {  # the usual time until the next act, in hours; the tail is long
    "received": 1,
    "incomplete": 30,
    "triaging": 3,
    "assigned": 8,
    "handling": 14,
    "suspended": 90,
    "signoff": 6,
    "confirming": 20,
    "revisiting": 20,
    "closed": 200,
    "rejected": 30,
    "merged": 60,
    "withdrawn": 60,
}
AFTERWARDS = 2  # acts at most after a case has ended
SUBJECTS = ("停电", "招工难", "道路积水", "办证慢", "补贴未到")
SPAN = timedelta(days=45)  # over which the cases come in
HORIZON = timedelta(days=170)
AWAY = timedelta(days=13)  # after which one of two colleagues takes over all that the other has open


@dataclass
class Log:
    """What was done: verbs by case, with the departments that led it and the persons who handled it."""

    acts: dict[int, list[str]] = field(default_factory=dict)
    leads: dict[int, list[int]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def lengths(self) -> list[int]:
        return sorted(len(acts) for acts in self.acts.values())

    def share(self, *verbs: str) -> float:
        """The share of cases in which one of the verbs was done."""
        return sum(not set(verbs).isdisjoint(acts) for acts in self.acts.values()) / len(self.acts)

    @property
    def passed_on(self) -> float:
        """The share of cases that more than one department led."""
        return sum(len(set(leads)) > 1 for leads in self.leads.values()) / len(self.acts)


class Replay:
    """`Replay(town, cases, seed).run()`: everything happens in the order of its time, with a sweep every evening."""

    def __init__(self, town: Town, cases: int, seed: int = 5) -> None:
        self.town, self.cases, self.random = town, cases, random.Random(seed)
        peopled(town)
        self.people = People()
        self.rota = cycle([(town.handler, town.colleague), (town.colleague, town.handler)])
        self.log = Log()
        self.began = make.MONDAY
        self.now = self.began
        self.turns: list[tuple[datetime, int, int]] = []  # when, which case (0: a new one), a number to keep order
        self.ended: Counter[int] = Counter()
        self.number = 0

    def run(self) -> Log:
        for _case in range(self.cases):
            self._next(0, self.began + SPAN * self.random.random())
        while self.turns:
            at, case, _number = heapq.heappop(self.turns)
            self._until(at)
            self._act(case, at) if case else self._file(at)
        self._until(self.began + HORIZON)
        return self.log

    def _next(self, case: int, at: datetime) -> None:
        self.number += 1
        heapq.heappush(self.turns, (at, case, self.number))

    def _until(self, at: datetime) -> None:
        """Time passes; the sweep comes by at six every evening."""
        while (mark := self._mark_after(self.now)) <= at:
            sweep(mark)
            if (mark - self.began) // AWAY > (self.now - self.began) // AWAY:
                self._hand_over(mark)
            self.now = mark

    def _hand_over(self, at: datetime) -> None:
        away, instead = next(self.rota)
        cases = list(work_of(away).values_list("pk", flat=True))
        flow.hand_over(away, instead, by=self.town.administrator, at=at)
        for case in cases:
            self.log.acts[case].append("hand_over")

    def _mark_after(self, moment: datetime) -> datetime:
        six = moment.astimezone(SHANGHAI).replace(hour=18, minute=0, second=0, microsecond=0)
        return six if six > moment else six + timedelta(days=1)

    def _file(self, at: datetime) -> None:
        by_phone = self.random.random() < 0.3
        title = f"第 {len(self.log.acts) + 1} 件：{self.random.choice(SUBJECTS)}"
        make_one = make.registered if by_phone else make.filed
        ticket = make_one(self.town, filed_at=at, title=title)
        self.log.acts[ticket.pk], self.log.leads[ticket.pk] = ["register" if by_phone else "file"], []
        self._later(ticket, at)

    def _later(self, ticket: Ticket, at: datetime) -> None:
        """When the next act on it comes: within a few hours or days, now and then after weeks."""
        if self.random.random() < SILENT.get(ticket.status, 0):
            wait = timedelta(days=21)
        elif self.random.random() < NEGLECTED:
            wait = timedelta(days=self.random.uniform(15, 50))
        else:
            wait = timedelta(hours=HOURS[ticket.status] * self.random.lognormvariate(0, 0.9))
        when = at + wait
        if when < self.began + HORIZON:
            self._next(ticket.pk, max(when, calendar().opens_at(when)))

    def _act(self, case: int, at: datetime) -> None:
        ticket = Ticket.objects.get(pk=case)
        if ticket.moved_at > at:  # the sweep has moved it meanwhile
            at = ticket.moved_at
        if ticket.ended:
            self.ended[case] += 1
        chosen = self._choose(ticket, at)
        if chosen is not None:
            self._do(ticket, *chosen, at)
        ticket.refresh_from_db()
        if not ticket.ended or (chosen and self.ended[case] < AFTERWARDS):
            self._later(ticket, at)

    def _choose(self, ticket: Ticket, at: datetime) -> tuple[str, User] | None:
        shares = {verb: int(share) for verb, share in map(str.split, COURSE[ticket.status].split(","))}
        offered: dict[User, list[str]] = {}  # what each person asked is offered now
        while shares:
            verb = self.random.choices(list(shares), list(shares.values()))[0]
            del shares[verb]
            doer = self._doer(ticket, verb, at, offered)
            if doer is not None:
                return verb, doer
        return None

    def _doer(self, ticket: Ticket, verb: str, at: datetime, offered: dict[User, list[str]]) -> User | None:
        """Somebody who is offered the verb now."""
        if verb not in stages.verbs_from(ticket.status) or not self._has_its_cause(ticket, verb, at):
            return None
        people = self.people.who_might(ticket, verb)
        self.random.shuffle(people)
        for user in people:
            if user not in offered:
                offered[user] = verbs_for(ticket, user, at)
            if verb in offered[user]:
                return user
        return None

    def _has_its_cause(self, ticket: Ticket, verb: str, at: datetime) -> bool:
        """Whether it can be open to anybody at all; a result waits, as the page says, for the contact and opinions."""
        running = ticket.open_deadlines
        owed = {deadline.obligation for deadline in running}
        if verb == "report":
            return "contact" not in owed and not missing_parts(ticket)
        if verb in LATE:
            return any(deadline.is_overdue(at) for deadline in running)
        if verb in RAISED:
            return refusals(ticket) >= CHIEFS_TURN - 1
        return ABOUT.get(verb) in {None, *owed}

    def _do(self, ticket: Ticket, verb: str, by: User, at: datetime) -> None:
        lot = self.random.choices(range(5), [4, 8, 8, 30, 50])[0]
        try:
            attempt(self.town, verb, ticket, by, at, lot=lot)
        except flow.Refused as refusal:
            self.log.refused[f"{verb}: {refusal}"] += 1
            return
        self.log.acts[ticket.pk].append(verb)
        ticket.refresh_from_db()
        if ticket.lead_department_id:
            self.log.leads[ticket.pk].append(ticket.lead_department_id)


def peopled(town: Town) -> None:
    """Every department has a head who signs, and three chiefs stand by for what nobody accepts (NET-6)."""
    make.person("economy_head", "惠子", ("department_head", town.economy))
    chiefs = TaskGroup.objects.create(name="总召集人", kind=TaskGroup.Kind.CHIEFS)
    leaders = [
        town.leader,
        make.person("leader_2", "颜成", ("leader", None)),
        make.person("leader_3", "瞿鹊", ("leader", None)),
    ]
    for leader in leaders:
        chiefs.memberships.create(user=leader, since=make.LONG_AGO, is_head=leader == town.leader)


class People:
    """Everybody of the town by his offices, which nobody changes while the log is played."""

    def __init__(self) -> None:
        self.by_key = {user.pk: user for user in User.objects.active()}
        self.holding: dict[tuple[str, int | None], list[User]] = {}
        for key, role, department in _held():
            for office in {(role, None), (role, department)}:
                self.holding.setdefault(office, []).append(self.by_key[key])

    def who_might(self, ticket: Ticket, verb: str) -> list[User]:
        """By the third column of the table; whether one is offered it says `verbs_for`."""
        return list(dict.fromkeys(user for who in stages.TRANSITIONS[verb][2] for user in self._as(ticket, who)))

    def _as(self, ticket: Ticket, who: str) -> list[User]:
        side, _dot, role = who.rpartition(".")
        if side == "lead" and ticket.lead_department_id:
            return self.holding.get((role, ticket.lead_department_id), [])
        if side == "co":
            parts = ticket.assignments.filter(part="co", ended_at=None).values_list("department", flat=True)
            return [user for department in parts for user in self.holding.get((role, department), [])]
        if who == stages.MEMBER:
            members = ticket.enterprise.members.values_list("user", flat=True) if ticket.enterprise else []
            return [self.by_key[key] for key in members]
        if side == "firm":
            return self.holding.get((role, None), [])
        if who == "first_responder":
            return [self.by_key[ticket.first_responder_id]] if ticket.first_responder_id else []
        if who in (stages.CHIEF, stages.CONVENER):
            return self.holding.get((Role.LEADER, None), [])
        return self.holding.get((who, None), [])


def _held() -> Iterator[tuple[int, str, int | None]]:
    """Person, role, department: what somebody holds, and what he holds for one whose place he takes."""
    held = list(Membership.objects.current(make.MONDAY).values_list("user", "role", "department"))
    deputies = dict(Delegation.objects.current(make.MONDAY).values_list("principal", "deputy"))
    for user, role, department in held:
        yield user, role, department
        if user in deputies:
            yield deputies[user], role, department
