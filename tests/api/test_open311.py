"""Open311 GeoReport v2: answers have the published shape, and say of a matter only what names nobody."""

from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from requests.models import Ticket
from tests.api.factories import SAID, line
from tests.requests import factories as make

ROOT = "/open311/v2"

# The published schemas (GeoReport v2), as facts: name: (types, required). None stands for null.
TEXT, MAYBE, NUMBER = (str,), (str, type(None)), (int, float, type(None))
SERVICE = {
    "service_code": (TEXT, True),
    "service_name": (TEXT, True),
    "metadata": ((bool,), True),
    "type": (TEXT, True),
    "description": (MAYBE, False),
    "keywords": (MAYBE, False),
    "group": (MAYBE, False),
}
ATTRIBUTE = {
    "variable": ((bool,), True),
    "code": (TEXT, True),
    "datatype": (TEXT, True),
    "required": ((bool,), True),
    "datatype_description": (MAYBE, False),
    "order": ((int, type(None)), False),
    "description": (MAYBE, False),
    "values": ((list,), False),
}
REQUEST = {
    **dict.fromkeys(("service_request_id", "status", "service_code", "requested_datetime"), (TEXT, True)),
    **dict.fromkeys(("status_notes", "service_name", "description", "agency_responsible"), (MAYBE, False)),
    **dict.fromkeys(("service_notice", "updated_datetime", "expected_datetime", "address"), (MAYBE, False)),
    **dict.fromkeys(("address_id", "zipcode", "media_url"), (MAYBE, False)),
    **dict.fromkeys(("lat", "long"), (NUMBER, False)),
}
DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


def fits(row, schema) -> bool:
    assert set(row) <= set(schema)
    for name, (types, required) in schema.items():
        assert not required or name in row, name
        assert name not in row or isinstance(row[name], types), (name, row[name])
    return True


@pytest.fixture
def public(town):
    """A published ticket under way; its words name the firm and a person."""
    ticket = make.handling(
        town,
        title="乌有精密门口积水，电话 0512-0000 2210 找钟离春",
        description="秘密：张三的身份证",
        contact_name="钟离春",
    )
    Ticket.objects.filter(pk=ticket.pk).update(public=True, filed_at=ticket.filed_at)
    return Ticket.objects.get(pk=ticket.pk)


