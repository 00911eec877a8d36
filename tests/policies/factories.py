"""Policies, rounds and claims for tests, written as rows in force; the verbs are tried by tests of their own.

from tests.policies.factories import clause, policy, round_
rd = clause(town, tree={"holds": "high_tech"}, formula={"fixed": "200000"})      # a policy of one clause in force
batch = round_(rd, quota=3)
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from enterprises.criteria.flow import define
from enterprises.models import Enterprise
from policies.library import stages
from policies.models import Claim, Clause, ClauseVersion, Policy, PolicyVersion, Round, Support, Way
from portal.people.actors import CLOCK
from portal.people.models import Department, Membership, User
from portal.people.roles import Role
from tests.requests.factories import LONG_AGO, MONDAY, Town

_serial = count(1)


def policy(town: Town, *, department: Department | None = None, at: datetime = LONG_AGO, **elements: Any) -> Policy:
    """A policy in force without clauses yet, kept by `town.housing` (its `policy_officer`) unless named."""
    number = next(_serial)
    made = Policy.objects.create(
        code=f"policy-{number}", department=department or town.housing, created_by=None, created_at=at
    )
    known = {
        "title": f"扶持办法之{number}",
        "issuer": "镇人民政府",
        "level": "town",
        "valid_from": date(2020, 1, 1),
        "object": "在本镇登记的企业",
        "summary": "给符合条件的企业补助。",
        "effective_on": date(2020, 1, 1),
        "written_at": at,
        "took_effect_at": at,
    }
    made.current = PolicyVersion.objects.create(policy=made, number=1, status=stages.IN_FORCE, **known | elements)
    made.save(update_fields=["current"])
    return made


def clause(
    town: Town,
    of: Policy | None = None,
    *,
    tree: Any = None,
    formula: Any = None,
    way: str = Way.BY_DATA,
    reviewers: tuple[Department, ...] = (),
    **elements: Any,
) -> Clause:
    """A clause in force, of a policy of its own unless one is named; matched where it has a tree."""
    of = of or policy(town)
    number = of.clauses.count() + 1
    criterion = define(f"{of.code}-{number}", f"{of.code} 第 {number} 条", tree, by=CLOCK) if tree is not None else None
    made = Clause.objects.create(policy=of, number=number, criterion=criterion)
    known = {"title": f"第 {number} 条", "support": Support.FUNDS, "conditions": "见条件", "benefit": "见金额"}
    made.current = ClauseVersion.objects.create(
        version=of.current, clause=made, position=number, tree=tree, formula=formula, way=way, **known | elements
    )
    made.current.reviewers.set(reviewers)
    made.save(update_fields=["current"])
    return made


def round_(of: Clause, *, opens_at: datetime = MONDAY, days: int | None = 30, **fields: Any) -> Round:
    """A round of the clause as it stands, open from `opens_at` for `days`."""
    closes_at = None if days is None else opens_at + timedelta(days=days)
    assert of.current is not None
    return Round.objects.create(
        clause=of.current,
        department_id=of.current.department_id,
        title=f"第 {next(_serial)} 批",
        way=of.current.way,
        opens_at=opens_at,
        closes_at=closes_at,
        opened_at=opens_at,
        **fields,
    )


def claim_row(
    batch: Round, firm: Enterprise, *, status: str = "submitted", at: datetime = MONDAY, **fields: Any
) -> Claim:
    """A bare row, for pages and figures; what the verbs write is tried through the verbs."""
    return Claim.objects.create(
        number=f"ZC-TEST-{next(_serial)}",
        round=batch,
        enterprise=firm,
        status=status,
        created_at=at,
        filed_at=at,
        **fields,
    )


def officer_of(department: Department, name: str, role: str = Role.POLICY_OFFICER) -> User:
    """Another official of a department."""
    user = User.objects.create_user(name, name=name, password=None)
    Membership.objects.create(user=user, role=role, department=department, since=LONG_AGO)
    return user
