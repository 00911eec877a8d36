"""Who may do what with a version in each status, written out by hand, and what each verb leaves behind (POL-1)."""

from datetime import date

import pytest

from enterprises.criteria import flow as criteria
from enterprises.models import Criterion
from policies.library import effect, flow, stages
from policies.library.doubts import doubts
from policies.models import Policy, PolicyVersion
from portal.deadlines import timed
from portal.outbox.models import Message
from portal.people.models import Delegation
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.policies.library.conftest import JANUARY, STAFF, clause_said, content, fresh
from tests.requests.factories import LONG_AGO, moment

PEOPLE = (
    *("policy_officer", "second_officer", "department_head", "deputy_head", "stand_in", "police_head", "handler"),
    *("supervisor", "leader", "enterprise_member", "administrator"),
)
# `policy_officer` wrote the version; status: {verb: who may}. Whoever is not named may not.
OVER = "second_officer department_head deputy_head stand_in"
ALL = f"policy_officer {OVER}"
MAY = {
    "draft": {"edit": "policy_officer second_officer", "submit": "policy_officer second_officer", "drop": ALL},
    "review": {"send_back": OVER, "approve": OVER, "drop": ALL},
    "scheduled": {"drop": ALL},
    "in_force": {},
    "superseded": {},
    "dropped": {},
}
CALLS = {
    "edit": lambda version, by: flow.edit(version, content(title="改过"), by=by, at=JANUARY),
    "submit": lambda version, by: flow.submit(version, by=by, at=JANUARY),
    "send_back": lambda version, by: flow.send_back(version, by=by, reason="请写清", at=JANUARY),
    "approve": lambda version, by: flow.approve(version, by=by, at=JANUARY),
    "take_effect": lambda version, by: flow.take_effect(version, by=by, at=JANUARY),
    "drop": lambda version, by: flow.drop(version, by=by, at=JANUARY),
}


class Undone(Exception):
    """Takes back what a try did."""


def able(verb, version, town, writer):
    """Who of PEOPLE may do it, each tried for himself and taken back."""
    from django.db import transaction

    found = []
    for name in PEOPLE:
        town.forget()
        by = writer if name == "second_officer" else getattr(town, name)
        try:
            with transaction.atomic():
                CALLS[verb](fresh(version), by)
                raise Undone
        except Undone:
            found.append(name)
        except Refused:
            pass
    return " ".join(found)


@pytest.mark.parametrize("status", MAY)
def test_every_verb_by_every_person_in_every_status(status, drafted, town, writer):
    PolicyVersion.objects.filter(pk=drafted.pk).update(status=status)
    for verb in CALLS:
        allowed = MAY[status].get(verb, "").split()
        assert able(verb, drafted, town, writer).split() == [name for name in PEOPLE if name in allowed], verb


def test_only_its_own_departments_officers_write_a_policy(town):
    with pytest.raises(Refused):
        flow.create(content(), department=town.police, by=town.policy_officer, at=JANUARY)
    with pytest.raises(Refused):
        flow.create(content(), department=town.housing, by=town.department_head, at=JANUARY)


def test_the_straight_way_to_force(town, in_force):
    policy = Policy.objects.get(pk=in_force.policy_id)
    version, clause = policy.current, policy.clauses.get()
    assert (version.status, version.approved_by, version.took_effect_at) == ("in_force", town.department_head, JANUARY)
    assert clause.current.title == "稳岗补助"
    assert clause.criterion.current.tree == STAFF
    kinds = list(Event.objects.about(policy).values_list("kind", flat=True))
    assert kinds == ["policy.created", "policy.submitted", "policy.approved", "policy.took_effect"]
    told = Message.objects.filter(kind__startswith="policy.").values_list("kind", flat=True)
    assert sorted(told) == ["policy.approved", "policy.submitted", "policy.took_effect"]


def test_nobody_approves_what_he_had_a_hand_in(town, drafted, writer):
    flow.edit(drafted, content(title="改过"), by=writer, at=JANUARY)
    flow.submit(drafted, by=town.policy_officer, at=JANUARY)
    for by in (writer, town.policy_officer):
        with pytest.raises(Refused, match="自己写的由别的同事审核"):
            flow.approve(drafted, by=by, at=JANUARY)
    assert flow.approve(drafted, by=town.deputy_head, at=JANUARY).status == "in_force"


def test_nobody_approves_through_whom_he_stands_in_for(town, drafted, writer):
    """The writer lends his office to somebody, or stands in for the head: four eyes all the same."""
    flow.submit(drafted, by=town.policy_officer, at=JANUARY)
    lent = {"since": LONG_AGO, "until": moment("2099-01-01 00:00")}
    Delegation.objects.create(principal=town.policy_officer, deputy=town.nobody, **lent)
    Delegation.objects.filter(principal=town.department_head).delete()
    Delegation.objects.create(principal=town.department_head, deputy=town.policy_officer, **lent)
    town.forget()
    for by in (town.nobody, town.policy_officer):
        with pytest.raises(Refused):
            flow.approve(drafted, by=by, at=JANUARY)


