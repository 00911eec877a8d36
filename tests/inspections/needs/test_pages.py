"""Pages of needs: the answer while one types, lists, and what another may not open."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.models import Need, Rules
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.inspections.factories import listed, need, visit


def day(n=10):
    return local_day(clock.now()) + timedelta(days=n)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_form_prefills_from_the_subject_and_tells_the_gates_answer(of):
    Rules.objects.create(pk=1, gap=5)
    one = of.subject(of.housing)
    own = need(of, of.town.firm, of.fire, kind="statutory", first=day(12), last=day(12))
    stands = visit(of, of.town.firm, [own], day=day(12))
    asked = {"enterprise": of.town.firm.uscc, "subject": one.code, "kind": "self_chosen"}
    asked |= {"first": day(), "last": day(20)}
    shown = as_(of.inspector).get(reverse("needs:new"), asked).content.decode()
    assert one.basis in shown
    assert "可以提出" in shown
    assert stands.number in shown
    assert "已用 0 次，上限 4 次" in shown
    listed(of, of.town.firm, term=(day(-100), day(300)))
    assert "现在提交会被拦下" in as_(of.inspector).get(reverse("needs:new"), asked).content.decode()
    type(stands).objects.filter(pk=stands.pk).update(unannounced=True)
    assert stands.number not in as_(of.inspector).get(reverse("needs:new"), asked).content.decode()


def test_firms_are_found_by_words_and_never_ones_own(of):
    page = as_(of.inspector)
    assert of.town.firm.uscc in page.get(reverse("needs:new"), {"find": "乌有"}).content.decode()
    assert "没有找到" in page.get(reverse("needs:new"), {"find": "没有这样的"}).content.decode()
    hostile = {"find": "\0' OR 1=1", "enterprise": "\0", "first": "x", "subject": "\0", "kind": "\0"}
    assert page.get(reverse("needs:new"), hostile).status_code == 200


def test_sent_it_is_entered_once_and_shown(of):
    sent = {"key": str(uuid.uuid4()), "enterprise": of.town.firm.uscc, "subject": of.subject(of.housing).code}
    sent |= {"kind": "statutory", "basis": "某条例", "first": day(), "last": day(20), "parts": 1}
    page = as_(of.inspector)
    first, again = page.post(reverse("needs:new"), sent), page.post(reverse("needs:new"), sent)
    one = Need.objects.get()
    assert first["Location"] == again["Location"] == one.get_absolute_url()
    assert "等统筹部门排进检查计划" in page.get(one.get_absolute_url()).content.decode()
    edited = page.post(reverse("needs:edit", args=[one.number]), sent | {"basis": "另一条例"})
    assert edited.status_code == 302
    one.refresh_from_db()
    assert one.basis == "另一条例"
    for _ in range(2):  # pressed twice
        assert page.post(reverse("needs:withdraw", args=[one.number]), {"reason": "不查了"}).status_code == 302
    assert page.get(reverse("needs:edit", args=[one.number])).status_code == 409


def test_what_another_agency_may_read_it_may_not_move(of):
    one = need(of, of.town.firm, first=day(), last=day(15))
    keeper = as_(of.keeper_inspector)
    assert keeper.get(one.get_absolute_url()).status_code == 200
    assert keeper.get(reverse("needs:edit", args=[one.number])).status_code == 404
    assert as_(of.fire_inspector).get(one.get_absolute_url()).status_code == 404
    assert as_(of.enterprise_member).get(one.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"status": "open"}, 2),
        ({"kind": "statutory"}, 1),
        ({"q": "子虚"}, 1),
        ({"agency": "x"}, 0),
        ({"status": "nowhere"}, 0),
        ({"listed": "1"}, 1),
    ],
)
def test_the_list_shows_what_the_address_asks_for(of, query, count):
    need(of, of.town.firm, kind="statutory", first=day(), last=day(15))
    need(of, of.town.foreign_firm, first=day(), last=day(15))
    listed(of, of.town.firm, term=(day(-100), day(300)))
    response = as_(of.inspector).get(reverse("needs:needs"), query)
    assert response.context["page"].paginator.count == count
    assert as_(of.inspector).get(reverse("needs:export"), query).status_code == 200


def test_the_list_costs_the_same_however_long(of):
    page, costs = as_(of.inspector), []
    for n in range(3):
        need(of, of.town.firm, first=day(n + 1), last=day(30 + n))
        with CaptureQueriesContext(connection) as asked:
            page.get(reverse("needs:needs"))
        costs.append(len(asked))
    assert costs[0] >= costs[2] > 0


def test_generating_asks_first(of):
    page = as_(of.inspector)
    shown = page.get(reverse("needs:generate")).content.decode()
    assert "还没有写明涉及哪些企业的检查事项" in shown
