"""智联查: what data settle, what is missing, what needs a visit; settled once, with reasons, the firm told (INS-5)."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from enterprises.attributes.values import put
from enterprises.criteria.flow import define
from enterprises.criteria.store import refresh
from inspections.draws.offsite import comparing
from inspections.draws.offsite.settling import settle, settle_many
from inspections.models import Need, Settlement
from portal.outbox.models import Message
from portal.people.actors import CLOCK
from portal.people.models import User
from portal.people.refusal import Refused
from tests.inspections.draws.conftest import LATER
from tests.inspections.factories import need, subject
from tests.requests.factories import LONG_AGO, enterprise

DAY = LATER.date()
TREE = {"all": [{"compare": ["headcount", ">=", "10"]}, {"not": {"holds": "abnormal"}}]}


@pytest.fixture
def three(of):
    """Needs at a firm that fits, one of which nothing is known, and one that doesn't."""
    criterion = define("settles", "用工稳定且无异常", TREE, by=CLOCK)
    asked = subject(of.housing, settled_by=criterion)
    firms = [enterprise(f"第{n}比对企业有限公司", f"第{n}比", of.town.place) for n in range(3)]
    for firm in firms:
        put(firm, "abnormal", False, "市场监管", date(2026, 11, 1))
    put(firms[0], "headcount", 20, "人社", date(2026, 11, 1))
    put(firms[2], "headcount", 3, "人社", date(2026, 11, 1))
    refresh([criterion])
    return [need(of, firm, subject=asked) for firm in firms]


def test_each_answer_has_its_needs_and_its_reasons(of, three):
    found = comparing.waiting(Need.objects.visible_to(of.supervisor))
    assert comparing.counts(found) == {"yes": 1, "unknown": 1, "no": 1}
    for said, one in zip(("yes", "unknown", "no"), three, strict=True):
        assert list(comparing.of_verdict(found, said)) == [one]
    shown = comparing.compared(three, of.supervisor, DAY)
    assert [one.verdict for one in shown] == ["yes", "unknown", "no"]
    assert [attribute.code for attribute in shown[1].missing] == ["headcount"]
    assert "20" in shown[0].lines[1][2]
    hidden = comparing.compared(three, of.inspector, DAY)  # a line's figure is not his to read (SEC-11)
    assert "20" not in hidden[0].lines[1][2]
    assert hidden[0].verdict == "yes"


def test_whoever_plans_is_told_what_data_can_settle_first(of, three, client):
    client.force_login(of.keeper_inspector)
    span = {"first": three[0].first.isoformat(), "last": three[0].last.isoformat()}
    page = client.get(reverse("planning:waiting"), span).content.decode()
    assert "其中 1 项比对数据就能办结" in page
    settle(three[0], by=of.inspector, at=LATER)
    assert "比对数据就能办结" not in client.get(reverse("planning:waiting"), span).content.decode()


def test_answers_for_whoever_makes_needs(of, three):
    asked, firms = three[0].subject, [one.enterprise_id for one in three]
    assert list(comparing.answers(asked, firms, DAY).values()) == [True, None, False]
    assert comparing.answers(of.subject(of.fire), firms, DAY) == {}


def test_settled_with_reasons_and_the_firm_is_told(of, three):
    made = settle(three[0], by=of.inspector, at=LATER)
    ended = Need.objects.get(pk=three[0].pk)
    assert (ended.status, ended.ended_at) == ("settled", LATER)
    assert "用工稳定且无异常" in ended.ended_for
    assert made.lines[1][1] is True
    assert "20" in made.lines[1][2]
    assert made.criterion.criterion.code == "settles"
    assert Message.objects.filter(kind="need.settled_firm").count() == 1
    with pytest.raises(Refused):
        settle(three[0], by=of.inspector, at=LATER)
    assert Settlement.objects.count() == 1


def test_the_reason_is_kept_in_chinese_and_told_in_the_readers_language(of, three, client):
    with translation.override("en"):
        settle(three[0], by=of.inspector, at=LATER)
    ended = Need.objects.get(pk=three[0].pk)
    assert ended.ended_for == "数据比对符合“用工稳定且无异常”，不再上门检查。"
    client.force_login(of.inspector)
    assert ended.ended_for in client.get(ended.get_absolute_url()).content.decode()
    User.objects.filter(pk=of.inspector.pk).update(language="en")
    page = client.get(ended.get_absolute_url()).content.decode()
    with translation.override("en"):
        assert ended.settlement.said in page
    assert "不再上门检查" not in page


def test_what_is_unknown_or_no_is_not_settled_whatever_the_list_said(of, three):
    for one in three[1:]:
        with pytest.raises(Refused, match=one.number):
            settle(one, by=of.inspector, at=LATER)
    put(three[0].enterprise, "abnormal", True, "市场监管", date(2026, 11, 2))
    found = comparing.waiting(Need.objects.visible_to(of.supervisor))
    assert comparing.counts(found)["yes"] == 1  # as it was stored
    with pytest.raises(Refused):
        settle(three[0], by=of.inspector, at=LATER)
    assert Need.objects.filter(status="open").count() == 3


def test_many_at_once_tell_which_were_not(of, three):
    done, refused = settle_many(three, by=of.inspector)
    assert done == 1
    assert len(refused) == 2


@pytest.mark.parametrize("kind", ["booked", "clue", "follow_up", "emergency"])
def test_what_somebody_asked_to_come_for_is_never_settled_by_data(of, three, kind):
    Need.objects.filter(pk=three[0].pk).update(kind=kind)
    assert comparing.counts(comparing.waiting(Need.objects.all()))["yes"] == 0
    with pytest.raises(Refused, match="现场"):
        settle(three[0], by=of.inspector, at=LATER)


def test_only_the_agency_settles_its_own(of, three):
    for name in ("fire_inspector", "keeper_inspector", "supervisor", "leader", "enterprise_member"):
        with pytest.raises(Refused):
            settle(three[0], by=of.town.people[name], at=LATER)
    assert Need.objects.filter(status="open").count() == 3


def test_of_an_unannounced_check_the_firm_is_not_told(of, three):
    member = of.town.people["other_member"]
    three[0].enterprise.members.create(user=member, since=LONG_AGO)
    Need.objects.filter(pk=three[0].pk).update(unannounced=True)
    made = settle(three[0], by=of.inspector, at=LATER)
    assert made.told is False
    assert not Settlement.objects.visible_to(member).exists()
    Settlement.objects.update(told=True)
    assert Settlement.objects.visible_to(member).exists()
