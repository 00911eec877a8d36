"""The one search box: grouped, counted, marked, by number at once, and nothing that one may not see."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.desk import finding
from portal.people.models import User
from tests.queues.conftest import queries
from tests.requests import factories as f
from tests.requests.factories import town

pytestmark = pytest.mark.django_db
__all__ = ["queries", "town"]


def found(user: User, query: str, view: str = "desk:search") -> dict[str, list[str]]:
    client = Client()
    client.force_login(user)
    groups = client.get(reverse(view), {"q": query}).context["groups"]
    return {group.key: [hit.title for hit in group.hits] for group in groups}


def test_everything_in_its_group(town):
    f.filed(town, title="住建局门前积水")
    result = found(town.supervisor, "住建局")
    assert list(result) == ["tickets", "people", "departments"]
    assert result["tickets"] == ["住建局门前积水"]
    assert result["departments"] == ["住房和城乡建设局"]
    assert {town.handler.name, town.department_head.name} <= set(result["people"])
    assert town.police_handler.name not in result["people"]
    assert found(town.supervisor, "乌有精密")["firms"] == [town.firm.name]
    assert found(town.supervisor, town.handler.name) == {"people": [town.handler.name]}


def test_nobody_finds_what_he_may_not_see(town):
    f.filed(town, title="积水一")
    f.filed(town, title="积水二", enterprise=town.foreign_firm, by=town.other_member)
    hidden = f.filed(town, title="积水保密")
    type(hidden).objects.filter(pk=hidden.pk).update(confidential=True, filed_by=town.other_member)
    for view in ("desk:search", "desk:search-proposed"):
        assert found(town.enterprise_member, "积水", view) == {"tickets": ["积水一"]}
        assert found(town.other_member, "积水", view) == {"tickets": ["积水二"]}
        assert set(found(town.leader, "积水", view)["tickets"]) == {"积水一", "积水二"}
        assert "积水保密" in found(town.supervisor, "积水", view)["tickets"]
        for nobody in (town.nobody, town.former_member, town.administrator, town.auditor):
            assert "tickets" not in found(nobody, "积水", view)
        # A firm's people find no official, no department and no other firm
        assert found(town.enterprise_member, town.handler.name, view) == {}
        assert found(town.enterprise_member, "建设局", view) == {}
        assert found(town.enterprise_member, "子虚生物", view) == {}


def test_a_mobile_number_finds_no_person(town):
    """SEC-3: officials are found by their office telephone only, firms' people by nobody here."""
    assert "people" not in found(town.supervisor, town.handler.mobile)
    assert found(town.supervisor, town.handler.phone.replace(" ", "-"))["people"] == [town.handler.name]


def test_a_whole_number_leads_there_at_once(town, client):
    ticket = f.filed(town)
    _prefix, day, count = ticket.number.split("-")
    client.force_login(town.intake_clerk)
    for typed in (ticket.number, ticket.number.lower(), f"{day}-{count}", f"{day}-{int(count)}"):
        assert client.get("/search/", {"q": typed}).url == f"/tickets/{ticket.number}/"
    assert client.get("/search/", {"q": town.firm.uscc.lower()}).url == f"/enterprises/{town.firm.uscc}/"
    client.force_login(town.police_handler)  # as if it weren't there
    assert client.get("/search/", {"q": ticket.number}).status_code == 200


def test_counts_and_the_way_to_all(town, client, monkeypatch):
    monkeypatch.setattr("portal.desk.views.search.SHOWN", 2)
    monkeypatch.setattr(finding, "COUNTED", 4)
    for n in range(3):
        f.filed(town, title=f"积水{n}")
    client.force_login(town.leader)
    (group,) = client.get("/search/", {"q": "积水"}).context["groups"]
    assert (group.count, len(group.hits), group.more, group.many) == (3, 2, True, False)
    assert group.url == "/tickets/?q=%E7%A7%AF%E6%B0%B4"
    for n in range(3):
        f.filed(town, title=f"积水{n}")
    (group,) = client.get("/search/", {"q": "积水"}).context["groups"]
    assert group.many
    assert "100 多" in client.get("/search/", {"q": "积水"}).text


def test_words_are_marked_and_nothing_typed_is_markup(town, client):
    f.filed(town, title="<b>积水</b>严重")
    client.force_login(town.leader)
    text = client.get("/search/", {"q": "积水"}).text
    assert "&lt;b&gt;<mark>积水</mark>&lt;/b&gt;严重" in text
    for view in ("desk:search", "desk:search-proposed"):
        text = client.get(reverse(view), {"q": '"><script>alert(1)</script> ('}).text
        assert "<script>alert" not in text


@pytest.mark.parametrize("query", ["", " ", "\0", "%", "_" * 100, "\ud800", "a" * 5000, "' OR 1=1 --", "(", "\\"])
def test_hostile_input(town, client, query):
    client.force_login(town.supervisor)
    query = query.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for view in ("desk:search", "desk:search-proposed"):
        assert client.get(reverse(view), {"q": query}).status_code == 200


def test_one_character_proposes_nothing(town):
    f.filed(town, title="停水")
    assert found(town.leader, "水", "desk:search-proposed") == {}
    assert found(town.leader, "水") == {"tickets": ["停水"]}


@pytest.mark.parametrize(("url", "cost"), [("/search/", 13), ("/search/proposed/", 11)])
def test_it_costs_the_same_for_any_number_of_hits(town, client, queries, url, cost):
    client.force_login(town.leader)
    f.filed(town, title="积水")
    first = queries(client, url, {"q": "积水"})
    for _ in range(2):
        f.handling(town, title="积水", co=[town.police])
    assert [first, queries(client, url, {"q": "积水"})] == [cost, cost]
