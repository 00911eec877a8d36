"""Keeping and ending rules of what excludes what (POL-3): status × verb × role by hand, events, refusals."""

from decimal import Decimal

import pytest

from policies.amounts.flow import end_exclusion, keep_exclusion
from policies.models import Exclusion
from portal.people.refusal import Refused
from portal.trail.models import Event
from portal.worktime import clock
from tests.policies.factories import clause

pytestmark = pytest.mark.django_db
HIGHEST, CAP = Exclusion.Rule.HIGHEST, Exclusion.Rule.CAP

# verb: who may, on a rule of `town.housing`
MAY = {"keep": {"policy_officer"}, "end": {"policy_officer"}}


@pytest.fixture
def two(town):
    return [clause(town, formula={"fixed": "100"}) for _number in range(2)]


def kept(town, clauses, **given):
    known = {"name": "研发类", "rule": HIGHEST, "department": town.housing, "by": town.policy_officer}
    return keep_exclusion(clauses, **known | given)


def test_only_the_policy_officer_of_the_department_keeps_and_ends_rules(town, two):
    standing = kept(town, two)
    for name, person in town.people.items():
        for verb, act in (
            ("keep", lambda by: kept(town, two, by=by)),
            ("end", lambda by: end_exclusion(standing, by=by)),
        ):
            if name in MAY[verb]:
                continue
            with pytest.raises(Refused, match="您不能设置"):
                act(person)
    with pytest.raises(Refused, match="您不能设置"):
        kept(town, two, department=town.economy)
    assert end_exclusion(standing, by=town.policy_officer).ended_at
    with pytest.raises(Refused, match="已经停用"):
        end_exclusion(standing, by=town.policy_officer)


def test_it_is_written_down_with_who_did_it(town, two):
    made = kept(town, two, rule=CAP, cap=Decimal(500000), basis="办法第九条")
    event = Event.objects.about(made).get()
    assert (event.kind, event.actor, event.data["cap"]) == ("exclusion.kept", town.policy_officer, "500000")
    end_exclusion(made, by=town.policy_officer)
    assert [one.kind for one in Event.objects.about(made).order_by("pk")] == ["exclusion.kept", "exclusion.ended"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"rule": "odd"}, "rule"),
        ({"rule": CAP}, "cap"),
        ({"rule": CAP, "cap": Decimal(0)}, "cap"),
        ({"rule": CAP, "cap": Decimal(10) ** 13}, "cap"),
    ],
)
def test_what_is_missing_is_named(town, two, given, field):
    with pytest.raises(Refused) as refused:
        kept(town, two, **given)
    assert refused.value.field == field
    assert not Exclusion.objects.exists()


def test_clauses_must_stand_be_several_and_one_of_them_ones_own(town, two):
    foreign = [clause(town) for _number in range(2)]
    for one in foreign:
        one.policy.department = town.economy
        one.policy.save()
    ended = clause(town)
    ended.ended_at = clock.now()
    ended.save()
    for chosen in (two[:1], [two[0], two[0]], foreign, [two[0], ended], []):
        with pytest.raises(Refused) as refused:
            kept(town, chosen)
        assert refused.value.field == "clauses"
    assert kept(town, [two[0], foreign[0]]).clauses.count() == 2


def test_the_same_rule_is_kept_once(town, two):
    kept(town, two)
    with pytest.raises(Refused, match="已经有同样的规则"):
        kept(town, reversed(two), name="又一次")
    assert kept(town, two, rule=CAP, cap=Decimal(5))


def test_a_highest_rule_keeps_no_limit(town, two):
    assert kept(town, two, cap=Decimal(5)).cap is None
