"""Facts pushed by a line's system: bound to its lines, all or nothing, errors by row and field, the same key once."""

import json

import pytest
from rest_framework.test import APIClient

from enterprises.demo import valid_uscc
from enterprises.facts import pushing
from enterprises.models import Delivery, Fact, Word
from portal.api import flow
from portal.api.models import Scope
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.enterprises.factories import LONG_AGO, again, member, person
from tests.facts.world import SEPTEMBER, conflicts, said

A, B = valid_uscc(1), valid_uscc(2)


@pytest.fixture
def administrator(world):
    return person("administrator", "administrator")


@pytest.fixture
def system(world, administrator):
    """A client with the token of the tax line's system."""
    made, token = flow.connect(
        by=administrator, name="税务前置机", channel="hotline", scopes=[Scope.FACTS], rate=1000, at=LONG_AGO
    )
    pushing.bind(made, [world.line("tax")], by=administrator)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    client.system = made
    return client


def send(client, rows, resource="tax_paid", **headers):
    return client.post(f"/api/v1/facts/{resource}/", {"rows": rows}, format="json", headers=headers)


def row(uscc=A, period="2026-09", **values):
    return {"uscc": uscc, "period": period, "values": values}


def test_rows_are_taken_as_the_lines_word(world, system):
    answer = send(system, [row(total="12.50", vat=3), row(B, "2026-09-01", total=0.1, local=None)])
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    delivery = Delivery.objects.get(pk=told.pop("delivery"))
    assert told == {"new": 2, "changed": 0, "unchanged": 0, "conflicting": 0}
    assert (delivery.way, delivery.line.code, delivery.by) == ("api", "tax", system.system.user)
    assert said(world.resources["tax_paid"], world.firms[0], SEPTEMBER) == {"total": 1250, "vat": 300}
    assert said(world.resources["tax_paid"], world.firms[1], SEPTEMBER) == {"total": 10}
    assert send(system, [row(total="12.50")]).json()["unchanged"] == 1


def test_the_same_key_delivers_once(world, system):
    first = send(system, [row(total=1)], **{"Idempotency-Key": "k1"})
    again = send(system, [row(total=1)], **{"Idempotency-Key": "k1"})
    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    assert Delivery.objects.count() == 1
    assert send(system, [row(total=2)], **{"Idempotency-Key": "k1"}).status_code == 422


def test_another_lines_value_becomes_a_conflict(world, system):
    world.deliver("monthly_operation", (0, SEPTEMBER, "", {"revenue": 5}))
    answer = send(system, [row(revenue=6)], "monthly_operation")
    assert answer.json()["conflicting"] == 1
    assert conflicts() == [(1, 500, 600)]


def test_one_bad_row_and_none_is_taken_and_each_is_named(world, system):
    rows = [
        row(total=1),
        row(valid_uscc(77), total=1),
        row(period="2026-09-03", total=1),
        row(period="2031-01", total=1),
        row(B, total="x"),
        row(B, "2026-08", total="0.001"),
        row(B, "2026-07", totl=1),
        row(B, "2026-06", total=True),
        {**row(B, "2026-05", total=1), "item": "x", "extra": 1},
        {"uscc": B, "period": "2026-04"},
        row(total=2),
        "no row",
        row(B, "2026-03", total=1e300),
    ]
    answer = send(system, rows)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert set(errors) == {
        "rows.1.uscc",
        "rows.2.period",
        "rows.3.period",
        "rows.4.values.total",
        "rows.5.values.total",
        "rows.6.values.totl",
        "rows.7.values.total",
        "rows.8.item",
        "rows.8.extra",
        "rows.9.values",
        "rows.10.uscc",
        "rows.11.uscc",
        "rows.11.period",
        "rows.11.values",
        "rows.12.values.total",
    }
    assert "rows.0" in errors["rows.10.uscc"][0]
    assert not Fact.objects.exists()
    assert not Delivery.objects.exists()


def test_a_new_row_needs_what_is_required_an_old_one_does_not(world, system):
    answer = send(system, [row(vat=1)])
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["rows.0.values"])
    assert "total" in answer.json()["detail"]
    assert send(system, [row(total=1)]).status_code == 201
    assert send(system, [row(vat=1)]).json()["changed"] == 1


