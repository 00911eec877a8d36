"""What fits a firm, what is missing, and why (POL-2); what changes is matched anew, and nothing else."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from enterprises.attributes import stale
from enterprises.attributes.declaring import declare
from enterprises.attributes.values import Put, put, put_many
from enterprises.criteria import flow, store
from enterprises.models import Criterion, Outcome
from policies.matching.explaining import explain
from policies.matching.matches import Verdict, at_a_glance, in_force, missing_of, of_clause, of_firm, to_have
from policies.models import Clause
from portal.people.actors import CLOCK
from tests.facts.factories import fact, resources
from tests.policies.factories import clause, policy, round_

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
KNOWN = date(2026, 6, 30)
STAFF = {"compare": ["headcount", ">=", 20]}
TAX = {"compare": ["tax_last_year", ">=", 5_000_000]}
RATE = {"rate": "0.1", "of": "rd_cost_last_year", "cap": "1000000"}


def known(firm, **values):
    put_many(Put(firm.pk, code, value, "统计", KNOWN) for code, value in values.items())
    store.refresh(Criterion.objects.standing(), at=NOW)


def verdicts(matches):
    return {match.clause.pk: match.verdict for match in matches}


def test_what_it_brings_is_told_by_the_amount_where_the_reader_has_no_chinese(town):
    paid = clause(town, tree=STAFF, formula=RATE, benefit="按研发费用的 10% 给予补助。")
    free = clause(town, tree=STAFF, benefit="免费安排专家上门。")
    known(town.firm, headcount=Decimal(20))
    by = {match.clause.pk: match for match in of_firm(town.firm, DAY)}
    assert by[paid.pk].benefit == "按研发费用的 10% 给予补助。"
    with translation.override("en"):
        assert by[paid.pk].benefit == "10% of R&D cost last year, up to 1,000,000 yuan"
        assert by[free.pk].benefit == "免费安排专家上门。"


def test_a_name_within_an_english_sentence_begins_small(town):
    spent = {"label": "消防设施改造投入", "unit": "元", "label_en": "Spending on fire protection"}
    asked = {"rate": "0.15", "of": {"ask": "spent"}, "asks": {"spent": spent}}
    grown = {"rate": "0.1", "of": {"more": ["revenue_last_year", "revenue_year_before"]}}
    made = [clause(town, formula=one) for one in (asked, grown)]
    with translation.override("en"):
        said = {match.clause.pk: match.benefit for match in of_firm(town.firm, DAY)}
    assert said[made[0].pk] == "15% of spending on fire protection"
    assert said[made[1].pk].endswith("of revenue last year over revenue the year before")


def test_each_verdict_with_what_it_brings_needs_or_lacks(town):
    yes = clause(town, tree={"holds": "high_tech"}, formula={"fixed": "200000"})
    almost = clause(town, tree=STAFF, formula={"each": "1000", "per": "headcount"})
    unknown = clause(town, tree={"all": [{"holds": "own_technology"}, STAFF]})
    no = clause(town, tree={"all": [{"not": {"holds": "high_tech"}}, STAFF]})
    free = clause(town)
    known(town.firm, high_tech=True, headcount=Decimal(18))
    found = of_firm(town.firm, DAY)
    assert verdicts(found) == {
        yes.pk: Verdict.YES,
        almost.pk: Verdict.ALMOST,
        unknown.pk: Verdict.NO,
        no.pk: Verdict.NO,
        free.pk: Verdict.OPEN,
    }
    by = {match.clause.pk: match for match in found}
    assert by[yes.pk].amount == "20 万元"
    assert by[almost.pk].change == "职工总数再增加 2 人"
    assert by[almost.pk].amount == "2 万元"  # of the twenty there would be
    known(town.firm, headcount=Decimal(20))
    found = of_firm(town.firm, DAY)
    assert verdicts(found)[unknown.pk] == Verdict.UNKNOWN
    assert [(one.code, count) for one, count in missing_of(found)] == [("own_technology", 1)]
    assert [match.verdict for match in found][:2] == [Verdict.YES, Verdict.YES]


def test_a_glance_tells_the_same_as_the_whole(town):
    """The firm's home reads only what fits, and says of all clauses how many there are."""
    yes = clause(town, tree={"holds": "high_tech"}, formula={"fixed": "200000"})
    clause(town, tree=STAFF, formula={"each": "1000", "per": "headcount"})
    clause(town, tree={"all": [{"holds": "own_technology"}, {"holds": "high_tech"}]})
    clause(town, tree={"not": {"holds": "high_tech"}})
    over = clause(town, policy(town, valid_to=date(2026, 11, 21)), tree={"holds": "high_tech"})
    clause(town)
    round_(yes, days=9)
    known(town.firm, high_tech=True, headcount=Decimal(18))
    whole = of_firm(town.firm, DAY)
    matches, counts = at_a_glance(town.firm, DAY, 9)
    assert matches == to_have(whole)
    assert [match.verdict for match in matches] == [Verdict.YES, Verdict.ALMOST]
    assert over.pk not in verdicts(matches)
    assert at_a_glance(town.firm, DAY, 1)[0] == matches[:1]
    told = list(verdicts(whole).values())
    assert counts == {verdict: told.count(verdict) for verdict in (Verdict.YES, Verdict.ALMOST, Verdict.UNKNOWN)}
    assert counts == {Verdict.YES: 1, Verdict.ALMOST: 1, Verdict.UNKNOWN: 1}


