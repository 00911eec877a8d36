"""What a client gets that asks wrongly, hugely or with malice: a problem of RFC 9457, never an error of ours."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from portal.api.problems import flat
from tests.api.factories import MATTER, line
from tests.requests import factories as make

LIST = "/api/v1/tickets/"


def is_problem(answer, status) -> bool:
    told = answer.json()
    assert answer.status_code == status == told["status"], answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert told["type"].startswith("urn:problem-type:shaxi:")
    return bool(told["title"] and told["detail"])


@pytest.fixture
def send(town, by):
    _line, token = line(town)

    def post(body, content_type="application/json", url=LIST):
        return Client(HTTP_AUTHORIZATION=f"Bearer {token}").post(url, body, content_type=content_type)

    return post


@pytest.mark.parametrize(
    "body",
    [
        *("{", "nonsense", "{'a': 1}", '{"a": NaN}', '{"a": Infinity}', "\xff\xfe", ""),
        pytest.param("[" * 200_000, id="deep"),
        pytest.param('{"title": "\\ud800"}', id="half a pair"),
        pytest.param(b'{"title": "\xff"}', id="no utf-8"),
        pytest.param("1" * 5000, id="a long number"),
    ],
)
def test_what_is_no_json_is_malformed(send, body):
    answer = send(body)
    assert is_problem(answer, 422 if body == "" else 400)


@pytest.mark.parametrize("body", ["[]", "null", "1", '"x"', "true", "[[]]"])
def test_json_that_is_no_object_is_invalid(send, body):
    assert is_problem(send(body), 422)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "a\0b"},
        {"title": ["a"]},
        {"title": {"a": "b"}},
        {"title": True},
        {"description": "长" * 4001},
        {"contact_phone": "1" * 21},
        {"category": 1},
        {"category": "x" * 1000},
        {"place": "\0"},
        {"enterprise": "%"},
        {"urgency": "now"},
        {"public": "maybe"},
        {"outer_due_at": "0001-01-01T00:00:00"},
        {"outer_due_at": "yesterday"},
        {"files": ["x"]},
        {"files": {}},
    ],
)
def test_a_field_that_cannot_be_is_named(send, fields):
    answer = send(json.dumps(MATTER | fields))
    assert is_problem(answer, 422)
    assert {name.partition(".")[0] for name in answer.json()["errors"]} == set(fields)


def test_too_much_is_refused_before_it_is_read(send, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    assert is_problem(send(json.dumps({"title": "x" * 20_000})), 413)


def test_another_kind_of_content_or_method_or_format(send, by, town):
    assert is_problem(send("<a/>", "text/xml"), 415)
    assert is_problem(send("--x", "multipart/form-data; boundary=x"), 422)
    assert is_problem(send("x", "multipart/form-data"), 400)
    _line, token = line(town, "另一个")
    answer = by(token).delete(LIST)
    assert is_problem(answer, 405)
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert is_problem(by(token).get(LIST, HTTP_ACCEPT="text/html"), 406)


@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/tickets", "/api/v2/tickets/", "/api/x", "/api/v1/tickets/a/b/c/"]
)
def test_an_address_that_is_none_is_a_problem_too(client, db, path):
    assert is_problem(client.get(path), 404)


@pytest.mark.parametrize(
    "query",
    [
        "category=99999999999999999999999",
        "place=-1",
        "handler=1e9",
        "department=%00",
        "q=%00",
        "filed_after=0000-00-00",
        "filed_after=9999-12-31",
        "sort=name",
        "open=2",
    ],
)
def test_a_filter_that_cannot_be_is_named(town, as_, query):
    answer = as_(town.supervisor).get(f"{LIST}?{query}")
    assert is_problem(answer, 400)
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("query", ["q=%25%27%22%5C", "q=" + "a" * 100, "nonsense=1", "q=%ED%A0%80"])
def test_a_strange_question_finds_nothing_and_breaks_nothing(town, as_, query):
    assert as_(town.supervisor).get(f"{LIST}?{query}").status_code == 200


def test_without_the_csrf_token_a_session_changes_nothing(town):
    ticket = make.filed(town)
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.intake_clerk)
    assert is_problem(client.post(f"{LIST}{ticket.number}/accept/"), 403)
    ticket.refresh_from_db()
    assert ticket.status == "received"


def test_errors_within_errors_are_named_by_their_place():
    assert flat({"a": {"b": ["no"]}, "c": [{}, {"d": ["bad"]}], "e": "x"}) == {
        "a.b": ["no"],
        "c.1.d": ["bad"],
        "e": ["x"],
    }
    assert flat([]) == {"non_field_errors": []}


# The description -----------------------------------------------------------------------------------------------------


def test_every_operation_says_its_problems_and_its_key(client, db):
    schema = client.get(reverse("api:schema"), HTTP_ACCEPT="application/json").json()
    operations = [op for path in schema["paths"].values() for method, op in path.items() if method in ("get", "post")]
    assert len(operations) == 90
    assert len({op["operationId"] for op in operations}) == 90
    for operation in operations:
        assert {"400", "401", "403", "404", "405", "406", "429"} <= set(operation["responses"])
        assert operation["responses"]["404"]["content"].keys() == {"application/problem+json"}
    named = {
        op["operationId"] for op in operations if any(p["name"] == "Idempotency-Key" for p in op.get("parameters", ()))
    }
    assert "ticket_create" in named
    assert len(named) == 67  # 62 verbs, a new matter, a file, facts, a claim, an inspection need


def test_the_description_names_no_row(town, client):
    text = client.get(reverse("api:schema")).content.decode()
    rows = [town.steward.name, town.handler.name, town.firm.name, town.housing.name, town.place.name]
    assert [name for name in rows if name in text] == []


def test_styles_are_relaxed_on_the_page_of_the_description_alone(client, db):
    docs = client.get(reverse("api:docs"))["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in docs
    assert "script-src 'self';" in docs.replace("script-src 'self'", "script-src 'self'", 1) + ";"
    assert "unsafe" not in client.get("/sign-in/")["Content-Security-Policy"]


@pytest.mark.browser
def test_the_description_opens_in_a_browser(town, page, sign_in, live_server):
    sign_in(town.administrator)
    page.goto(f"{live_server.url}/api/docs/")
    page.wait_for_selector(".opblock-summary")
    assert page.locator(".opblock-summary").count() == 90
