"""What a firm may claim and what it has to bring (POL-3, POL-5)."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.attributes.values import put
from enterprises.models import Declaration, Enterprise
from policies.claims import facts, flow, materials
from policies.library.content import most_of
from policies.models import Claim, ClaimFile, Exclusion
from portal.files import store
from portal.people.refusal import Refused
from tests.policies.claims import walks
from tests.policies.claims.walks import DAY, MONDAY
from tests.policies.factories import clause, round_

ANY = {"holds": "independent_entity"}  # unknown until a firm declares it
MATERIALS = [
    {"name": "专项审计报告", "attribute": "rd_cost_last_year", "required": True, "note": ""},
    {"name": "承诺书", "attribute": "", "required": True, "note": "盖章"},
    {"name": "获奖证明", "attribute": "", "required": False, "note": ""},
]


@pytest.fixture
def upload(town, tmp_path, settings):
    settings.PRIVATE_FILES = tmp_path

    def kept(by=None):
        return store(SimpleUploadedFile("说明.txt", "内容".encode(), "text/plain"), by=by or town.enterprise_member)

    return kept


def refused(call, *args, **given):
    with pytest.raises(Refused) as found:
        call(*args, **given)
    return found.value


# The same form twice ----------------------------------------------------------------------------------------------


def test_sent_twice_it_is_one_claim(town):
    round, key = walks.batch(town), uuid.uuid4()
    first = walks.send(round, town, key=key)
    assert walks.send(round, town, key=key, at=MONDAY + DAY) == first
    assert Claim.objects.count() == 1


def test_anothers_key_is_refused(town):
    round, key = walks.batch(town), uuid.uuid4()
    walks.send(round, town, key=key)
    refused(walks.send, round, town, firm=town.foreign_firm, key=key)


def test_another_form_for_the_same_round_is_refused(town):
    claim = walks.submitted(town)
    assert claim.number in refused(walks.send, claim.round, town).sentence


def test_the_same_clause_in_another_round_waits_for_the_first(town):
    claim = walks.submitted(town)
    second = round_(claim.round.clause.clause)
    assert claim.number in refused(walks.send, second, town).sentence
    flow.withdraw(claim, by=town.enterprise_member, at=MONDAY)
    assert walks.send(second, town).status == "submitted"


# Window -----------------------------------------------------------------------------------------------------------


def test_the_window_is_half_open(town):
    round = walks.batch(town, opens_at=MONDAY, days=10)
    refused(walks.send, round, town, at=MONDAY - timedelta(seconds=1))
    refused(walks.send, round, town, at=MONDAY + 10 * DAY)
    assert walks.send(round, town, at=MONDAY + 10 * DAY - timedelta(seconds=1)).status == "submitted"


def test_a_round_closed_early_takes_nothing_more(town):
    round = walks.batch(town)
    refused(flow.close_round, round, by=town.policy_officer, reason=" ", at=MONDAY + DAY)
    flow.close_round(round, by=town.policy_officer, reason="预算用完", at=MONDAY + DAY)
    refused(walks.send, round, town, at=MONDAY + DAY)
    refused(flow.close_round, round, by=town.policy_officer, reason="再关", at=MONDAY + DAY)


def test_of_an_abolished_policy_nothing_more_is_claimed(town):
    round = walks.batch(town)
    there = walks.send(round, town, firm=town.foreign_firm)
    policy = round.clause.version.policy
    policy.ended_at, policy.ended_for = MONDAY, "废止"
    policy.save()
    refused(walks.send, round, town)
    assert not type(round).objects.open(MONDAY).exists()
    assert flow.accept(there, by=town.policy_officer, at=MONDAY).status == "approve"  # what is under way goes on


# Facts ------------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_with_what_fails(town):
    round = walks.batch(town)
    walks.knows(town.firm, "999999.99")
    sentence = refused(walks.send, round, town).sentence
    assert "上年研发费用不低于 100 万元" in sentence
    assert "再增加 0.01 万元" in sentence
    walks.knows(town.firm, "1000000")
    assert walks.send(round, town).asked_amount == Decimal("100000")


def test_a_firm_that_is_gone_claims_nothing(town):
    round = walks.batch(town)
    Enterprise.objects.filter(pk=town.firm.pk).update(status="cancelled")
    refused(walks.send, round, town)


def test_what_is_unknown_may_be_claimed_with_something_to_show(town, upload):
    round = walks.batch(town, tree=ANY)
    assert "产权明晰" in refused(walks.send, round, town).sentence
    claim = walks.send(round, town, files=[(upload(), "章程")])
    assert claim.seen[0] == {
        "attribute": "independent_entity",
        "value": None,
        "source": "",
        "day": "",
        "declared": False,
    }
    assert claim.files.get().material == "章程"


def test_an_amount_that_nobody_can_compute_is_left_to_the_head(town, upload):
    round = walks.batch(town, known=False, tree={"compare": ["patent_applications", ">=", 0]})
    claim = walks.send(round, town, files=[(upload(), "审计报告")])
    assert claim.asked_amount is None
    claim = flow.accept(claim, by=town.policy_officer, at=MONDAY)
    assert refused(flow.approve, claim, by=town.department_head, at=MONDAY).field == "amount"
    most = most_of(claim.round.clause.formula)
    above = refused(flow.approve, claim, by=town.department_head, amount=most + 1, at=MONDAY)
    assert (above.field, "政策规定的上限" in str(above)) == ("amount", True)
    assert flow.approve(claim, by=town.department_head, amount=Decimal(5000), at=MONDAY).amount == 5000


def test_materials_only_for_what_is_unknown_or_self_declared(town, upload):
    round = walks.batch(town, materials=MATERIALS)
    assert "承诺书" in (sentence := refused(walks.send, round, town).sentence)
    assert "审计" not in sentence
    Declaration.objects.create(
        enterprise=town.firm, attribute="rd_cost_last_year", value=200000000, by=town.enterprise_member, at=MONDAY
    )
    assert "专项审计报告" in refused(walks.send, round, town, files=[(upload(), "承诺书")]).sentence
    claim = walks.send(round, town, files=[(upload(), "承诺书"), (upload(), "专项审计报告")])
    assert claim.seen[0]["declared"]


@pytest.mark.parametrize(
    ("known", "declared", "why"),
    [
        (True, (), {"承诺书": "always", "获奖证明": "always"}),
        (False, (), {"专项审计报告": "unknown", "承诺书": "always", "获奖证明": "always"}),
        (True, ("rd_cost_last_year",), {"专项审计报告": "declared", "承诺书": "always", "获奖证明": "always"}),
    ],
)
def test_needed(town, known, declared, why):
    version = clause(town, materials=MATERIALS).current
    held = {"rd_cost_last_year": object()} if known else {}
    assert {one.name: one.why for one in materials.needed(version, held, declared)} == why


def test_what_the_formula_asks_for_must_be_answered(town):
    formula = {"rate": "0.5", "of": {"ask": "loan_interest"}, "cap": "50000"}
    formula |= {"asks": {"loan_interest": {"label": "上年贷款利息支出", "unit": "元"}}}
    round = walks.batch(town, formula=formula)
    for typed in ({}, {"loan_interest": "  "}, {"loan_interest": "很多"}, {"loan_interest": "-1"}):
        assert refused(walks.send, round, town, answers=typed).field == "answer_loan_interest"
    claim = walks.send(round, town, answers={"loan_interest": "30000", "other": "x"})
    assert claim.answers == {"loan_interest": "30000"}
    assert claim.asked_amount == Decimal("15000")


def test_files_are_ones_own_and_used_once(town, upload):
    round, file = walks.batch(town), upload()
    assert refused(walks.send, round, town, files=[(upload(town.other_member), "x")]).field == "files"
    walks.send(round, town, files=[(file, "x")])
    assert refused(walks.send, round_(round.clause.clause), town, files=[(file, "x")])
    assert ClaimFile.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"contact_name": ""}, "contact_name"),
        ({"contact_phone": "123"}, "contact_phone"),
        ({"contact_phone": "1" * 41}, "contact_phone"),
        ({"account": flow.Account("", "某行", "62000000")}, "account_name"),
        ({"account": flow.Account("某公司", " ", "62000000")}, "bank"),
        ({"account": flow.Account("某公司", "某行", "6200000")}, "account"),
        ({"account": flow.Account("某公司", "某行", "６２０００００００")}, "account"),
        ({"account": flow.Account("某公司", "某行", "<script>")}, "account"),
        ({"statement": "字" * 2001}, "statement"),
    ],
)
def test_what_is_typed_wrong_is_said_at_its_field(town, given, field):
    assert refused(walks.send, walks.batch(town), town, **given).field == field
    assert not Claim.objects.exists()


def test_only_the_firms_own_people_claim(town):
    """Who looks after the firm files nothing for it."""
    round = walks.batch(town)
    for name in ("steward", "project_assistant", "other_member", "former_member", "policy_officer", "supervisor"):
        refused(walks.send, round, town, by=town.people[name])
    assert walks.send(round, town, by=town.member_official).status == "submitted"


# Exclusions -------------------------------------------------------------------------------------------------------


def exclude(*clauses, **fields):
    made = Exclusion.objects.create(name="研发类就高", department=clauses[0].policy.department, **fields)
    made.clauses.set(clauses)
    return made


def two(town, **fields):
    """Two rounds of two clauses in one group."""
    first, second = walks.batch(town), walks.batch(town)
    exclude(first.clause.clause, second.clause.clause, **fields)
    return first, second


def test_what_is_claimed_already_excludes_the_other(town):
    first, second = two(town, rule="highest")
    claim = walks.send(first, town)
    sentence = refused(walks.send, second, town).sentence
    assert "研发类就高" in sentence
    assert claim.number in sentence
    assert walks.send(second, town, firm=town.foreign_firm).status == "submitted"
    flow.withdraw(claim, by=town.enterprise_member, at=MONDAY)
    assert walks.send(second, town).status == "submitted"


def test_an_ended_rule_excludes_nothing(town):
    first, second = two(town, rule="highest", ended_at=MONDAY)
    walks.send(first, town)
    assert walks.send(second, town).status == "submitted"


def test_what_was_paid_excludes_for_its_calendar_year(town):
    claim = walks.paid(town)
    second = walks.batch(town, days=400)
    exclude(claim.round.clause.clause, second.clause.clause, rule="highest")
    refused(walks.send, second, town, at=MONDAY + 50 * DAY)  # 29 December
    assert walks.send(second, town, at=MONDAY + 54 * DAY).status == "submitted"  # 2 January


def test_a_shared_cap_leaves_the_rest(town):
    first, second = two(town, rule="cap", cap=Decimal("250000"))
    assert walks.send(first, town).asked_amount == Decimal("200000")
    claim = walks.send(second, town)
    assert claim.asked_amount == Decimal("50000")
    assert "合计封顶" in claim.working[-1]


def test_a_cap_that_is_used_up_leaves_nothing(town):
    first, second = two(town, rule="cap", cap=Decimal("200000"))
    walks.send(first, town)
    assert "已达上限" in refused(walks.send, second, town).sentence


def test_the_head_cannot_approve_above_a_shared_cap(town):
    first, second = two(town, rule="cap", cap=Decimal("250000"))
    walks.send(first, town)
    claim = flow.accept(walks.send(second, town), by=town.policy_officer, at=MONDAY)
    given = {"by": town.department_head, "reason": "特批", "at": MONDAY}
    assert refused(flow.approve, claim, amount=Decimal("50000.01"), **given).field == "amount"
    assert flow.approve(claim, amount=Decimal("50000"), **given).amount == 50000


# Foreseen ---------------------------------------------------------------------------------------------------------


def test_foreseen_is_what_submit_does(town, django_assert_max_num_queries):
    round = walks.batch(town)
    with django_assert_max_num_queries(16):
        seen = flow.foreseen(round, town.firm, at=MONDAY)
    claim = walks.send(round, town)
    assert (seen.outcome, seen.refusal, seen.waits) == (True, "", False)
    assert (seen.amount, seen.working, seen.seen) == (claim.asked_amount, claim.working, claim.seen)
    assert claim.number in flow.foreseen(round, town.firm, at=MONDAY).refusal
    walks.knows(town.foreign_firm, "5")
    assert "不符合条件" in flow.foreseen(round, town.foreign_firm, at=MONDAY).refusal


def test_what_is_written_down_is_in_the_portals_language_whoever_sends_it(town):
    from django.utils import translation

    round = walks.batch(town)
    with translation.override("en"):
        assert "万元" not in flow.foreseen(round, town.firm, at=MONDAY).working[0]
        claim = walks.send(round, town)
    assert claim.working == flow.foreseen(round, town.foreign_firm, at=MONDAY).working
    assert "200 万元" in claim.working[0]


# Batch verification -----------------------------------------------------------------------------------------------


def test_the_check_names_what_is_otherwise_today(town):
    round = walks.batch(town)
    mine, other = walks.send(round, town), walks.send(round, town, firm=town.foreign_firm)
    walks.knows(town.firm, "1500000")
    assert flow.check(round, by=town.policy_officer, at=MONDAY + DAY) == flow.Checked(2, 1)
    mine, other = walks.fresh(mine), walks.fresh(other)
    assert other.deviations == []
    assert mine.deviations == [
        {"attribute": "rd_cost_last_year", "said": "2000000.00", "found": "1500000.00"},
        {"formula": True, "said": "200000.00", "found": "150000.00"},
    ]
    assert facts.in_words("rd_cost_last_year", mine.deviations[0]["found"]) == "150 万元"
    done = flow.accept_checked(round, by=town.policy_officer, at=MONDAY + DAY)
    assert (done.done, done.refused) == ([other], [])
    mine = flow.accept(mine, by=town.policy_officer, at=MONDAY + DAY)  # whoever has looked may go on
    assert flow.proposed(mine) == Decimal("150000")


def test_the_check_finds_what_fits_no_more_and_what_is_gone(town):
    claim = walks.submitted(town)
    walks.knows(town.firm, "5")
    flow.check(claim.round, by=town.policy_officer, at=MONDAY + DAY)
    rows = walks.fresh(claim).deviations
    assert rows[1] == {"condition": "上年研发费用不低于 100 万元", "said": "", "found": "no"}
    put(town.firm, "rd_cost_last_year", None, "", date(2026, 1, 1))
    flow.check(claim.round, by=town.policy_officer, at=MONDAY + 2 * DAY)
    rows = walks.fresh(claim).deviations
    assert [row["found"] for row in rows] == [None, None]


def test_what_a_shared_cap_cut_off_is_no_deviation(town):
    first, second = two(town, rule="cap", cap=Decimal("250000"))
    walks.send(first, town)
    walks.send(second, town)
    assert flow.check(second, by=town.policy_officer, at=MONDAY) == flow.Checked(1, 0)
    walks.knows(town.firm, "3000000")
    assert flow.check(second, by=town.policy_officer, at=MONDAY) == flow.Checked(1, 1)


def test_a_claim_that_was_not_checked_is_not_accepted_with_the_rest(town):
    round = walks.submitted(town).round
    assert flow.accept_checked(round, by=town.policy_officer, at=MONDAY).done == []


@pytest.mark.parametrize("firms", [1, 3])
def test_the_check_costs_the_same_for_one_and_for_many(town, django_assert_num_queries, firms):
    from tests.policies.factories import claim_row
    from tests.requests.factories import enterprise

    round = walks.batch(town)
    for number in range(firms):
        claim_row(round, enterprise(f"某企业{number}", "某", town.place))
    town.forget()
    with django_assert_num_queries(10):
        assert flow.check(round, by=town.policy_officer, at=MONDAY).claims == firms