def test_a_version_for_a_later_day_waits_for_it(town, in_force):
    later = flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY)
    changed = content(clause_said(number=1, tree={"compare": ["headcount", ">=", 30]}), effective_on=date(2026, 3, 2))
    flow.edit(later, changed, by=town.policy_officer, at=JANUARY)
    flow.submit(later, by=town.policy_officer, at=JANUARY)
    assert flow.approve(later, by=town.department_head, at=JANUARY).status == "scheduled"
    timed.run(moment("2026-03-01 23:59"))
    assert Policy.objects.get().current == in_force
    assert not effect.scheduled(moment("2026-03-01 23:59")).exists()
    at = moment("2026-03-02 00:00")
    timed.run(at)
    timed.run(at)  # a second sweep finds nothing
    policy = Policy.objects.get()
    assert (policy.current, fresh(in_force).status, fresh(in_force).superseded_at) == (later, "superseded", at)
    criterion = policy.clauses.get().criterion
    assert (criterion.current.number, criterion.current.tree) == (2, {"compare": ["headcount", ">=", 30]})


def test_an_unchanged_condition_is_not_revised(town, in_force):
    later = flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY)
    flow.submit(later, by=town.policy_officer, at=JANUARY)
    flow.approve(later, by=town.department_head, at=JANUARY)
    assert Policy.objects.get().clauses.get().criterion.current.number == 1


def test_clauses_that_go_and_come_back_keep_their_numbers(town, in_force):
    def next_version(*clauses):
        later = flow.draft(Policy.objects.get(), by=town.policy_officer, at=JANUARY)
        flow.edit(later, content(*clauses), by=town.policy_officer, at=JANUARY)
        flow.submit(later, by=town.policy_officer, at=JANUARY)
        flow.approve(later, by=town.department_head, at=JANUARY)
        return {clause.number: clause for clause in Policy.objects.get().clauses.select_related("criterion")}

    found = next_version(clause_said(title="另一条"))
    assert [(n, one.ended_at is None, one.criterion is None) for n, one in sorted(found.items())] == [
        (1, False, True),
        (2, True, False),
    ]
    assert Criterion.objects.get(name="稳岗补助").retired_at == JANUARY
    found = next_version(clause_said(number=1), clause_said(number=2, tree=None, way="by_review"))
    assert found[1].ended_at is None
    assert found[1].criterion.code.endswith("-1-v2")
    assert found[2].criterion is None


def test_one_version_is_worked_on_at_a_time(town, in_force):
    flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY)
    with pytest.raises(Refused, match="已有一版"):
        flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY)
    with pytest.raises(Refused, match="先放弃"):
        flow.end(in_force.policy, by=town.department_head, reason="并入新办法", at=JANUARY)


def test_two_tabs_do_not_write_over_each_other(town, drafted):
    flow.edit(drafted, content(title="第一个页面"), by=town.policy_officer, seen=0, at=JANUARY)
    with pytest.raises(Refused, match="刚被改过"):
        flow.edit(drafted, content(title="第二个页面"), by=town.policy_officer, seen=0, at=JANUARY)
    assert fresh(drafted).title == "第一个页面"


def test_a_dropped_draft_makes_room_for_the_next(town, in_force):
    flow.drop(flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY), by=town.policy_officer, at=JANUARY)
    assert flow.draft(in_force.policy, by=town.policy_officer, at=JANUARY).number == 3


def test_the_end_takes_clauses_and_matches_but_not_the_text(town, in_force):
    policy = flow.end(in_force.policy, by=town.department_head, reason="并入新办法", at=JANUARY)
    clause = policy.clauses.get()
    assert (clause.ended_at, clause.criterion) == (JANUARY, None)
    assert Criterion.objects.get().retired_at == JANUARY
    assert policy.current.title == "稳岗扶持办法"
    assert not Policy.objects.in_force(date(2026, 6, 1)).exists()
    with pytest.raises(Refused):
        flow.end(policy, by=town.department_head, reason="再来一次", at=JANUARY)
    with pytest.raises(Refused):
        flow.draft(policy, by=town.policy_officer, at=JANUARY)


def test_the_writer_does_not_end_it_alone(town, in_force):
    with pytest.raises(Refused):
        flow.end(in_force.policy, by=town.policy_officer, reason="不要了", at=JANUARY)


def test_its_department_is_told_once_that_it_ends_and_its_clauses_end_after_the_last_day(town, in_force):
    soon, last, after = (moment(day) for day in ("2027-12-01 00:10", "2027-12-31 23:59", "2028-01-01 00:10"))
    assert not effect.expiring(date(2027, 11, 30)).exists()
    for at in (soon, soon, last):
        timed.run(at)
    assert Message.objects.filter(kind="policy.expiring").count() == 1
    assert Policy.objects.get().clauses.get().ended_at is None
    timed.run(after)
    timed.run(after)
    assert Policy.objects.get().clauses.get().ended_at == after
    assert Criterion.objects.get().retired_at == after
    assert Message.objects.filter(kind="policy.expired").count() == 1


# What is refused ----------------------------------------------------------------------------------------------------

