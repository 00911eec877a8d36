"""What is told where something of ours failed, or somebody did not get his turn."""

from contextlib import closing

import psycopg2
import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import path

TURN = 71_204


def waits(request: HttpRequest):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20ms'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def misses(request: HttpRequest, why: str):
    raise WHY[why]


WHY = {
    "refused": OperationalError("connection to server at 127.0.0.1 failed: Connection refused"),
    "closed": InterfaceError("connection already closed"),
    "full": OperationalError("could not extend file: No space left on device"),
}


class DiskFull(psycopg2.OperationalError):
    pgcode = "53100"  # a real one has it from the server


WHY["full"].__cause__ = DiskFull()
urlpatterns = [path("waits/", waits), path("misses/<why>/", misses)]
handler500 = "portal.upkeep.failing.server_error"


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_who_did_not_get_his_turn_is_told_to_send_it_again():
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
        answer = Client(raise_request_exception=False).get("/waits/")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "这次没有存下" in page
    assert answer["X-Request-ID"][:8] in page


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("why", ["refused", "closed"])
def test_a_database_that_is_not_there_is_said_to_come_back(why):
    answer = Client(raise_request_exception=False).get(f"/misses/{why}/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "数据库正在重启或维护" in answer.content.decode()


@pytest.mark.urls(__name__)
def test_what_will_not_mend_by_itself_is_no_promise():
    answer = Client(raise_request_exception=False).get("/misses/full/")
    assert answer.status_code == 500
    assert "已自动记录" in answer.content.decode()
