"""Corrections (ENT-3): proposed by who serves or belongs to the firm, decided by the owning line, marked until then."""

from decimal import Decimal

import pytest

from enterprises.facts import correcting
from enterprises.facts.notices import correction_proposed, correction_ruled
from enterprises.models import Correction, Delivery
from portal.outbox.models import Message
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.enterprises.factories import member, person, steward
from tests.facts.world import SEPTEMBER, said

OPERATION = "monthly_operation"


@pytest.fixture
def keeper(world):
    user = person("keeper", "steward")
    steward(world.firms[0], user)
    return user


@pytest.fixture
def owner(world):
    user = person("owner", "enterprise_member")
    member(world.firms[0], user)
    return user


@pytest.fixture
def revenue(world):
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
    return world.resources[OPERATION].columns.get(code="revenue")


def propose(world, column, by, value=Decimal(8), **given):
    return correcting.propose(
        world.firms[0], column, value, **({"period": SEPTEMBER, "reason": "看了账本", "by": by} | given)
    )


def stands(world):
    return said(world.resources[OPERATION], world.firms[0], SEPTEMBER).get("revenue")


def test_what_is_proposed_changes_nothing_until_the_line_confirms(world, revenue, keeper):
    correction = propose(world, revenue, keeper)
    assert (correction.was, correction.value, correction.from_firm, stands(world)) == (500, 800, False, 500)
    correction = correcting.confirm(correction, by=world.officers.statistics, answer="属实")
    assert (correction.state, stands(world)) == ("confirmed", 800)
    delivery = Delivery.objects.get(way="visit")
    assert (correction.delivery, delivery.line.code) == (delivery, "statistics")
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))  # the old file once more
    assert stands(world) == 800


def test_rejected_it_stays_and_the_answer_goes_back(world, revenue, keeper):
    correction = propose(world, revenue, keeper)
    with pytest.raises(Refused, match="为什么"):
        correcting.reject(correction, by=world.officers.statistics, answer="")
    correction = correcting.reject(correction, by=world.officers.statistics, answer="账本是含税数")
    assert (correction.state, stands(world)) == ("rejected", 500)
    (letter,) = correction_ruled(correction, {})
    assert (letter.to, letter.title) == (keeper, "数据更正没有采纳")
    assert "含税数" in letter.body


def test_the_owning_lines_officers_are_told(world, revenue, keeper):
    correction = propose(world, revenue, keeper)
    assert Message.objects.get(kind="correction.proposed").subject_id == correction.pk
    (letter,) = correction_proposed(correction, {})
    assert letter.to == world.officers.statistics
    event = Event.objects.get(kind="correction.proposed")
    assert (event.actor, event.role) == (keeper, "steward")


def test_the_firm_says_itself_that_a_value_is_wrong(world, revenue, owner):
    correction = propose(world, revenue, owner)
    assert correction.from_firm
    (letter,) = correction_proposed(correction, {})
    assert letter.title == "企业提出数据更正，请确认"


def test_a_value_that_should_not_be_there_is_taken_away(world, revenue, keeper):
    correcting.confirm(propose(world, revenue, keeper, value=None), by=world.officers.statistics)
    assert stands(world) is None


def test_a_row_that_is_missing_is_added(world, revenue, keeper):
    from datetime import date

    august = date(2026, 8, 1)
    correction = propose(world, revenue, keeper, period=august)
    assert correction.was is None
    correcting.confirm(correction, by=world.officers.statistics)
    assert said(world.resources[OPERATION], world.firms[0], august) == {"revenue": 800}


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"value": Decimal(5)}, "一样"),
        ({"value": Decimal("0.001")}, "小数"),
        ({"value": "八"}, "不是"),
        ({"reason": " "}, "依据"),
        ({"period": None}, "所属期"),
    ],
)
def test_what_does_not_fit_is_refused(world, revenue, keeper, given, sentence):
    with pytest.raises(Refused, match=sentence):
        propose(world, revenue, keeper, **given)


def test_one_proposal_for_one_value_at_a_time(world, revenue, keeper, owner):
    correction = propose(world, revenue, keeper)
    with pytest.raises(Refused, match="已有人"):
        propose(world, revenue, owner, value=Decimal(9))
    correcting.confirm(correction, by=world.officers.statistics)
    with pytest.raises(Refused, match="处理过"):
        correcting.reject(correction, by=world.officers.statistics, answer="又点一次")
    assert propose(world, revenue, owner, value=Decimal(9)).state == "proposed"


def test_who_neither_serves_nor_sees_may_not_propose(world, revenue, keeper):
    stranger = person("stranger", "steward")
    with pytest.raises(Refused, match="服务这家企业"):
        propose(world, revenue, stranger)
    tax = world.resources["tax_paid"].columns.get(code="total")
    with pytest.raises(Refused, match="看不到"):
        propose(world, tax, keeper)  # closed: not even the firm's steward reads it
    assert not Correction.objects.exists()


def test_only_the_owning_line_decides(world, revenue, keeper):
    correction = propose(world, revenue, keeper)
    for officer in (world.officers.tax, keeper):
        with pytest.raises(Refused, match="统计"):
            correcting.confirm(correction, by=officer)
    assert stands(world) == 500


def test_who_sees_a_correction(world, revenue, keeper, owner):
    correction = propose(world, revenue, keeper)
    neighbour = person("neighbour", "enterprise_member")
    member(world.firms[1], neighbour)
    people = {"keeper": keeper, "owner": owner, "line": world.officers.statistics}
    others = {"tax": world.officers.tax, "neighbour": neighbour, "handler": person("handler", "handler")}
    for name, user in people.items():
        assert Correction.objects.visible_to(user).get() == correction, name
    for name, user in others.items():
        assert not Correction.objects.visible_to(user).exists(), name
