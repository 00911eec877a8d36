"""Who is told what of a claim, by letters and ladders (POL-5, DL-4), and what is forgotten of it (SEC-3)."""

from datetime import timedelta

import pytest

from policies.claims import flow, notices
from policies.models import Claim, ClaimDeadline, ClaimFiring
from portal.deadlines.sweep import sweep
from portal.outbox import topics
from portal.outbox.letters import NOTICES
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of
from portal.people.masks import mask_account
from portal.upkeep.retention import flow as retention
from portal.upkeep.retention.rules import BY_CODE, GONE
from portal.worktime.calendar import Limit, calendar
from tests.policies.claims import walks
from tests.policies.claims.walks import DAY, MONDAY, fresh
from tests.requests.factories import moment

FIRM = {"enterprise_member", "member_official"}


def told(claim, kind):
    """Who gets which letter of the messages of that kind, in their order."""
    found = []
    for message in Message.objects.filter(kind=kind, subject_id=claim.pk).order_by("pk"):
        message.params["told_at"] = message.at.isoformat()
        found.append({letter.to.username: letter for letter in letters_of(message, Claim.objects.get(pk=claim.pk))})
    return found


def whom(claim, kind):
    return [set(letters) for letters in told(claim, kind)]


@pytest.fixture
def paid(town):
    claim = walks.paid(town)
    flow.rate(claim, by=town.enterprise_member, stars=2, comment="慢", at=moment("2026-11-24 10:00"))
    return claim


def test_the_way_in_letters(town, paid):
    """What asks somebody to do something asks nobody any more once it is done; the firm hears of every step."""
    firm_but_doer = FIRM - {"enterprise_member"}
    assert whom(paid, "claim.submitted") == [firm_but_doer]
    assert whom(paid, "claim.accepted") == [FIRM]
    assert whom(paid, "claim.approved") == [FIRM]
    assert whom(paid, "claim.published") == [FIRM]
    assert whom(paid, "claim.publicity_ended") == [set()]
    assert whom(paid, "claim.paid") == [FIRM]
    assert whom(paid, "claim.rated") == [{"department_head", "deputy_head", "stand_in"}]


@pytest.mark.parametrize(
    ("status", "kind", "office"),
    [
        ("submitted", "submitted", {"policy_officer"}),
        ("supplement", "supplement_asked", set()),
        ("review", "accepted", {"police_head", "economy_officer"}),
        ("approve", "accepted", {"department_head", "deputy_head", "stand_in"}),
        ("publicity", "published", set()),
        ("objection", "objected", {"deputy_head", "stand_in", "policy_officer"}),
        ("payment", "publicity_ended", {"policy_officer"}),
        ("listed", "listed", {"steward", "project_assistant"}),
        ("rejected", "rejected", set()),
        ("lapsed", "lapsed", {"policy_officer"}),
    ],
)
def test_who_has_the_next_act_is_asked(town, status, kind, office):
    claim = walks.IN[status](town)
    silent = {"submitted": {"enterprise_member"}, "publicity_ended": FIRM, "objected": FIRM}.get(kind, set())
    assert whom(claim, f"claim.{kind}") == [office | FIRM - silent]


def test_every_notice_is_under_a_topic():
    told_of = {kind for kind in NOTICES if kind.startswith("claim.")}
    assert told_of == {kind for kind in topics.TOPICS if kind.startswith("claim.")}


def test_no_letter_names_who_objected_or_where_the_money_goes(town):
    claim = walks.objected(town)
    for message in Message.objects.filter(subject_id=claim.pk):
        for letter in letters_of(message, claim):
            assert "许由" not in letter.title + letter.body
            assert claim.account not in letter.body
            assert "9999" not in letter.body
    assert mask_account(claim.account).endswith("0001")


def test_each_rung_of_a_department_fires_once(town):
    claim = walks.submitted(town)
    clock = ClaimDeadline.objects.get()
    sweep(clock.near_at)
    sweep(clock.near_at + timedelta(minutes=1))
    assert whom(claim, "deadline.rung") == [{"policy_officer"}]
    later = [calendar().due(clock.due_at, Limit.working_days(days)).at for days in (1, 3, 5)]
    for at in (clock.due_at, *later, later[-1] + DAY):
        sweep(at)
    heads = {"department_head", "deputy_head", "stand_in"}
    assert whom(claim, "deadline.rung") == [
        {"policy_officer"},
        {"policy_officer"} | heads,
        {"supervisor"},
        {"leader"},
        set(),
    ]
    assert ClaimFiring.objects.count() == 5


def test_a_reviewing_department_hears_of_its_own_clock_alone(town):
    claim = walks.reviewing(town)
    clock = ClaimDeadline.objects.get(department=town.police)
    sweep(clock.near_at)
    assert whom(claim, "deadline.rung") == [{"police_head"}, {"economy_officer"}]


def test_the_firm_is_reminded_and_without_people_its_steward(town):
    from enterprises.models import Member

    claim = walks.listed(town)
    clock = ClaimDeadline.objects.get(subject=claim)
    sweep(clock.near_at)
    assert whom(claim, "deadline.rung") == [FIRM]
    Member.objects.filter(enterprise=town.firm).update(until=MONDAY)
    assert whom(claim, "deadline.rung") == [{"steward", "project_assistant"}]


def test_nothing_is_said_of_a_clock_that_was_met(town):
    claim = walks.submitted(town)
    sweep(ClaimDeadline.objects.get().near_at)
    flow.accept(claim, by=town.policy_officer, at=MONDAY + DAY)
    assert whom(claim, "deadline.rung") == [set()]


def test_every_obligation_of_claims_has_its_words():
    from policies.claims import limits

    obligations = {value for name, value in vars(limits).items() if name.isupper()}
    assert obligations == set(notices.DO)


def test_contact_account_and_objector_are_forgotten_when_their_time_is_over(town):
    claim = walks.objected(town)
    at = moment("2026-11-18 10:00")
    claim = flow.decide_objection(claim.objections.get(), by=town.deputy_head, upheld=True, answer="属实", at=at)
    other = walks.send(claim.round, town, firm=town.foreign_firm)
    over = claim.ended_at + (BY_CODE["objections"].days + 1) * DAY
    assert retention.forget(over)["objections"] == 1
    objection = claim.objections.get()
    assert (objection.name, objection.phone, objection.text) == (GONE, GONE, "研发费用不实")
    assert fresh(claim).account != GONE
    assert retention.forget(claim.ended_at + (BY_CODE["claims"].days + 1) * DAY)["claims"] == 1
    claim = fresh(claim)
    assert {claim.contact_name, claim.contact_phone, claim.account_name, claim.bank, claim.account} == {GONE}
    assert claim.amount == 200000
    assert fresh(other).contact_name == "庄周"