def got(client, path, **query):
    answer = client.get(f"{ROOT}/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json() if path.endswith("json") else ElementTree.fromstring(answer.content)


def spanning(ticket) -> dict[str, str]:
    return {"start_date": (ticket.filed_at - timedelta(days=1)).isoformat()}


# Shapes --------------------------------------------------------------------------------------------------------------


def test_discovery(client, db):
    said = got(client, "discovery.json")
    (endpoint,) = said["endpoints"]
    assert {"changeset", "contact", "key_service", "endpoints"} == set(said)
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert [e.text for e in got(client, "discovery.xml").iter("format")] == endpoint["formats"]


def test_services_and_their_attributes(client, db):
    services = got(client, "services.json")
    assert len(services) == 10
    assert all(fits(service, SERVICE) for service in services)
    assert {service["type"] for service in services} == {"realtime"}
    listed = got(client, "services.xml")
    assert (listed.tag, len(listed.findall("service/service_code"))) == ("services", 10)
    assert listed.find("service/metadata").text == "true"
    code = services[0]["service_code"]
    definition = got(client, f"services/{code}.json")
    assert (set(definition), definition["service_code"]) == ({"service_code", "attributes"}, code)
    assert all(fits(attribute, ATTRIBUTE) for attribute in definition["attributes"])
    assert {attribute["datatype"] for attribute in definition["attributes"]} <= DATATYPES
    shown = got(client, f"services/{code}.xml")
    assert shown.tag == "service_definition"
    assert [v.text for v in shown.findall("attributes/attribute/values/value/key")][:2] == ["0", "1"]


def test_requests(client, public):
    (row,) = got(client, "requests.json", **spanning(public))
    assert fits(row, REQUEST)
    assert (row["status"], row["status_notes"], row["service_code"]) == ("open", "办理中", "safety-environment")
    assert (row["agency_responsible"], row["address"]) == ("住房和城乡建设局", "广漠村")
    assert row["expected_datetime"] > row["requested_datetime"]
    listed = got(client, "requests.xml", **spanning(public))
    assert listed.tag == "service_requests"
    assert [e.tag for e in listed.find("request")] == list(row)
    assert got(client, f"requests/{public.number}.json") == [row]
    token = got(client, f"tokens/{public.number}.json")
    assert token == [{"service_request_id": public.number, "token": public.number}]


@pytest.mark.parametrize(
    "format, mime", [("json", "application/json; charset=utf-8"), ("xml", "text/xml; charset=utf-8")]
)
def test_answers_and_errors_name_their_type(client, db, format, mime):
    assert client.get(f"{ROOT}/services.{format}")["Content-Type"] == mime
    wrong = client.get(f"{ROOT}/requests/SX-1.{format}")
    assert (wrong.status_code, wrong["Content-Type"]) == (404, mime)
    if format == "xml":
        error = ElementTree.fromstring(wrong.content)
        assert (error.tag, error.find("error/code").text) == ("errors", "404")
        assert error.find("error/description").text
    else:
        assert wrong.json()[0]["code"] == 404


def test_another_format_is_not_there(client, db):
    assert client.get(f"{ROOT}/services.yaml").status_code == 404
    assert client.get(f"{ROOT}/services.json", HTTP_ACCEPT="text/html").status_code == 200


# What is published ---------------------------------------------------------------------------------------------------


def test_nothing_is_published_without_consent_nor_if_confidential(client, town, public):
    silent = make.handling(town)
    secret = make.handling(town)
    Ticket.objects.filter(pk=secret.pk).update(public=True, confidential=True)
    numbers = {row["service_request_id"] for row in got(client, "requests.json", **spanning(public))}
    assert numbers == {public.number}
    both = f"{silent.number},{secret.number},{public.number}"
    assert len(got(client, "requests.json", service_request_id=both)) == 1
    for ticket in (silent, secret):
        assert client.get(f"{ROOT}/requests/{ticket.number}.json").status_code == 404
        assert client.get(f"{ROOT}/tokens/{ticket.number}.json").status_code == 404


def test_what_is_published_names_nobody(client, public, town):
    answer = client.get(f"{ROOT}/requests/{public.number}.json").content.decode()
    assert "门口积水" in answer
    personal = [
        "乌有精密",
        "钟离春",
        "0512",
        "2210",
        "秘密",
        "张三",
        public.contact_phone,
        town.firm.uscc,
        town.handler.name,
    ]
    assert [word for word in personal if word in answer] == []


def test_open_and_closed(client, town, public):
    closed, withdrawn = make.closed(town), make.withdrawn(town)
    Ticket.objects.update(public=True)
    rows = {row["service_request_id"]: row for row in got(client, "requests.json", **spanning(public))}
    assert [rows[t.number]["status"] for t in (public, closed, withdrawn)] == ["open", "closed", "closed"]
    assert rows[withdrawn.number]["status_notes"] == "已撤回"
    for status, n in (("open", 1), ("closed", 2), ("open,closed", 3)):
        assert len(got(client, "requests.json", status=status, **spanning(public))) == n


def test_requests_are_narrowed(client, town, public):
    span = spanning(public)
    assert len(got(client, "requests.json", service_code="safety-environment", **span)) == 1
    assert got(client, "requests.json", service_code="talent", **span) == []
    assert got(client, "requests.json", end_date="2020-01-01T00:00:00Z") == []
    assert got(client, "requests.json", page="2", page_size="1", **span) == []


@pytest.mark.parametrize(
    "query",
    [
        "start_date=yesterday",
        "start_date=0001-01-01T00:00:00Z",
        "start_date=2026-13-01T00:00:00Z",
        "start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z",
        "status=done",
        "page=0",
        "page_size=9999",
        "service_code=%00",
        "service_request_id=" + "x," * 101,
    ],
)
def test_a_question_that_makes_no_sense_is_400(client, db, query):
    answer = client.get(f"{ROOT}/requests.json?{query}")
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)


def test_a_list_costs_the_same_for_one_row_and_three(client, town, public, django_assert_max_num_queries):
    for _more in range(2):
        with django_assert_max_num_queries(4):
            got(client, "requests.json", **spanning(public))
        make.handling(town)
        make.handling(town)
        Ticket.objects.update(public=True)


# Filing ---------------------------------------------------------------------------------------------------------


SENT = {
    "service_code": "land-energy",
    "address_string": "东仓路 1 号",
    "first_name": "翟",
    "last_name": "墨",
    "phone": "555-5555",
    "description": SAID,
}


def posted(client, format="json", **fields):
    return client.post(
        f"{ROOT}/requests.{format}", urlencode(SENT | fields), content_type="application/x-www-form-urlencoded"
    )


