"""Home pages: where a person starts, the leader's picture, the department's desk, the public home, the search box."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.desk.views.public import claimable
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests.models import Ticket
from tests.policies import factories as policies
from tests.requests import factories as make
from tests.requests.factories import Town, closed, confirming, filed, handling, moment, signoff

pytestmark = pytest.mark.django_db

STARTS = {
    "enterprise_member": "/firm/",
    "leader": "/leader/",
    "handler": "/department/",
    "deputy_head": "/department/",
    "department_head": "/department/",
    "intake_clerk": "/queues/",
    "triager": "/queues/",
    "revisitor": "/queues/",
    "congress_observer": "/figures/",
    "evaluator": "/figures/",
    "administrator": "/admin/users/",
    "data_officer": "/enterprises/data/",
    "inspector": "/inspections/today/",
    "auditor": "/complaints/reads/",
}


@pytest.mark.parametrize(("role", "start"), STARTS.items())
def test_everybody_starts_where_his_work_is(client: Client, town: Town, role: str, start: str) -> None:
    client.force_login(getattr(town, role))
    assert client.get("/home/").headers["Location"] == start


@pytest.mark.parametrize("role", ["nobody", "former_member"])
def test_who_has_nothing_to_do_is_told_so(client: Client, town: Town, role: str) -> None:
    client.force_login(getattr(town, role))
    response = client.get("/home/")
    assert response.status_code == 200
    assert "desk/nothing.html" in [template.name for template in response.templates]


@pytest.mark.parametrize("role", ["leader", "supervisor"])
def test_the_picture_is_for_those_who_oversee(client: Client, town: Town, role: str) -> None:
    client.force_login(getattr(town, role))
    assert client.get("/leader/").status_code == 200


@pytest.mark.parametrize(
    "role", ["enterprise_member", "handler", "intake_clerk", "administrator", "auditor", "evaluator"]
)
def test_the_picture_is_not_there_for_others(client: Client, town: Town, role: str) -> None:
    client.force_login(getattr(town, role))
    assert client.get("/leader/").status_code == 404


def test_the_leader_reads_the_finding_first(client: Client, town: Town) -> None:
    handling(town, filed_at=moment("2026-09-14 09:00"))
    client.force_login(town.leader)
    response = client.get("/leader/")
    assert "1 件超期，其中 1 件在住建局" in response.content.decode()
    assert response.context["worst"].number in response.content.decode()


def test_nothing_late_is_said_calmly(client: Client, town: Town) -> None:
    client.force_login(town.leader)
    assert "没有超期的诉求。" in client.get("/leader/").content.decode()


def test_the_leader_may_look_at_his_own_departments_only(client: Client, town: Town) -> None:
    handling(town, filed_at=moment("2026-09-14 09:00"))
    handling(town, filed_at=moment("2026-09-14 10:00"), lead=town.economy)
    client.force_login(town.leader)  # in charge of town.housing
    assert client.get("/leader/").context["open_count"] == 2
    assert client.get("/leader/?mine=1").context["open_count"] == 1


def many(town: Town, count: int) -> None:
    for n in range(count):
        handling(town, filed_at=moment(f"2026-09-14 {10 + n}:00"))
        closed(town, filed_at=moment(f"2026-11-02 {10 + n}:00"))


@pytest.mark.parametrize(("path", "role", "queries"), [("/leader/", "leader", 29), ("/department/", "handler", 24)])
def test_pictures_cost_the_same_however_much_there_is(
    client: Client, town: Town, path: str, role: str, queries: int, django_assert_max_num_queries
) -> None:
    client.force_login(getattr(town, role))
    costs = []
    for count in (1, 2):
        many(town, count)
        client.get(path)
        with django_assert_max_num_queries(queries) as counted:
            client.get(path)
        costs.append(len(counted.captured_queries))
    assert costs[0] == costs[1]


def test_the_desk_shows_what_the_department_holds(client: Client, town: Town) -> None:
    mine = handling(town)
    part = handling(town, lead=town.economy, co=[town.housing])
    waiting = confirming(town)
    client.force_login(town.handler)
    response = client.get("/department/")
    shown = {ticket.number for ticket in response.context["rows"]}
    assert shown == {mine.number, part.number}
    assert waiting.number not in response.content.decode()
    assert response.context["co"] == 1


def test_heads_see_who_has_how_much(client: Client, town: Town) -> None:
    handling(town)
    client.force_login(town.department_head)
    people = {bar["label"]: bar["value"] for bar in client.get("/department/").context["people"]}
    assert people[town.handler.name] == 1
    assert people[town.colleague.name] == 0


def test_another_department_is_404(client: Client, town: Town) -> None:
    client.force_login(town.handler)
    assert client.get(f"/department/?department={town.police.pk}").status_code == 404
    assert client.get("/department/?department=x").status_code == 404


def test_heads_reach_the_departments_below(client: Client, town: Town) -> None:
    client.force_login(town.department_head)
    assert client.get(f"/department/?department={town.utilities.pk}").status_code == 200


@pytest.mark.parametrize("role", ["leader", "intake_clerk", "enterprise_member"])
def test_without_a_department_there_is_no_desk(client: Client, town: Town, role: str) -> None:
    client.force_login(getattr(town, role))
    assert client.get("/department/").status_code == 404


# Public -------------------------------------------------------------------------------------------------------


def test_the_public_home_needs_no_account(client: Client, town: Town) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "有人接，有时限，看得见" in response.content.decode()
    assert town.not_ours.text in response.content.decode()


def test_what_can_be_claimed_is_named_once_what_closes_first_before_what_stays_open(town: Town) -> None:
    always, soon, over, twice = (policies.clause(town) for _n in range(4))
    policies.round_(always, days=None)
    policies.round_(soon, days=3)
    policies.round_(over, days=30, ended_at=make.MONDAY, ended_for="预算用完")
    for days in (10, 20):
        policies.round_(twice, days=days)
    found = claimable(make.MONDAY + timedelta(days=1))
    assert [policy for policy, _title, _round in found] == [soon.policy, twice.policy, always.policy]


def test_the_public_home_finds_answers_first(client: Client, town: Town) -> None:
    assert f'action="{reverse("requests:guide")}"' in client.get("/").content.decode()
    found = client.get(reverse("requests:guide"), {"q": "用电"}).content.decode()
    assert f"{reverse('policies:catalogue')}?q=%E7%94%A8%E7%94%B5" in found


def test_who_is_signed_in_goes_on_to_his_own(client: Client, town: Town) -> None:
    client.force_login(town.leader)
    assert client.get("/").headers["Location"] == reverse("desk:home")


def track(client: Client, number: str, digits: str):
    return client.post("/track/", {"number": number, "digits": digits})


def test_the_number_and_the_last_digits_open_the_line(client: Client, town: Town) -> None:
    ticket = signoff(town)
    response = track(client, ticket.number.lower(), "0001")
    assert response.status_code == 200
    assert response.context["ticket"] == ticket
    assert ticket.title not in response.content.decode()  # the line, not the content


def test_wrong_digits_and_unknown_numbers_get_the_same_answer(client: Client, town: Town) -> None:
    ticket = filed(town)
    wrong, unknown = track(client, ticket.number, "9999"), track(client, "SX-20261109-9999", "0001")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_a_confidential_matter_is_never_found_by_number(client: Client, town: Town) -> None:
    ticket = filed(town)
    Ticket.objects.update(confidential=True)
    assert track(client, ticket.number, "0001").status_code == 422


def test_guessing_is_stopped(client: Client, town: Town) -> None:
    ticket = filed(town)
    answers = [track(client, ticket.number, f"{n:04d}").status_code for n in range(100, 111)]
    assert answers == [422] * 10 + [429]
    assert track(client, ticket.number, "0001").status_code == 429
    cache.clear()
    assert track(client, ticket.number, "0001").status_code == 200


def test_guessing_many_numbers_is_stopped_later(client: Client, town: Town) -> None:
    answers = [track(client, f"SX-20261109-{n:04d}", "0001").status_code for n in range(61)]
    assert answers == [422] * 60 + [429]


def test_full_width_digits_and_letters_are_taken_as_meant(client: Client, town: Town) -> None:
    ticket = filed(town)
    wide = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
    assert track(client, ticket.number.translate(wide), "０００１").status_code == 200
    assert track(client, ticket.number, "１２３４").status_code == 422


@pytest.mark.parametrize("digits", ["", "12", "abcd", "12345", "１２３４x"])
def test_digits_must_be_four(client: Client, town: Town, digits: str) -> None:
    assert track(client, "SX-20261109-0001", digits).status_code == 422


# Search and health --------------------------------------------------------------------------------------------


def search(client: Client, user: User, query: str):
    client.force_login(user)
    return client.get("/search/", {"q": query})


def found(response, key: str) -> list:
    return [hit.row for group in response.context["groups"] if group.key == key for hit in group.hits]


def test_search_finds_tickets_and_firms_by_two_characters(client: Client, town: Town) -> None:
    ticket = filed(town)
    response = search(client, town.intake_clerk, "倒灌")
    assert [t.number for t in found(response, "tickets")] == [ticket.number]
    assert [f.pk for f in found(search(client, town.intake_clerk, "乌有"), "firms")] == [town.firm.pk]


def test_search_finds_only_what_one_may_see(client: Client, town: Town) -> None:
    filed(town)
    other = search(client, town.other_member, "倒灌")
    assert found(other, "tickets") == []
    assert found(search(client, town.economy_handler, "倒灌"), "tickets") == []
    assert found(search(client, town.other_member, "乌有"), "firms") == []


@pytest.mark.parametrize("query", ["", " ", "%", "'; drop table", "\0", "x" * 5000, "停", "﷽"])
def test_search_survives_what_people_type(client: Client, town: Town, query: str) -> None:
    filed(town)
    assert search(client, town.intake_clerk, query).status_code == 200


def test_health_says_what_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz?of=web").json() == {"ok": True, "database": True, "cache": True}

    def dead() -> None:
        raise ConnectionError

    monkeypatch.setattr("portal.upkeep.health._cache", dead)
    response = client.get("/healthz?of=web")
    assert response.status_code == 503
    assert response.json() == {"ok": False, "database": True, "cache": False}


def test_an_evaluator_from_outside_reads_the_figures_and_no_more(client, town):
    """SEC-1: he comes from a chamber or an institute; that does not make him a third party with matters of its own."""
    institute = make.department("企业家协会", "third_party")
    user = make.person("outside_evaluator", "苏无咎", (Role.EVALUATOR, institute))
    client.force_login(user)
    assert client.get("/figures/").status_code == 200
    assert client.get("/tickets/").status_code == 404
    member = make.person("mediator", "景差", (Role.EVALUATOR, institute), (Role.HANDLER, institute))
    assert rights_of(member).is_outside


def test_a_data_officer_without_a_line_of_his_own_still_has_a_page(client, town):
    client.force_login(town.data_officer)
    assert client.get("/home/", follow=True).status_code == 200