def test_words_of_rows_that_are_refused_are_not_kept(world, system):
    world.resources["penalties"].suppliers.add(world.line("tax"))
    penalty = {"uscc": A, "item": "罚一号", "values": {"decided_on": "2026-09-01", "matter": "某事", "fine": "x"}}
    assert send(system, [penalty], "penalties").status_code == 422
    assert not Word.objects.filter(text="某事").exists()
    penalty["values"]["fine"] = None
    assert send(system, [penalty], "penalties").status_code == 201
    assert Word.objects.filter(text="某事").exists()
    for matter in ("长" * 801, "a\0b", 5, ["x"]):
        penalty["values"]["matter"] = matter
        answer = send(system, [penalty], "penalties")
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["rows.0.values.matter"])


@pytest.mark.parametrize("content", [[], {}, {"rows": []}, {"rows": 5}, {"rows": [row()] * 5001}, {"rows": None}])
def test_what_is_no_list_of_rows_is_refused(world, system, content):
    answer = system.post("/api/v1/facts/tax_paid/", content, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["rows"])


def test_a_token_pushes_for_its_lines_alone(world, system, administrator):
    assert send(system, [row(used=1)], "electricity").status_code == 404
    assert send(system, [row(used=1)], "no_such_resource").status_code == 404
    pushing.bind(system.system, [world.line("tax"), world.line("power")], by=administrator)
    assert send(system, [row(used=1)], "electricity").status_code == 201
    pushing.bind(system.system, [], by=again(administrator))
    assert send(system, [row(total=1)]).status_code == 404
    with pytest.raises(Refused):
        pushing.bind(system.system, [world.line("tax")], by=world.officers.tax)
    bound = Event.objects.filter(kind="line.bound").order_by("pk").values_list("data", flat=True)
    assert [len(data["lines"]) for data in bound] == [1, 2, 0]


def test_without_the_scope_nothing_is_pushed_and_with_it_alone_no_ticket_read(world, administrator):
    made, token = flow.connect(
        by=administrator, name="热线", channel="hotline", scopes=[Scope.READ], rate=1000, at=LONG_AGO
    )
    pushing.bind(made, [world.line("tax")], by=administrator)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert send(client, [row(total=1)]).status_code == 403
    assert client.get("/api/v1/resources/").status_code == 200
    flow.edit(made, by=administrator, name="热线", scopes=[Scope.FACTS], rate=1000)
    assert send(client, [row(total=1)]).status_code == 201
    assert client.get("/api/v1/resources/").status_code == 200
    assert client.get("/api/v1/tickets/").status_code == 403


def test_people_push_what_their_line_delivers(world):
    own = person("own", "enterprise_member")
    member(world.firms[0], own)
    for user, status in (
        (world.officers.tax, 201),
        (world.officers.labour, 404),
        (person("boss", "leader"), 404),
        (own, 404),
    ):
        client = APIClient()
        client.force_authenticate(user)
        assert send(client, [row(total=1)]).status_code == status, user
    assert Event.objects.get(kind="facts.delivered").role == "data_officer"
    assert APIClient().get("/api/v1/resources/").status_code == 401


def test_resources_are_described_to_those_who_may_use_them(world, system):
    found = {one["code"]: one for one in system.get("/api/v1/resources/").json()}
    assert len(found) == 76
    assert {code for code, one in found.items() if one["may_push"]} == {
        "tax_paid",
        "tax_rating",
        "tax_arrears",
        "invoices",
        "tax_relief",
        "vat_returns",
        "monthly_operation",
    }
    total = found["tax_paid"]["columns"][0]
    assert (total["code"], total["unit"], total["scale"], total["required"]) == ("total", "元", 2, True)
    assert found["tax_rating"]["columns"][0]["choices"][0] == {"code": "d", "name": "D级"}
    client = APIClient()
    client.force_authenticate(person("handler", "handler"))
    assert len(client.get("/api/v1/resources/").json()) == 76
    client.force_authenticate(person("own", "enterprise_member"))
    assert client.get("/api/v1/resources/").json() == []


def test_five_thousand_rows_take_a_second_or_two(world, system):
    rows = [
        {"uscc": A, "item": f"ZL{n}", "values": {"kind": "invention", "granted_on": "2020-05-01"}} for n in range(5000)
    ]
    world.resources["patents"].suppliers.add(world.line("tax"))
    assert len(json.dumps({"rows": rows})) < 2**21
    answer = send(system, rows, "patents")
    assert (answer.status_code, answer.json()["new"]) == (201, 5000)