def test_only_what_is_in_force_is_matched(town):
    kept = clause(town, tree={"holds": "high_tech"})
    known(town.firm, high_tech=True)
    later = clause(town, policy(town, valid_from=date(2026, 11, 23)), tree={"holds": "high_tech"})
    over = clause(town, policy(town, valid_to=date(2026, 11, 21)), tree={"holds": "high_tech"})
    ended = clause(town, tree={"holds": "high_tech"})
    Clause.objects.filter(pk=ended.pk).update(ended_at=NOW)
    abolished = clause(town, tree={"holds": "high_tech"})
    abolished.policy.ended_at, abolished.policy.ended_for = NOW, "新办法取代"
    abolished.policy.save()
    last_day = clause(town, policy(town, valid_to=DAY), tree={"holds": "high_tech"})
    assert set(verdicts(of_firm(town.firm, DAY))) == {kept.pk, last_day.pk}
    assert later.pk in verdicts(of_firm(town.firm, date(2026, 11, 23)))
    assert over.pk in verdicts(of_firm(town.firm, date(2026, 11, 21)))


def test_hidden_values_are_neither_said_nor_reckoned_with(town):
    one = clause(town, tree=TAX, formula={"rate": "0.02", "of": "tax_last_year"})
    known(town.firm, tax_last_year=Decimal(4_000_000))
    (own,) = of_firm(town.firm, DAY)
    assert (own.change, own.amount) == ("上年纳税额再增加 100 万元", "10 万元")
    (told,) = of_firm(town.firm, DAY, hidden={"tax_last_year"})
    assert (told.verdict, told.change, told.amount) == (Verdict.ALMOST, "", "")
    assert told.clause == one


def test_the_same_queries_for_one_clause_and_for_three(town):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            of_firm(town.firm, DAY)
        return len(queries)

    def one_more():
        made = clause(town, tree={"in": ["research_institute", ["national"]]}, formula=RATE)
        round_(made)

    put(town.firm, "research_institute", "municipal", "科技", KNOWN)
    one_more()
    one = counted()
    one_more()
    clause(town, tree=STAFF)
    assert counted() == one


def test_why_node_by_node_with_value_source_and_day(town):
    one = clause(town, tree={"all": [STAFF, TAX]}, formula=RATE)
    known(town.firm, headcount=Decimal(25), tax_last_year=Decimal(4_000_000))
    own = explain(one, town.firm, town.enterprise_member, DAY)
    assert own.verdict == Verdict.ALMOST
    assert own.changes == ("上年纳税额再增加 100 万元",)
    assert any("400 万元" in line.words and "统计" in line.words and "2026-06-30" in line.words for line in own.lines)
    assert own.told == ("headcount", "tax_last_year")
    leader = explain(one, town.firm, town.leader, DAY)  # sees what is a line's, nothing closed
    assert any("25 人" in line.words for line in leader.lines)
    assert not any("400" in line.words for line in leader.lines)
    assert leader.changes == ()
    assert leader.told == ("headcount",)
    handler = explain(one, town.firm, town.handler, DAY)
    assert not any("25 人" in line.words for line in handler.lines)
    assert handler.told == ()


def test_the_firms_own_word_is_named_in_the_explanation(town):
    one = clause(town, tree={"holds": "own_technology"})
    before = explain(one, town.firm, town.enterprise_member, DAY)
    assert (before.verdict, [each.code for each in before.missing]) == (Verdict.UNKNOWN, ["own_technology"])
    declare(town.firm, {"own_technology": True}, by=town.enterprise_member, at=NOW)
    after = explain(one, town.firm, town.enterprise_member, DAY)
    assert after.verdict == Verdict.YES
    assert [each.code for each in after.declared] == ["own_technology"]
    assert "企业自报（待核实）" in after.lines[0].words
    assert verdicts(of_firm(town.firm, DAY)) == {one.pk: Verdict.YES}


def test_a_clause_without_a_condition_is_for_the_reader(town):
    one = clause(town)
    assert explain(one, town.firm, town.enterprise_member, DAY).verdict == Verdict.OPEN
    assert {verdict: rows.count() for verdict, rows in of_clause(one).items()} == {
        Verdict.YES: 0,
        Verdict.ALMOST: 0,
        Verdict.UNKNOWN: 0,
    }


