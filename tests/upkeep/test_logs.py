"""Log lines lead from a request to its tasks, and to nobody's telephone number, link or password (SEC-3, SEC-8)."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
from celery import shared_task
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import path, resolve

from portal import celery_app
from portal.people.models import User
from portal.upkeep import logs
from portal.upkeep.carrying import put_down, take_up
from portal.upkeep.middleware import RequestMiddleware, user_id

SECRETS = {
    "a mobile number": "找 13800000021 的人",
    "one in groups": "找 138 0000 0021 的人",
    "one with the country": "找 +86 138-0000-0021 的人",
    "a landline": "0512-00002210",
    "an identity card": "32058519900101001X",
    "an address of mail": "lu.yue+x@town.example",
    "a password in a URL": "postgres://portal_app:hunter22@db:5432/portal",
    "our own key": f"key {settings.SECRET_KEY}",
    "the row that broke a constraint": "duplicate key\nDETAIL:  Key (name)=(路越) already exists.",
}
HIDDEN = ("0021", "00002210", "1990", "lu.yue", "hunter22", settings.SECRET_KEY, "路越")


def formatted(message: str, *args: object, level: int = logging.INFO, exc_info=None, **extra) -> dict:
    record = logging.LogRecord("portal.room", level, "file.py", 1, message, args, exc_info)
    record.__dict__.update(extra)
    return json.loads(logs.Json().format(record))


def test_a_line_is_one_object_with_what_a_search_needs() -> None:
    token = logs.request_id.set("abcdefgh1234")
    try:
        line = formatted("两行\n%s", "字", user=7, path="/tickets/", status=200, ms=12)
    finally:
        logs.request_id.reset(token)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "INFO",
        "logger": "portal.room",
        "message": "两行\n字",
        "request_id": "abcdefgh1234",
        "user": 7,
        "path": "/tickets/",
        "status": 200,
        "ms": 12,
    }


def test_what_a_record_carries_beyond_the_list_is_left_out() -> None:
    assert "args" not in formatted("failed", data={"args": "路越"}, password="x", stack="y")
    assert set(formatted("failed", data={"args": "路越"})) == {"timestamp", "level", "logger", "message"}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS.keys())
def test_no_personal_data_and_no_secret(text: str) -> None:
    assert not any(hidden in formatted("%s", text)["message"] for hidden in HIDDEN)
    try:
        raise ValueError(text)
    except ValueError:
        line = formatted("failed", exc_info=sys.exc_info())
    assert "ValueError" in line["exception"]
    assert not any(hidden in line["exception"] for hidden in HIDDEN)


@pytest.mark.parametrize(
    "text", ["SX-20261121-0007", "91320585MA1XXXXX0Q", "第 1700000000 号", "12 件", "10.0.0.1:8000"]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert formatted("%s", text)["message"] == text


@pytest.mark.django_db
def test_what_postgresql_quotes_of_a_row_is_left_out() -> None:
    User.objects.create_user("luyue", name="路越")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        User.objects.create_user("luyue", name="路越")
    assert "luyue" in str(caught.value), "the control: PostgreSQL does quote it"
    line = formatted("failed", exc_info=(caught.type, caught.value, caught.tb))
    assert "duplicate key" in line["exception"]
    assert "=(luyue)" not in line["exception"]


@pytest.fixture
def lines() -> Iterator["Lines"]:
    """What a production site would write while the test runs."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    handler.addFilter(logs.OfRequests())
    root, access = logging.getLogger(), logging.getLogger("portal.access")
    level, own = root.level, access.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    access.setLevel(logging.INFO)
    yield Lines(stream)
    root.removeHandler(handler)
    root.setLevel(level)
    access.setLevel(own)


class Lines(list):
    def __init__(self, stream: StringIO) -> None:
        self._stream = stream

    def __iter__(self):
        return iter([json.loads(line) for line in self._stream.getvalue().splitlines()])

    def of(self, logger: str) -> list[dict]:
        return [line for line in self if line["logger"] == logger]


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_id_in_the_answer(client: Client, lines) -> None:
    user = User.objects.create_user("luyue", name="路越")
    client.force_login(user)
    answer = client.get("/search/?q=13800000021", headers={"X-Request-ID": "from-the-proxy-1"})
    assert answer["X-Request-ID"] == "from-the-proxy-1"
    (line,) = lines.of("portal.access")
    assert (line["request_id"], line["user"], line["status"]) == ("from-the-proxy-1", user.pk, 200)
    assert (line["method"], line["path"], line["view"]) == ("GET", "/search/", "desk:search")
    assert line["ms"] >= 0
    assert logs.request_id.get() == ""


