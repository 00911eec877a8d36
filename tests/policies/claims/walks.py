"""Claims brought to each status by the verbs themselves; every function takes the arguments of those before it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from enterprises.attributes.values import put
from enterprises.criteria.store import refresh
from policies.claims import flow
from policies.models import Claim, Round
from portal.people.models import User
from tests.policies.factories import clause, officer_of, round_
from tests.requests.factories import MONDAY, Town, moment

__all__ = ["MONDAY"]
RD = {"compare": ["rd_cost_last_year", ">=", 1000000]}
RATE = {"rate": "0.1", "of": "rd_cost_last_year", "cap": "300000"}
ACCOUNT = flow.Account("乌有精密制造有限公司", "某某银行沙溪支行", "6200 0000 0000 0001")
DAY = timedelta(days=1)
AS_OF = date(2025, 12, 31)


def knows(firm, cost: str = "2000000", code: str = "rd_cost_last_year", source: str = "统计") -> None:
    put(firm, code, Decimal(cost), source, AS_OF)


def batch(town: Town, *, known: bool = True, way: str = "by_data", reviewers: Any = (), **fields: Any) -> Round:
    """A round of a clause of 10 % of the R&D cost, 300,000 at most; both firms spent 2,000,000."""
    if known:
        for firm in (town.firm, town.foreign_firm):
            knows(firm)
    elements = {name: fields.pop(name) for name in ("materials", "publicity_days", "tree", "formula") if name in fields}
    known_elements = {"tree": RD, "formula": RATE} | elements
    return round_(clause(town, way=way, reviewers=tuple(reviewers), **known_elements), **fields)


def send(round: Round, town: Town, *, firm=None, by=None, at=MONDAY, key=None, **given: Any) -> Claim:
    firm = firm or town.firm
    by = by or (town.enterprise_member if firm == town.firm else town.other_member)
    known = {"account": ACCOUNT, "contact_name": "庄周", "contact_phone": "13800000001"}
    return flow.submit(round, firm, by=by, key=key or uuid.uuid4(), at=at, **known | given)


def submitted(town: Town, round: Round | None = None, **given: Any) -> Claim:
    fields = {name: given.pop(name) for name in tuple(given) if name not in ("firm", "by", "key")}
    return send(round or batch(town, **fields), town, **given)


def waiting(town: Town, **given: Any) -> Claim:
    round = batch(town, quota=1, order="first_come", **given)
    send(round, town, firm=town.foreign_firm)
    return send(round, town)


def supplementing(town: Town, **given: Any) -> Claim:
    return flow.ask_supplement(submitted(town, **given), by=town.policy_officer, reason="研发费用明细", at=MONDAY + DAY)


def economy_officer(town: Town) -> User:
    """The one who speaks for `town.economy`; made once."""
    if "economy_officer" not in town.people:
        town.people["economy_officer"] = officer_of(town.economy, "economy_officer")
    return town.people["economy_officer"]


def reviewing(town: Town, **given: Any) -> Claim:
    """Asked are `town.police` (its head) and `town.economy` (an officer of its own)."""
    economy_officer(town)
    claim = submitted(town, way="by_review", reviewers=(town.police, town.economy), **given)
    return flow.accept(claim, by=town.policy_officer, at=MONDAY + DAY)


def to_approve(town: Town, **given: Any) -> Claim:
    return flow.accept(submitted(town, **given), by=town.policy_officer, at=MONDAY + DAY)


def to_publish(town: Town, **given: Any) -> Claim:
    return flow.approve(to_approve(town, **given), by=town.department_head, at=MONDAY + 2 * DAY)


def public(town: Town, **given: Any) -> Claim:
    claim = to_publish(town, **given)
    flow.publish([claim], by=town.policy_officer, at=MONDAY + 3 * DAY)
    return fresh(claim)


def objected(town: Town, **given: Any) -> Claim:
    claim = public(town, **given)
    flow.object_to(claim, text="研发费用不实", name="许由", phone="0512-0000 9999", at=MONDAY + 4 * DAY)
    return fresh(claim)


def to_pay(town: Town, **given: Any) -> Claim:
    claim = public(town, **given)
    assert claim.publicity is not None
    done = flow.end_publicity(claim, at=claim.publicity.ends_at)
    assert done is not None
    return done


def paid(town: Town, **given: Any) -> Claim:
    claim = to_pay(town, **given)
    at = moment("2026-11-23 10:00")
    return flow.pay(claim, by=town.policy_officer, paid_on=at.date(), voucher=f"V-{claim.pk}", at=at)


def rejected(town: Town, **given: Any) -> Claim:
    return flow.reject(submitted(town, **given), by=town.policy_officer, reason="不在支持范围", at=MONDAY + DAY)


def withdrawn(town: Town, **given: Any) -> Claim:
    return flow.withdraw(submitted(town, **given), by=town.enterprise_member, at=MONDAY + DAY)


def listed(town: Town, **given: Any) -> Claim:
    round = batch(town, way="claim_free", **given)
    refresh([round.clause.clause.criterion], at=MONDAY)
    flow.list_firms(round, by=town.policy_officer, at=MONDAY)
    return round.claims.get(enterprise=town.firm)


def lapsed(town: Town, **given: Any) -> Claim:
    claim = listed(town, **given)
    return flow.lapse(claim, at=claim.deadline.due_at + timedelta(minutes=1))


IN = {
    "listed": listed,
    "waiting": waiting,
    "submitted": submitted,
    "supplement": supplementing,
    "review": reviewing,
    "approve": to_approve,
    "publish": to_publish,
    "publicity": public,
    "objection": objected,
    "payment": to_pay,
    "paid": paid,
    "rejected": rejected,
    "withdrawn": withdrawn,
    "lapsed": lapsed,
}


def fresh(claim: Claim) -> Claim:
    return Claim.objects.select_related("round__clause", "round__department", "publicity").get(pk=claim.pk)