def test_nobody_is_advised_to_give_up_what_is_good(town):
    """The smallest change may be a worsening: true to the language, but nothing to tell a firm to do."""
    titles = clause(town, tree={"not": {"holds": "high_tech"}})
    grades = clause(town, tree={"in": ["risk_level", ["red"]]})
    known(town.firm, high_tech=True, risk_level="blue")
    assert set(verdicts(of_firm(town.firm, DAY)).values()) == {Verdict.NO}
    for one in (titles, grades):
        told = explain(one, town.firm, town.enterprise_member, DAY)
        assert (told.verdict, told.changes) == (Verdict.NO, ())
    other = clause(town, tree={"any": [{"not": {"holds": "high_tech"}}, {"compare": ["headcount", ">=", 30]}]})
    known(town.firm, headcount=Decimal(18))
    (match,) = [match for match in of_firm(town.firm, DAY) if match.clause == other]
    assert (match.verdict, match.change) == (Verdict.ALMOST, "职工总数再增加 12 人")  # the next that can be told
    assert explain(other, town.firm, town.enterprise_member, DAY).changes == (match.change,)
    far, fewer = (clause(town, tree={"compare": ["headcount", *than]}) for than in ([">=", 37], ["<=", 17]))
    known(town.firm, headcount=Decimal(18))
    assert {verdicts(of_firm(town.firm, DAY))[one.pk] for one in (far, fewer)} == {
        Verdict.NO
    }  # twice as many, and less
    good = clause(town, tree={"not": {"holds": "abnormal"}})
    known(town.firm, abnormal=True)
    assert verdicts(of_firm(town.firm, DAY))[good.pk] == Verdict.ALMOST


# What changes is matched anew -------------------------------------------------------------------------------------


def seen_by(monkeypatch):
    """Which criteria were evaluated over how many firms."""
    evaluated, made = [], store.rows_of

    def watching(node, firms, **how):
        evaluated.append((node, sorted(firms.table.firms.tolist())))
        return made(node, firms, **how)

    monkeypatch.setattr(store, "rows_of", watching)
    return evaluated


def test_a_changed_fact_matches_its_firm_alone(town, monkeypatch):
    made = resources()
    one, other = clause(town, tree=STAFF), clause(town, tree={"holds": "high_tech"})
    stale.carry_on(at=NOW)
    fact(town.firm, made["employment"], by=town.data_officer, at=NOW, period=date(2026, 7, 1), headcount=30)
    stale.mark([town.firm.pk])
    evaluated = seen_by(monkeypatch)
    with CaptureQueriesContext(connection) as queries:
        assert stale.carry_on(at=NOW) == 1
    assert [firms for _node, firms in evaluated] == [[town.firm.pk]] * 2
    assert verdicts(of_firm(town.firm, DAY))[one.pk] == Verdict.YES
    assert verdicts(of_firm(town.foreign_firm, DAY))[one.pk] == Verdict.UNKNOWN
    assert other.pk in verdicts(of_firm(town.firm, DAY))
    for _ in range(3):
        clause(town, tree={"compare": ["rd_staff", ">=", 3]})
    Outcome.objects.filter(enterprise_id=town.firm.pk).delete()
    put(town.firm, "headcount", None, "", KNOWN)
    stale.mark([town.firm.pk])
    with CaptureQueriesContext(connection) as more:
        stale.carry_on(at=NOW)
    assert len(more) <= len(queries) + 2  # five clauses cost what two do, but for the rows that differ


def test_a_changed_clause_is_matched_alone(town, monkeypatch):
    one = clause(town, tree=STAFF)
    clause(town, tree={"holds": "high_tech"})
    known(town.firm, headcount=Decimal(12))
    evaluated = seen_by(monkeypatch)
    flow.revise(one.criterion, {"compare": ["headcount", ">=", 10]}, by=CLOCK, at=NOW)
    assert len(evaluated) == 1
    assert evaluated[0][1] == sorted([town.firm.pk, town.foreign_firm.pk])
    assert verdicts(of_firm(town.firm, DAY))[one.pk] == Verdict.YES


def test_days_that_pass_flip_it_at_night(town):
    one = clause(town, tree={"date": ["established_on", "<=", "today"], "after": {"years": 3}})
    known(town.firm, established_on=date(2023, 11, 23))
    (match,) = [match for match in of_firm(town.firm, DAY) if match.clause == one]
    assert (match.verdict, match.change) == (Verdict.ALMOST, "自 2026-11-23 起符合")
    store.refresh_due(at=NOW + timedelta(days=1))
    assert verdicts(of_firm(town.firm, date(2026, 11, 23)))[one.pk] == Verdict.YES


def test_in_force_reads_everything_at_once(town):
    clause(town, tree=STAFF)
    with CaptureQueriesContext(connection) as queries:
        for one in in_force(DAY):
            str(one), one.policy.current.title, one.current.version.policy.code, one.criterion.current.tree
    assert len(queries) == 1
