"""The written policies of the demo town: enough of them, and of each clause wording, condition and amount agree."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import resolve, reverse

import enterprises
from enterprises.attributes.catalogue import TOWN
from enterprises.criteria import check as criteria
from enterprises.criteria import language as tree
from enterprises.data import rows_of
from policies.amounts import check as amounts
from policies.amounts import language as formula
from policies.amounts import reads
from policies.models import ClauseVersion, Level, PolicyVersion, Support, Way
from portal.desk.demo.content import table
from portal.desk.demo.policies import texts
from portal.desk.demo.policies.texts import ClauseText, PolicyText, exclusions, policies

DATA = Path(enterprises.__file__).parent / "data"
CLAIMED = (Way.BY_DATA, Way.BY_REVIEW, Way.CLAIM_FREE)
NUMERALS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))
UNITS = {"number": "", "share": "%", "money": "元"}

Said = tuple[str, Decimal]  # a kind of UNITS, and a value in 元, as a share or plain


@pytest.fixture(scope="module")
def written() -> tuple[PolicyText, ...]:
    return policies()


def test_no_code_is_the_address_of_another_page(written):
    for policy in written:
        for page in ("policies:policy", "policies:desk-policy"):
            assert resolve(reverse(page, args=[policy.code])).view_name == page, policy.code


def each_clause(written: tuple[PolicyText, ...]) -> Iterator[tuple[str, ClauseText]]:
    """Every clause of every version, with a name to find it by."""
    for policy in written:
        for version in policy.versions():
            yield from ((f"{policy.code}/{one.number} v{version.number}", one) for one in version.clauses)


def faults(written: tuple[PolicyText, ...], of: Callable[[ClauseText], list[str]]) -> dict[str, list[str]]:
    return {name: found for name, clause in each_clause(written) if (found := of(clause))}


# How many there are -----------------------------------------------------------------------------------------------


def test_there_are_as_many_as_a_town_has(written):
    clauses = [clause for policy in written for clause in policy.clauses]
    assert len(written) >= 64
    assert len(clauses) >= 210
    assert {clause.support for clause in clauses} == set(Support)
    assert {clause.way for clause in clauses} == set(Way)
    assert {policy.level for policy in written} == set(Level)
    assert sum(len(policy.versions()) > 1 for policy in written) >= 12
    assert Counter(policy.state for policy in written).keys() >= {"in_force", "draft", "review"}


def test_nothing_is_called_alike(written):
    for twice in (
        Counter(policy.code for policy in written),
        Counter(policy.title for policy in written),
        Counter(policy.document_number for policy in written if policy.document_number),
    ):
        assert [name for name, count in twice.items() if count > 1] == []
    for policy in written:
        assert len({clause.title for clause in policy.clauses}) == len(policy.clauses), policy.code
        assert [clause.number for clause in policy.clauses] == list(range(1, len(policy.clauses) + 1)), policy.code


# Trees and formulas -----------------------------------------------------------------------------------------------


def test_every_condition_makes_sense(written):
    def wrong(clause: ClauseText) -> list[str]:
        return [] if clause.tree is None else [str(one) for one in criteria.checked(clause.tree)[1]]

    assert faults(written, wrong) == {}


def test_every_amount_makes_sense(written):
    def wrong(clause: ClauseText) -> list[str]:
        return [] if clause.formula is None else [str(one) for one in amounts.checked(clause.formula)[1]]

    assert faults(written, wrong) == {}


def test_wording_says_each_number_that_the_condition_compares_with(written):
    def unsaid(clause: ClauseText) -> list[str]:
        node = None if clause.tree is None else criteria.checked(clause.tree)[0]
        return [] if node is None else missing(clause.conditions, of_condition(node))

    assert faults(written, unsaid) == {}


def test_benefit_says_each_number_that_the_amount_reckons_with(written):
    def unsaid(clause: ClauseText) -> list[str]:
        found = None if clause.formula is None else amounts.checked(clause.formula)[0]
        return [] if found is None else missing(clause.benefit, of_amount(found.amount))

    assert faults(written, unsaid) == {}


@pytest.mark.parametrize(
    "wording, said",
    [
        ("在 3,000 万元以上", ("money", Decimal(30000000))),
        ("不超过 0.3 亿元", ("money", Decimal(30000000))),
        ("每人 800 元", ("money", Decimal(800))),
        ("占 2.5% 以上", ("share", Decimal("0.025"))),
        ("减少不超过 5%", ("share", Decimal("-0.05"))),
        ("成立三年以上", ("number", Decimal(3))),
        ("有 12 件", ("number", Decimal(12))),
    ],
)
def test_a_number_may_be_written_in_several_ways(wording, said):
    assert missing(wording, [said]) == []


@pytest.mark.parametrize(
    "wording, said",
    [
        ("在 13000 万元以上", ("money", Decimal(30000000))),
        ("在 3000.5 万元以上", ("money", Decimal(30000000))),
        ("在 3000 件以上", ("money", Decimal(30000000))),
        ("占 2.5 以上", ("share", Decimal("0.025"))),
        ("成立 13 年以上", ("number", Decimal(3))),
    ],
)
def test_another_number_is_noticed(wording, said):
    assert missing(wording, [said]) != []


# What goes with what ----------------------------------------------------------------------------------------------


def test_a_claim_has_an_amount_and_what_is_not_claimed_has_none_of_its_marks(written):
    def wrong(clause: ClauseText) -> list[str]:
        found = []
        if clause.way in CLAIMED and clause.formula is None:
            found.append("claimed without an amount")
        if clause.way in (Way.BY_DATA, Way.CLAIM_FREE) and clause.tree is None:
            found.append("nothing to verify or list firms by")
        if (clause.way == Way.ELSEWHERE) != bool(clause.claim_url):
            found.append("where it is claimed")
        if clause.way in CLAIMED and not clause.publicity_days:
            found.append("paid without publicity")
        if clause.reviewers and clause.way != Way.BY_REVIEW:
            found.append("reviewed though it is verified by data")
        if not clause.universal and clause.way not in (Way.BY_REVIEW, Way.ELSEWHERE):
            found.append("selected without a review")
        return found

    assert faults(written, wrong) == {}


def test_a_code_asks_the_same_question_wherever_it_is_asked(written):
    """The calculator asks once for all clauses."""
    asked: dict[str, set[str]] = {}
    for _name, clause in each_clause(written):
        for code, question in ((clause.formula or {}).get("asks") or {}).items():
            asked.setdefault(code, set()).add(json.dumps(question, ensure_ascii=False))
    assert {code: questions for code, questions in asked.items() if len(questions) > 1} == {}


def test_departments_exist_and_do_not_review_for_themselves(written):
    known = {row["short"] for row in table("departments")["department"]}
    for policy in written:
        assert policy.department in known, policy.code
        for clause in policy.clauses:
            assert set(clause.reviewers) <= known - {policy.department}, (policy.code, clause.number)


def test_five_programmes_are_five_of_the_clauses(written):
    programmes = json.loads((DATA / "programmes.json").read_text(encoding="utf-8"))
    trees = [criteria.checked(clause.tree)[0] for policy in written for clause in policy.clauses if clause.tree]
    assert {one["code"]: trees.count(criteria.checked(one["tree"])[0]) for one in programmes} == {
        "provincial-tech-sme": 1,
        "municipal-high-tech": 1,
        "municipal-technology-centre": 1,
        "major-science-project": 1,
        "patent-pilot": 1,
    }


def test_materials_stand_for_attributes_that_there_are(written):
    def wrong(clause: ClauseText) -> list[str]:
        found = [one["name"] for one in clause.materials if set(one) != set(texts.MATERIAL)]
        found += [one["attribute"] for one in clause.materials if one["attribute"] and one["attribute"] not in TOWN]
        names = [one["name"] for one in clause.materials]
        return found + [name for name, count in Counter(names).items() if count > 1 or not name]

    assert faults(written, wrong) == {}


def test_industries_are_those_of_the_standard(written):
    known = {row["code"] for row in rows_of(DATA / "gb4754_2017.csv")}
    assert {code for policy in written for code in policy.industries} <= known


def test_exclusions_name_clauses_that_there_are(written):
    known = {f"{policy.code}/{clause.number}" for policy in written for clause in policy.clauses}
    made = exclusions()
    assert len(made) >= 6
    for one in made:
        assert set(one["clauses"]) <= known, one["name"]
        assert len(set(one["clauses"])) >= 2, one["name"]
        assert (one["rule"] == "cap") == ("cap" in one), one["name"]


# What a row can keep ----------------------------------------------------------------------------------------------


def test_texts_fit_their_columns(written):
    wrong = {}
    for policy in written:
        for version in policy.versions():
            wrong[policy.code] = unfitting(PolicyVersion, version.elements)
            for clause in version.clauses:
                wrong[f"{policy.code}/{clause.number}"] = unfitting(ClauseVersion, clause.elements)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_dates_follow_each_other(written):
    by_code = {policy.code: policy for policy in written}
    for policy in written:
        assert policy.valid_to is None or policy.valid_from <= policy.valid_to, policy.code
        assert policy.issued_on is None or policy.issued_on <= policy.valid_from, policy.code
        days = [version.effective_on for version in policy.versions()]
        assert days == sorted(set(days)), policy.code
        assert [version.number for version in policy.versions()] == list(range(1, len(days) + 1)), policy.code
        assert not policy.follows or by_code[policy.follows].valid_from < policy.valid_from, policy.code


def test_versions_differ_and_say_how(written):
    for policy in written:
        for before, after in pairwise(policy.versions()):
            assert (before.elements, before.clauses) != (after.elements, after.clauses), policy.code
            assert before.note, policy.code
            assert after.note, policy.code


def test_texts_name_no_year_and_numbers_are_plainly_invented(written):
    """Loading moves the dates along; a year in a text would stay behind."""
    for policy in written:
        said = [policy.title, policy.object, policy.basis, policy.summary, policy.interpretation, policy.note]
        for version in policy.versions():
            said += [text for clause in version.clauses for text in (clause.conditions, clause.benefit, clause.window)]
        assert [text for text in said if re.search(r"20[123]\d ?年", text)] == [], policy.code
        assert "示" in policy.document_number or not policy.document_number, policy.code
        assert policy.contact_phone.startswith("0512-0000 "), policy.code


def test_policies_are_told_in_english_too(written):
    for policy in written:
        told = [policy.title_en, policy.summary_en, *(clause.title_en for clause in policy.clauses)]
        assert all(told), policy.code
        assert not re.search("[\u4e00-\u9fff，。；：]", "".join(told)), policy.code


# Numbers in words -------------------------------------------------------------------------------------------------


def of_condition(node: tree.Condition) -> Iterator[Said]:
    """Each number that is compared with, weighed with or waited for."""
    for one in tree.walk(node):
        match one:
            case tree.Compare(left=left, right=right):
                yield from ((kind(left), value) for value in values(right))
            case tree.Between(what=what, low=low, high=high):
                yield from ((kind(what), value) for value in (low, high))
            case tree.Dated(count=count) if count:
                yield "number", Decimal(abs(count))
            case tree.Weighted(terms=terms):
                yield from (("number", weight) for weight, _term in terms)
            case tree.Tiers(by=by, bands=bands):
                yield from ((kind(by), band.upto) for band in bands if band.upto is not None)


def values(right: tree.Term) -> list[Decimal]:
    match right:
        case tree.Number(value=value):
            return [value]
        case tree.Tiers(bands=bands):
            return [band.value for band in bands]
    return []


def kind(side: tree.Term | tree.Quotient) -> str:
    return {"元": "money", "1": "share"}.get(criteria.unit_of(side, TOWN), "number")


def of_amount(amount: formula.Amount) -> Iterator[Said]:
    """Each sum, rate, border and cap."""
    for one in reads.walk(amount):
        match one:
            case formula.Fixed(value=value) | formula.Each(each=value):
                yield "money", value
            case formula.Rate(rate=rate, floor=floor):
                yield "share", rate
                yield from [("money", floor)] if floor is not None else []
            case formula.Tiers(by=by, bands=bands):
                yield from (("money", band.value) for band in bands)
                yield from ((base_kind(by), band.upto) for band in bands if band.upto is not None)
            case formula.Marginal(bands=parts):
                yield from (("share", part.rate) for part in parts)
                yield from (("money", part.upto) for part in parts if part.upto is not None)
            case formula.When(condition=condition):
                yield from of_condition(condition)
        cap = getattr(one, "cap", None)
        yield from [("money", cap)] if cap is not None else []


def base_kind(base: formula.Base) -> str:
    units = {TOWN[leaf.attribute].unit for leaf in reads.leaves(base) if isinstance(leaf, formula.Value)}
    return "money" if units == {"元"} else "share" if units == {"1"} else "number"


def missing(wording: str, said: Iterator[Said] | list[Said]) -> list[str]:
    """Which of the numbers the wording does not say; 0 is said in words (无, 未, 为正)."""
    plain = re.sub(r"[\s,，](?=\d)|(?<=\d)\s", "", wording)
    return [f"{value} {UNITS[sort]}" for sort, value in said if value and not is_said(plain, sort, abs(value))]


def is_said(wording: str, sort: str, value: Decimal) -> bool:
    if sort == "share":
        return written_in(wording, value * 100, "%")
    if sort == "money":
        return any(written_in(wording, value / by, unit) for by, unit in ((1, "元"), (10**4, "万"), (10**8, "亿")))
    scaled = [value, value / 10**4]  # kilowatt hours are shown in ten thousands
    return any(written_in(wording, one, "") for one in scaled) or any(
        word in wording for word, number in NUMERALS.items() if number == value
    )


def written_in(wording: str, value: Decimal, unit: str) -> bool:
    digits = re.escape(f"{value.normalize():f}")
    return re.search(rf"(?<![\d.]){digits}(?!\d|\.\d){unit}", wording) is not None


def unfitting(model: type[Model], elements: dict[str, Any]) -> list[str]:
    """The columns that would refuse what is written for them."""
    found = []
    for name, value in elements.items():
        field = model._meta.get_field(name)
        try:
            field.clean(value, None)
        except ValidationError as error:
            found.append(f"{name}: {error.messages}")
    return found