WRONG = {
    "title": "",
    "level": "moon",
    "valid_to": date(2025, 1, 1),
    "industries": ["ZZ"],
    "summary": "长" * 201,
    "source_url": "javascript:alert(1)",
    "object": "有\0字",
    "contact_name": "长" * 41,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_draft_that_cannot_be_kept_names_the_element(name, town):
    with pytest.raises(Refused) as refused:
        flow.create(content(**{name: WRONG[name]}), department=town.housing, by=town.policy_officer, at=JANUARY)
    assert refused.value.field == name
    assert not Policy.objects.exists()


WRONG_CLAUSE = {
    "tree": {"compare": ["no_such", ">=", 1]},
    "formula": {"fixed": "-5"},
    "way": "by_luck",
    "benefit": "",
    "claim_url": "ftp/x",
    "publicity_days": 61,
    "materials": [{"name": ""}],
}


@pytest.mark.parametrize("name", WRONG_CLAUSE)
def test_a_clause_that_cannot_be_kept_names_the_element_and_the_place(name, town):
    said = content(clause_said(), clause_said(**{name: WRONG_CLAUSE[name]}))
    with pytest.raises(Refused) as refused:
        flow.create(said, department=town.housing, by=town.policy_officer, at=JANUARY)
    assert (refused.value.field, refused.value.clause) == (name, 1)


INCOMPLETE = [
    (content(), {"clauses": []}, "还没有条款"),
    (content(clause_said(way="elsewhere")), {}, "上级申报网址"),
    (content(clause_said(way="claim_free", tree=None)), {}, "免申即享"),
    (content(clause_said(tree=None)), {}, "数据核校"),
    (content(valid_from=date(2024, 1, 1), valid_to=date(2025, 12, 31)), {}, "有效期已经过了"),
]


@pytest.mark.parametrize(("given", "also", "sentence"), INCOMPLETE)
def test_what_is_incomplete_stays_a_draft(given, also, sentence, town):
    given.clauses = also.get("clauses", given.clauses)
    policy = flow.create(given, department=town.housing, by=town.policy_officer, at=JANUARY)
    with pytest.raises(Refused, match=sentence):
        flow.submit(policy.versions.get(), by=town.policy_officer, at=JANUARY)


def test_a_taken_or_reserved_code_is_refused(town):
    for code in ("desk", "Größe", "a", "x" * 41):
        with pytest.raises(Refused):
            flow.create(content(), department=town.housing, by=town.policy_officer, code=code, at=JANUARY)
    flow.create(content(), department=town.housing, by=town.policy_officer, code="wen-gang", at=JANUARY)
    with pytest.raises(Refused, match="已有编号"):
        flow.create(content(), department=town.housing, by=town.policy_officer, code="wen-gang", at=JANUARY)


def test_drafts_are_their_departments_own(town, drafted):
    seen = {name for name in PEOPLE if name != "second_officer" and sees(getattr(town, name), drafted.policy)}
    assert seen == {"policy_officer", "department_head", "deputy_head", "stand_in", "supervisor", "leader"}
    assert set(stages.STATUSES) == set(MAY)


def sees(user, policy):
    return Policy.objects.visible_to(user).filter(pk=policy.pk).exists()


def test_a_clauses_condition_is_changed_through_the_policy_alone(town, in_force):
    """Else whoever writes criteria could change a published policy without its department and its four eyes."""
    criterion = Criterion.objects.get()
    other = {"compare": ["headcount", ">=", 1]}
    for by in (town.triager, town.policy_officer):
        with pytest.raises(Refused, match="请在政策里修改"):
            criteria.revise(criterion, other, by=by, at=JANUARY)
        with pytest.raises(Refused, match="还在使用"):
            criteria.retire(criterion, by=by, at=JANUARY)
    assert Criterion.objects.get().current.tree == STAFF


def test_what_is_hardly_meant_is_asked(town):
    typed = content(
        clause_said(formula={"fixed": "30000000000"}),
        clause_said(title="扩岗补助", formula={"fixed": "10000000"}),
        valid_to=date(2099, 12, 31),
        effective_on=date(2036, 1, 5),
    )
    version = flow.create(typed, department=town.housing, by=town.policy_officer, at=JANUARY).versions.get()
    late, long, huge = doubts(version, date(2026, 1, 5))
    assert ("2036-01-05" in late, "2099-12-31" in long, "第 1 条一家最高 300 亿元" in huge) == (True, True, True)
    plain = flow.create(content(title="别的办法"), department=town.housing, by=town.policy_officer, at=JANUARY)
    assert doubts(plain.versions.get(), date(2026, 1, 5)) == []


def test_a_year_long_past_is_asked_about_too(town):
    long_ago = {"valid_from": date(2015, 6, 1), "effective_on": date(2015, 6, 1), "issued_on": date(2062, 1, 5)}
    version = flow.create(content(**long_ago), department=town.housing, by=town.policy_officer, at=JANUARY)
    old, since, far = doubts(version.versions.get(), date(2026, 1, 5))
    assert ("生效日期是 2015-06-01" in old, "从 2015-06-01" in since, "2062-01-05" in far) == (True, True, True)
