"""What is told where something of ours failed, or somebody did not get his turn."""

from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import path

TURN = 71_204


def waits(request: HttpRequest):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20ms'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


urlpatterns = [path("waits/", waits)]
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
