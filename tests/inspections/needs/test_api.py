"""An agency's own system sends its needs: once for a key, refused as problems, its own agency's alone (INS-3)."""

import uuid
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from inspections.models import BlockedAttempt, Need
from portal.api.models import Scope
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.api.factories import line
from tests.inspections.factories import listed, need

ADDRESS = "/api/v1/inspection-needs/"


def day(n=10):
    return local_day(clock.now()) + timedelta(days=n)


@pytest.fixture
def token(of):
    system, secret = line(of.town, "住建巡查系统", scopes=[Scope.NEEDS])
    of.housing.systems.add(system)
    return secret


@pytest.fixture
def sends(token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def body(of, **given):
    known = {"firm": of.town.firm.uscc, "subject": of.subject(of.housing).code, "kind": "self_chosen"}
    return known | {"first": str(day()), "last": str(day(20))} | given


def test_a_system_enters_a_need_of_its_agency_once_for_a_key(of, sends):
    key = {"HTTP_IDEMPOTENCY_KEY": "a-1"}
    made = sends.post(ADDRESS, body(of), format="json", **key)
    again = sends.post(ADDRESS, body(of), format="json", **key)
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json()
    one = Need.objects.get()
    assert (one.agency, one.came_by, one.number) == (of.housing, "api", made.json()["number"])
    assert made["Location"] == f"{ADDRESS}{one.number}/"
    assert sends.get(made["Location"]).json()["status"] == "open"


def test_the_gate_answers_a_problem_and_counts_once(of, sends):
    listed(of, of.town.firm, term=(day(-100), day(300)))
    for _ in range(2):
        answer = sends.post(ADDRESS, body(of), format="json", HTTP_IDEMPOTENCY_KEY="a-1")
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:problem-type:shaxi:check-blocked"
        assert "白名单" in answer.json()["detail"]
    assert BlockedAttempt.objects.get().way == "api"
    assert not Need.objects.exists()
    sends.post(ADDRESS, body(of), format="json")
    sends.post(ADDRESS, body(of), format="json")
    assert BlockedAttempt.objects.count() == 3  # without a key each is one


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"firm": "无此代码"}, "firm"),
        ({"subject": "no-such"}, "subject"),
        ({"kind": "whim"}, "kind"),
        ({"first": "soon"}, "first"),
        ({"last": "2020-01-01"}, "last"),
        ({"skill": "none"}, "skill"),
        ({"parts": 3}, "parts"),
    ],
)
def test_what_is_wrong_is_named_by_field(of, sends, given, field):
    answer = sends.post(ADDRESS, body(of, **given), format="json")
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


def test_it_reads_and_withdraws_its_own_agencys_needs_alone(of, sends):
    own, foreign = need(of, of.town.firm), need(of, of.town.firm, of.fire)
    told = sends.get(ADDRESS).json()["results"]
    assert [one["number"] for one in told] == [own.number]
    assert sends.get(f"{ADDRESS}{foreign.number}/").status_code == 404
    assert sends.post(f"{ADDRESS}{foreign.number}/withdraw/", {"reason": "不查"}, format="json").status_code == 404
    withdrawn = sends.post(f"{ADDRESS}{own.number}/withdraw/", {"reason": "不查"}, format="json")
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, "dropped")
    assert sends.post(f"{ADDRESS}{own.number}/withdraw/", {"reason": "不查"}, format="json").status_code == 409


def test_another_agencys_subject_and_another_systems_token_are_refused(of, sends):
    assert sends.post(ADDRESS, body(of, subject=of.subject(of.fire).code), format="json").status_code == 422
    other = APIClient()
    _system, secret = line(of.town, "无关系统", scopes=[Scope.NEEDS])
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert other.post(ADDRESS, body(of), format="json").status_code == 404
    assert other.get(ADDRESS).json()["results"] == []
    _system, secret = line(of.town, "小程序", scopes=[Scope.READ, Scope.FILE])
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert other.get(ADDRESS).status_code == 403


def test_an_inspector_may_use_it_with_his_session(of):
    client = APIClient()
    client.force_login(of.inspector)
    made = client.post(ADDRESS, body(of), format="json")
    assert made.status_code == 201
    assert Need.objects.get().created_by == of.inspector
    client.force_login(of.enterprise_member)
    assert client.get(ADDRESS).status_code == 404
    assert client.get(made["Location"]).status_code == 404


def test_the_list_costs_the_same_however_long(of, sends, django_assert_max_num_queries):
    for n in (1, 3):
        need(of, of.town.firm, key=uuid.uuid4(), first=day(n), last=day(30 + n))
        sends.get(ADDRESS)
        with django_assert_max_num_queries(6):
            assert sends.get(ADDRESS).status_code == 200