def test_a_static_file_is_no_line(client: Client, lines) -> None:
    client.get("/static/css/no-such.css")
    assert lines.of("portal.access") == []


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "two words 12", "line\nbreak-12", "路路路路路路路路", "-dash-first-1"]
)
def test_an_id_that_is_none_is_replaced(given: str) -> None:
    request = RequestFactory().get("/")
    request.META["HTTP_X_REQUEST_ID"] = given
    request.resolver_match = None
    answer = RequestMiddleware(lambda request: HttpRequestAnswer())(request)
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


class HttpRequestAnswer(dict):
    status_code = 200


@pytest.mark.django_db
def test_a_missing_page_shows_no_token_in_the_log(client: Client, lines) -> None:
    client.get("/r/tokentokentoken/x")
    client.get("/password/set/MQ/secret-token/")
    client.get("/13800000021/")
    text = lines._stream.getvalue()
    assert len(lines.of("portal.access")) == 3
    assert "token" not in text.replace('"/r/*', "")
    assert "0021" not in text
    assert lines.of("django.request") == [], "Django's own line would show the whole address"


def shown(address: str) -> str:
    request = RequestFactory().get(address)
    request.resolver_match = resolve(address.partition("?")[0])
    return logs.path_of(request)


def test_rows_and_ticket_numbers_are_shown_in_a_path_other_parts_are_not() -> None:
    assert shown("/tickets/SX-20261121-0007/?q=路越") == "/tickets/SX-20261121-0007/"
    assert shown("/admin/users/12/edit/") == "/admin/users/12/edit/"
    assert shown("/password/set/MQ/secret-token/") == "/password/set/*/*/"


def broken(request: HttpRequest):
    raise RuntimeError("找不到 13800000021")


urlpatterns = [path("broken/", broken)]
handler500 = "portal.upkeep.failing.server_error"


@pytest.mark.urls(__name__)
def test_the_page_of_an_error_names_the_request_that_the_log_explains(lines) -> None:
    answer = Client(raise_request_exception=False).get("/broken/")
    assert answer.status_code == 500
    assert answer["X-Request-ID"][:8] in answer.content.decode(), "short enough for the telephone"
    (explained,) = lines.of("django.request")
    assert explained["request_id"] == answer["X-Request-ID"]
    assert "RuntimeError" in explained["exception"]
    assert "0021" not in explained["exception"]
    (line,) = lines.of("portal.access")
    assert (line["level"], line["status"]) == ("ERROR", 500)


@shared_task
def says_its_request() -> str:
    logging.getLogger("portal.room").warning("worked")
    return logs.request_id.get()


def test_the_id_goes_into_the_message_of_a_task_and_comes_out_in_the_worker(lines) -> None:
    """Through the broker and back by hand; Celery's own worker reads the same headers."""
    token = logs.request_id.set("abcdefgh1234")
    try:
        headers = _sent()
    finally:
        logs.request_id.reset(token)
    assert headers["request_id"] == "abcdefgh1234"
    says_its_request.push_request(id="1", request_id=headers["request_id"])
    try:
        take_up(task_id="1", task=says_its_request)
        assert says_its_request.run() == "abcdefgh1234"
        put_down(task_id="1", task=says_its_request, state="SUCCESS")
    finally:
        says_its_request.pop_request()
    assert logs.request_id.get() == ""
    assert lines.of("portal.room")[0]["request_id"] == "abcdefgh1234"


def _sent() -> dict:
    """The headers of the message that lies in the broker."""
    with celery_app.connection_or_acquire() as broker:
        broker.default_channel.queue_purge("to_read")
        says_its_request.apply_async(queue="to_read")
        message = broker.SimpleQueue("to_read").get(timeout=60)
        message.ack()
        return message.headers


def test_a_task_of_beat_gets_an_id_of_its_own() -> None:
    assert len(says_its_request.apply().get()) == 32
    assert logs.request_id.get() == ""


@pytest.mark.django_db
def test_nobody_is_looked_up_for_the_log(django_assert_num_queries, client: Client) -> None:
    client.force_login(User.objects.create_user("luyue", name="路越"))
    request = RequestFactory().get("/")
    request.resolver_match, request.session = None, client.session
    AuthenticationMiddleware(lambda request: HttpRequestAnswer())(request)
    with django_assert_num_queries(0):
        assert user_id(request) is None
    assert request.user.username == "luyue"
    assert user_id(request) == request.user.pk
