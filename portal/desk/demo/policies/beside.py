"""What lies beside rounds and claims: pushes and who read them, services, questions, what firms said of themselves."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db import connection

from enterprises.attributes import declaring
from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.measures import Plain
from enterprises.models import Declaration
from policies.matching import pushing
from policies.models import Clause, Policy, PolicyAnswer, PolicyQuestion, Provider, ServiceOrder
from policies.models.questions import EXPLAINED
from policies.services import capacity, flow, keeping
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.roles import Role
from requests.models import Ticket

from .desk import Desk
from .past import NAMES
from .rounds import Book, Claimant

ORDERS, DECLARED = 64, 10  # of a full town
POPULAR = 8  # providers that have been rated often enough for an average
VERIFY = (Role.DATA_OFFICER, Role.POLICY_OFFICER)
# Read by two in three, and not by some that would have been paid; drawn from what a firm and a clause are called.
READ = """UPDATE policies_pushed p SET
    at = least(%(now)s - interval '2 hours', greatest(v.took_effect_at + interval '1 day', %(began)s)),
    read_at = CASE WHEN d.draw < 62 THEN least(%(now)s - interval '1 hour',
        greatest(v.took_effect_at + interval '1 day', %(began)s) + d.draw * interval '3 hours' + interval '20 minutes') END,
    read_by_id = CASE WHEN d.draw < 62 THEN m.user_id END
    FROM policies_clauseversion c JOIN policies_policyversion v ON v.id = c.version_id
        JOIN policies_policy y ON y.id = v.policy_id,
        enterprises_enterprise e JOIN enterprises_member m ON m.enterprise_id = e.id AND m.is_primary,
        LATERAL (SELECT abs(hashtext(e.uscc || y.code || c.position::text)) %% 100 AS draw) d
    WHERE c.id = p.clause_id AND e.id = p.enterprise_id"""


def push(desk: Desk) -> None:
    """Everybody was told of what fits when it came into force; most have read it."""
    pushing.push(at=desk.now)
    with connection.cursor() as cursor:
        cursor.execute(READ, {"now": desk.now, "began": desk.began})


# Services -------------------------------------------------------------------------------------------------------


class Services:
    """The catalogue of providers, and orders at every status."""

    def __init__(self, book: Book, said: dict[str, Any]) -> None:
        self.book, self.desk, self.said, self.random = book, book.desk, said, book.desk.random
        self.clerk = User.objects.get(username=Role.INTAKE_CLERK)

    def make(self) -> None:
        providers = [self._provider(row, number) for number, row in enumerate(self.said["provider"], 1)]
        listed = [one for one in providers if one.ended_at is None]
        wanted = min(ORDERS, 2 * len(self.book.claimants) + 8)
        for number in range(wanted):
            often = number % POPULAR if number >= len(listed) else number  # each is asked once, some again and again
            for step in range(3):  # who has such an order running asks for no second one
                one = self.book.claimants[(7 * number + step) % len(self.book.claimants)]
                if self._order(listed[often], one, number):
                    break

    def _provider(self, row: dict[str, Any], number: int) -> Provider:
        fields = {name: row[name] for name in ("name", "kinds", "offers", "price")}
        fields |= {"contact_name": row["contact"], "contact_phone": f"0512-0000 5{number:03d}"}
        if "department" in row:
            fields["department"] = self.desk.departments[row["department"]]
        at = self.desk.office(self.desk.back(400 - 9 * number))
        made = keeping.add_provider(fields, by=self.clerk, code=row["code"], at=at)
        if "ended" in row:
            return keeping.end_provider(
                made, by=self.clerk, reason=row["ended"], at=self.desk.office(self.desk.back(30))
            )
        return made

    def _order(self, provider: Provider, one: Claimant, number: int) -> bool:
        """Of ten orders six are done and rated, the rest stands at some step; False where it is refused."""
        desk, turn = self.desk, number % 10
        kind = provider.kinds[number % len(provider.kinds)]
        ago = {6: 1, 7: 5, 8: 20, 9: 8}.get(turn, 30 + 3 * number)
        by = self.clerk if number % 6 == 5 else one.user
        at = desk.office(desk.back(ago))
        try:
            made = flow.order(
                provider,
                one.firm,
                by=by,
                kind=kind,
                need=self.random.choice(self.said["need"][kind]),
                contact_name=one.user.name,
                contact_phone=one.user.mobile or "0512-0000 0000",
                key=uuid.uuid5(NAMES, f"order {number}"),
                at=at,
            )
        except Refused:
            return False
        if turn != 6:
            self._go_on(made, one, kind, turn, number)
        return True

    def _go_on(self, order: ServiceOrder, one: Claimant, kind: str, turn: int, number: int) -> None:
        desk, words, pick = self.desk, self.said["said"], self.random.choice
        by, at = self._provider_user(order.provider), desk.after(order.ordered_at, 1)
        if turn == 8:
            flow.decline(order, by=by, reason=pick(words["declined"]), at=at)
            return
        if turn == 9:
            flow.cancel(order, by=one.user, reason=pick(words["cancelled"]), at=at)
            return
        order = flow.take(order, by=by, at=at)
        if turn == 7:
            return
        at = desk.after(at, self.random.randint(3, 15))
        order = flow.finish(order, by=by, result=pick(self.said["result"][kind]), at=at)
        if turn != 5:
            stars = 2 if number % 23 == 3 else self.random.choice((5, 5, 5, 4, 4, 3))
            comment = pick(words["low"] if stars < 3 else words["comments"])
            flow.rate(order, by=one.user, stars=stars, comment=comment, at=desk.after(at, 1))

    def _provider_user(self, provider: Provider) -> User:
        """Whoever signs in for it, else the clerk."""
        if provider.department is not None and capacity.has_account(provider, self.desk.now):
            held = provider.department.memberships.current(self.desk.now).select_related("user").order_by("pk")
            return held[0].user
        return self.clerk


# Questions ------------------------------------------------------------------------------------------------------


def questions(desk: Desk, rows: Sequence[dict[str, Any]]) -> None:
    """Matters that ask about a policy are tied to it; what was answered stands beside its interpretation, or waits."""
    taken: set[int] = set()
    for row in rows:
        policy = Policy.objects.filter(code=row["policy"], current__isnull=False).first()
        about = Ticket.objects.filter(title__contains=row["title"], confidential=False).exclude(pk__in=taken)
        if "status" in row:
            ticket = about.order_by("filed_at", "pk").first()
        else:
            ticket = about.filter(outcome__in=EXPLAINED).exclude(closed_at=None).order_by("-closed_at", "pk").first()
        if policy is None or ticket is None:
            continue
        taken.add(ticket.pk)
        clause = Clause.objects.filter(policy=policy, number=row.get("clause", 0)).first()
        PolicyQuestion.objects.create(policy=policy, clause=clause, ticket=ticket)
        if "status" in row:
            _answer(desk, row, policy, clause, ticket)


def _answer(desk: Desk, row: dict[str, Any], policy: Policy, clause: Clause | None, ticket: Ticket) -> None:
    staff = desk.staff[policy.department_id]
    assert staff.officer is not None
    if ticket.closed_at is None:
        return
    written = min(desk.after(ticket.closed_at, 2), desk.now)
    answer = PolicyAnswer(policy=policy, clause=clause, ticket=ticket, question=row["question"], answer=row["answer"])
    answer.written_by, answer.written_at, answer.status = staff.officer, written, row["status"]
    if answer.status != PolicyAnswer.Status.DRAFT:
        answer.published_by, answer.published_at = staff.officer, min(desk.after(written, 1), desk.now)
    if answer.status == PolicyAnswer.Status.WITHDRAWN:
        answer.withdrawn_at = min(desk.after(answer.published_at or written, 3), desk.now)
    answer.save()


# What firms said of themselves ----------------------------------------------------------------------------------


def declarations(book: Book, words: dict[str, Any]) -> None:
    """A few firms filled in what no line knows; some of it was verified, one turned out otherwise, one was said anew."""
    desk = book.desk
    verifiers = list(User.objects.filter(memberships__role__in=VERIFY).distinct().order_by("username"))
    wanted = min(DECLARED, max(5, len(book.claimants) // 3))
    codes = [code for code in words["declared"] if code in TOWN]
    for number in range(wanted):
        one = book.claimants[number * 3 % len(book.claimants)]
        chosen = [code for code in codes if code not in book.known[one.firm.pk]]
        if not chosen:
            continue
        code = chosen[number % len(chosen)]
        at = desk.office(desk.back(14 - number % 10))
        try:
            made = declaring.declare(
                one.firm, {code: _value(code, desk.random.choice(words["declared"][code]))}, by=one.user, at=at
            )
            _settle(desk, made[0], one, verifiers, number % 5, words)
        except Refused:
            continue


def _settle(desk: Desk, made: Declaration, one: Claimant, by: Sequence[User], turn: int, words: dict[str, Any]) -> None:
    at = desk.after(made.at, 2)
    if turn == 1:
        _first(by, lambda user: declaring.confirm(made, by=user, at=at))
    elif turn == 2:
        _first(by, lambda user: declaring.refute(made, by=user, reason=words["declared"]["refuted"], at=at))
    elif turn == 3:
        said = _value(made.attribute, words["declared"][made.attribute][0])
        declaring.declare(one.firm, {made.attribute: said}, by=one.user, at=at)


def _first(users: Sequence[User], act: Callable[[User], object]) -> None:
    """By the first who may: which line verifies an attribute is its own affair."""
    for user in users:
        with suppress(Refused):
            act(user)
            return


def _value(code: str, text: str) -> Plain:
    return text == "yes" if TOWN[code].kind == Kind.BOOL else Decimal(text)
