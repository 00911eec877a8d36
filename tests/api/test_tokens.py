"""Line systems: who may make them, what a token opens, how it ends, and how often it may ask."""

import pytest
from django.test import Client

from portal.api import flow
from portal.api.models import LineSystem
from portal.people.models import Membership
from portal.trail.models import Event
from tests.api.factories import MATTER, line, relayed

LIST = "/api/v1/tickets/"


def test_only_a_digest_of_the_token_is_kept(town):
    system, token = line(town)
    secret = token.split("_", 2)[2]
    kept = LineSystem.objects.filter(pk=system.pk).values().get()
    assert all(secret not in str(value) for value in kept.values())
    assert not system.user.has_usable_password()
    assert Event.objects.about(system).get().kind == "line.connected"


@pytest.mark.parametrize("name", ["supervisor", "leader", "intake_clerk", "auditor", "enterprise_member", "nobody"])
def test_only_an_administrator_makes_and_ends_them(town, name):
    system, _token = line(town)
    somebody = town.people[name]
    verbs = [
        lambda: flow.connect(by=somebody, name="另一个", channel="wechat", scopes=["read"], rate=1),
        lambda: flow.edit(system, by=somebody, name="改", scopes=["read"], rate=1),
        lambda: flow.rotate(system, by=somebody),
        lambda: flow.revoke(system, by=somebody),
    ]
    for verb in verbs:
        with pytest.raises(flow.Refused, match="只有系统管理员"):
            verb()


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer nonsense",
        "Bearer sx__",
        "Bearer sx_a_b_c",
        "Bearer {token}x",
        "Bearer {token} {token}",
        "Bearer sx_{prefix}_",
        "Bearer \xe9",
    ],
)
def test_a_wrong_token_is_told_so_and_opens_nothing(town, client, header):
    system, token = line(town)
    answer = client.get(LIST, HTTP_AUTHORIZATION=header.format(token=token, prefix=system.prefix))
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_without_anything_one_is_asked_who_one_is(town, client):
    answer = client.get(LIST)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:problem-type:shaxi:not-authenticated")


def test_a_new_token_ends_the_old_one_and_a_revoked_one_opens_nothing(town, by):
    system, old = line(town)
    assert by(old).get(LIST).status_code == 200
    new = flow.rotate(system, by=town.administrator)
    assert (by(old).get(LIST).status_code, by(new).get(LIST).status_code) == (401, 200)
    flow.revoke(system, by=town.administrator)
    assert by(new).get(LIST).status_code == 401
    with pytest.raises(flow.Refused, match="已停用"):
        flow.rotate(system, by=town.administrator)


def test_the_last_use_is_noted_once_a_minute(town, by, django_assert_num_queries):
    system, token = line(town)
    assert system.last_used_at is None
    by(token).get(LIST)
    system.refresh_from_db()
    first = system.last_used_at
    by(token).get(LIST)
    system.refresh_from_db()
    assert system.last_used_at == first is not None


def test_a_token_does_what_its_scopes_say(town, by):
    _line, token = line(town, scopes=["file"])
    ticket = relayed(by(token))
    refused = by(token).get(LIST)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:problem-type:shaxi:not-permitted")
    assert by(token).post(f"{LIST}{ticket.number}/urge/").status_code == 403
    _other, reads = line(town, "只读", scopes=["read"])
    assert by(reads).post(LIST, MATTER, format="json").status_code == 403


def test_a_token_reads_no_firms_and_no_people(town, by):
    _line, token = line(town)
    assert by(token).get("/api/v1/firms/").json()["results"] == []
    assert by(token).get(f"/api/v1/firms/{town.firm.uscc}/").status_code == 404
    assert by(token).get("/api/v1/categories/").status_code == 200


def test_a_token_is_no_session(town, by):
    """It opens the API alone, and a role given to its account by mistake widens nothing."""
    system, token = line(town)
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get("/tickets/").status_code == 302
    Membership.objects.create(user=system.user, role="supervisor", since=system.since)
    relayed(by(token))
    from tests.requests import factories as make

    make.filed(town)
    assert len(by(token).get(LIST).json()["results"]) == 1


def test_too_many_requests_wait(town, by):
    _line, token = line(town, rate=2)
    answers = [by(token).get(LIST) for _n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1]["Content-Type"] == "application/problem+json"
    _other, another = line(town, "另一个")
    assert by(another).get(LIST).status_code == 200


def test_strangers_are_counted_by_address(town, client, settings):
    settings.API_STRANGERS_PER_MINUTE = 2
    url = "/open311/v2/services.json"
    assert [client.get(url).status_code for _n in range(3)] == [200, 200, 429]
    assert client.get(url, REMOTE_ADDR="10.1.1.1").status_code == 200
