"""What published Open311 clients send, taken down byte for byte as they listed, filed and followed: three 0.8 (Python),
open311 0.0.12 (Node.js), georeport 0.3 (Python, reads only, here in XML)."""

from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests.models import Ticket
from tests.api.factories import line
from tests.files.factories import picture

ROOT = "/open311/v2"
FORM = "application/x-www-form-urlencoded"
SAID = "门口的路灯坏了三天，晚班员工进出不便"


@pytest.fixture
def key(town) -> str:
    return line(town)[1]


def got(client, path: str):
    answer = client.get(f"{ROOT}/{path}", HTTP_ACCEPT="*/*")
    assert answer.status_code == 200, answer.content
    return answer.json() if ".json" in path else ElementTree.fromstring(answer.content)


def three_sends(key: str) -> dict[str, str]:
    return {
        "phone": "13800005555",
        "description": SAID,
        "service_code": "industry",
        "address_string": "沙溪镇东仓路 1 号",
        "first_name": "Zhai",
        "last_name": "Mo",
        "api_key": key,
    }


def test_three_lists_files_and_follows(town, client, key):
    assert got(client, "services.json")[0]["service_code"] == "industry"
    assert {row["code"] for row in got(client, "services/industry.json")["attributes"]} >= {"phone", "business"}
    span = "start_date=2026-10-01T00%3A00%3A00Z&end_date=2026-11-22T00%3A00%3A00Z"
    assert got(client, f"requests.json?{span}") == []
    answer = client.post(f"{ROOT}/requests.json", urlencode(three_sends(key)), content_type=FORM)
    number = answer.json()[0]["service_request_id"]
    (row,) = got(client, f"requests/{number}.json?api_key={key}")
    assert (row["status"], row["description"]) == ("open", SAID)
    assert got(client, f"tokens/{number}.json?api_key={key}")[0]["service_request_id"] == number
    assert [row["service_request_id"] for row in got(client, f"requests.json?page_size=3&api_key={key}")] == [number]
    ticket = Ticket.objects.get()
    assert (ticket.contact_name, ticket.description) == ("MoZhai", f"{SAID}\n地点：沙溪镇东仓路 1 号")


def test_a_photo_that_three_sends_along_is_the_tickets(town, client, key):
    photo = SimpleUploadedFile("a.png", picture("PNG"))
    answer = client.post(f"{ROOT}/requests.json", three_sends(key) | {"media": photo})  # multipart
    assert answer.status_code == 200, answer.content
    assert [held.file.name for held in Ticket.objects.get().attachments.all()] == ["a.png"]


def test_a_photo_that_is_none_is_refused_by_name(town, client, key):
    answer = client.post(f"{ROOT}/requests.json", three_sends(key) | {"media": SimpleUploadedFile("a.png", b"MZ\0")})
    assert answer.status_code == 400
    assert answer.json()[0]["description"].startswith("media: ")
    assert not Ticket.objects.exists()


def test_photos_above_the_limit_are_refused_in_the_clients_format(town, client, key, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    photo = SimpleUploadedFile("a.png", picture("PNG") + b"\0" * 1024**2)
    answer = client.post(f"{ROOT}/requests.xml", three_sends(key) | {"media": photo})
    assert answer.status_code == 413
    assert "1 MB" in ElementTree.fromstring(answer.content).findtext("error/description")
    assert not Ticket.objects.exists()


def test_the_node_client_lists_files_and_follows(town, client, key):
    """It finds the endpoint by discovery, writes `address` and reads the definition's attributes."""
    (endpoint,) = got(client, "discovery.json")["endpoints"]
    assert "application/json" in endpoint["formats"]
    required = [row["code"] for row in got(client, "services/industry.json")["attributes"] if row["required"]]
    assert required == ["phone"]
    sent = {
        "service_code": "industry",
        "address": "沙溪镇东仓路 2 号",
        "description": SAID,
        "api_key": key,
        "attribute[phone]": "13800006666",
        "attribute[public]": "1",
        "attribute[business]": "太仓乌有五金店",
    }
    answer = client.post(f"{ROOT}/requests.json", urlencode(sent), content_type=FORM)
    number = answer.json()[0]["service_request_id"]
    (row,) = got(client, f"requests/{number}.json")  # the firm agreed, so that no key is needed
    assert (row["service_request_id"], row["status"]) == (number, "open")
    assert got(client, f"requests.json?service_request_id={number}") == [row]
    assert got(client, f"tokens/{number}.json") == [{"service_request_id": number, "token": number}]
    ticket = Ticket.objects.get()
    assert (ticket.contact_phone, ticket.description) == ("13800006666", f"{SAID}\n地点：沙溪镇东仓路 2 号")


def test_georeport_reads_the_same_in_xml(town, client, key):
    sent = three_sends(key) | {"attribute[public]": "1"}
    answer = client.post(f"{ROOT}/requests.xml", urlencode(sent), content_type=FORM)
    number = ElementTree.fromstring(answer.content).findtext("request/service_request_id")
    assert got(client, "services.xml").findtext("service/service_code") == "industry"
    assert got(client, "services/industry.xml").findtext("attributes/attribute/code") == "business"
    for path in ("requests.xml", "requests.xml?status=open", f"requests/{number}.xml"):
        assert got(client, path).findtext("request/service_request_id") == number
    assert got(client, "requests.xml?status=closed").find("request") is None