@pytest.mark.parametrize("format", ["json", "xml"])
def test_an_outside_client_lists_files_and_follows(town, client, format):
    """In the order of the specification: discovery, services, the definition, a request, its status."""
    _line, key = line(town)
    service = got(client, "services.json")[3]
    assert got(client, f"services/{service['service_code']}.json")["attributes"]
    sent = {"api_key": key, "service_code": service["service_code"], "attribute[business]": "太仓乌有五金店"}
    answer = posted(client, format, **sent, **{"attribute[public]": "1"})
    assert answer.status_code == 200, answer.content
    if format == "xml":
        number = ElementTree.fromstring(answer.content).find("request/service_request_id").text
    else:
        (made,) = answer.json()
        assert set(made) == {"service_request_id", "service_notice", "account_id"}
        number = made["service_request_id"]
    (row,) = got(client, f"requests/{number}.json")
    assert (row["status"], row["service_code"]) == ("open", service["service_code"])
    ticket = Ticket.objects.get()
    assert (ticket.business_name, ticket.contact_name, ticket.contact_phone) == ("太仓乌有五金店", "墨翟", "555-5555")
    assert ticket.description == f"{SAID}\n地点：东仓路 1 号"
    assert ticket.category.code == service["service_code"]


def test_without_consent_only_the_key_follows_it(town, client):
    _line, key = line(town)
    _other, another = line(town, "另一个")
    number = posted(client, api_key=key).json()[0]["service_request_id"]
    url = f"{ROOT}/requests/{number}.json"
    assert client.get(url).status_code == 404
    assert client.get(url, {"api_key": another}).status_code == 404
    assert client.get(url, {"api_key": key}).json()[0]["service_request_id"] == number
    assert len(client.get(f"{ROOT}/requests.json", {"api_key": key}).json()) == 1
    assert client.get(f"{ROOT}/requests.json").json() == []


def test_a_firm_on_file_is_known_by_its_code(town, client):
    _line, key = line(town)
    posted(client, api_key=key, **{"attribute[business]": town.firm.uscc.lower()})
    assert Ticket.objects.get().enterprise == town.firm
    unknown = posted(client, api_key=key, **{"attribute[business]": "91320585MA00000000"})
    assert unknown.status_code == 400
    assert unknown.json()[0]["description"].startswith("attribute[business]: ")


@pytest.mark.parametrize("key", ["", "sx_a_b", "x"])
def test_filing_wants_a_key(town, client, key):
    answer = posted(client, **({"api_key": key} if key else {}))
    assert (answer.status_code, answer.json()[0]["code"]) == (403, 403)
    _line, reads = line(town, scopes=["read"])
    assert posted(client, api_key=reads).status_code == 403
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "fields, status, said",
    [
        ({"service_code": "potholes"}, 404, "service_code"),
        ({"service_code": "\0"}, 404, "service_code"),
        ({"phone": ""}, 400, "phone"),
        ({"description": ""}, 400, "description"),
        ({"description": "x" * 5000}, 400, "description"),
        ({"address_string": ""}, 400, "address_string"),
        ({"address_string": "", "lat": "31.4"}, 400, "address_string"),
        ({"lat": "north", "long": "121"}, 400, "lat"),
        ({"lat": "nan", "long": "nan"}, 400, "lat"),
        ({"lat": "91", "long": "121"}, 400, "lat"),
        ({"attribute[urgency]": "now"}, 400, "urgency"),
    ],
)
def test_what_is_missing_is_said(town, client, fields, status, said):
    _line, key = line(town)
    answer = posted(client, api_key=key, **fields)
    assert answer.status_code == status, answer.content
    assert said in answer.json()[0]["description"]
    assert not Ticket.objects.exists()


def test_a_place_may_be_given_by_degrees(town, client):
    _line, key = line(town)
    answer = posted(client, api_key=key, address_string="", lat="31.45", long="121.13")
    assert answer.status_code == 200
    assert Ticket.objects.get().description.endswith("坐标：31.45, 121.13")


def test_sent_twice_with_a_key_of_its_own_is_one_request(town, client):
    _line, key = line(town)
    body = urlencode(SENT | {"api_key": key})
    form = {"content_type": "application/x-www-form-urlencoded", "HTTP_IDEMPOTENCY_KEY": "k"}
    first, second = (client.post(f"{ROOT}/requests.xml", body, **form) for _n in range(2))
    assert first.content == second.content
    assert Ticket.objects.count() == 1
