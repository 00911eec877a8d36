"""What a version changed, told as a person would: words within sentences, parts of conditions, whole clauses."""

import time

from django.utils import translation

from policies.library import flow
from policies.library.content import content_of, fields
from policies.library.diff import of_versions, summed, word_by_word
from tests.policies.library.conftest import JANUARY, clause_said


def test_words_are_compared_within_the_sentence_that_changed():
    before = "按 1.5% 补助，最高 30 万元。材料从简。"
    after = "按 2% 补助，最高 50 万元。材料从简。"
    assert word_by_word(before, after) == [
        ("=", "按 "),
        ("-", "1.5%"),
        ("+", "2%"),
        ("=", " 补助，最高 "),
        ("-", "30"),
        ("+", "50"),
        ("=", " 万元。材料从简。"),
    ]


def test_a_single_character_left_between_two_changes_does_not_stand_alone():
    assert word_by_word("甲的乙", "丙的丁") == [("-", "甲的乙"), ("+", "丙的丁")]


def test_nothing_is_lost_of_either_text():
    before, after = "一。二三。四\n五", "一。二六。四\n七。八"
    pieces = word_by_word(before, after)
    assert "".join(words for sign, words in pieces if sign != "+") == before
    assert "".join(words for sign, words in pieces if sign != "-") == after


def test_two_long_texts_without_anything_in_common_are_compared_soon():
    began = time.process_time()
    word_by_word("甲乙丙丁" * 2000, "戊己庚辛" * 2000)
    assert time.process_time() - began < 1


def test_a_version_is_compared_element_by_element_and_clause_by_clause(town, in_force):
    later = flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY)
    content = content_of(later)
    content.elements |= {"title": "稳岗就业扶持办法", "keywords": ["稳岗"], "note": "扩大范围"}
    content.clauses[0] |= {
        "tree": {"compare": ["headcount", ">=", 30]},
        "formula": {"fixed": "30000"},
        "reviewers": [town.police],
        "universal": False,
    }
    content.clauses.append(clause_said(title="扩岗补助"))
    later = flow.edit(later, content, by=town.policy_officer, at=JANUARY)
    with translation.override("zh-hans"):
        found = of_versions(in_force, later)
        assert {str(one.label): one.pieces for one in found.elements} == {
            "政策名称": [("=", "稳岗"), ("+", "就业"), ("=", "扶持办法")],
            "关键词": [("+", "稳岗")],
        }
        changed, added = found.clauses
        assert {str(one.label): one.pieces for one in changed.changes} == {
            "条件": [("-", "职工总数不低于 20 人"), ("+", "职工总数不低于 30 人")],
            "金额": [("-", "2"), ("+", "3"), ("=", " 万元")],
            "普惠": [("-", "普惠"), ("+", "择优")],
            "联审单位": [("+", "执法局")],
        }
        assert (added.sign, added.number, added.title) == ("+", 2, "扩岗补助")
        assert summed(found) == "政策名称、关键词、改第 1 条、新增第 2 条"


def test_an_unchanged_draft_says_so(town, in_force):
    later = flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY)
    assert of_versions(in_force, later).nothing


def test_a_clause_taken_out_is_named_and_nothing_else_of_it(town, in_force):
    later = flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY)
    content = content_of(later)
    content.clauses = [clause_said(title="另一条")]
    flow.edit(later, content, by=town.policy_officer, at=JANUARY)
    gone, come = of_versions(in_force, later).clauses
    assert (gone.sign, gone.number, gone.changes, come.sign) == ("-", 1, [], "+")


def test_a_policy_has_some_thirty_elements():
    """POL-1 names them; two more tell of the version itself."""
    assert len(fields()) == 38
    assert len({(one.of_clause, one.name) for one in fields()}) == 38
