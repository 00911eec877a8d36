"""How one comes to inspections: the navigation's strip, home pages, the search box; nothing of what one may not see."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from inspections.visits import stages as visits
from inspections.waiting import for_firm, waiting
from portal.desk.finding import find
from portal.desk.rooms import rooms_of
from portal.worktime.calendar import SHANGHAI
from tests.inspections.factories import DAY, listed, need, visit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 9, 9, 0, tzinfo=SHANGHAI)


def hits(user, number: str) -> list[str]:
    return [hit.title for group in find(user, number, 5) for hit in group.hits]


def test_a_firm_is_told_of_what_it_was_told_of_alone(of):
    told = visit(of, of.town.firm)
    later = DAY + timedelta(days=10)
    hidden = visit(of, of.town.firm, [need(of, of.town.firm, of.fire)], day=later, told_at=None, unannounced=True)
    for n, one in enumerate((told, hidden)):
        one.number = f"JC-20261109-{n:04d}"
        one.save(update_fields=["number"])
    lines = for_firm(of.enterprise_member, of.town.firm)
    assert [line.url for line in lines] == [reverse("inspections:visit", args=[told.number])]
    assert hits(of.enterprise_member, told.number) == [told.number]
    assert hits(of.enterprise_member, hidden.number) == []
    assert hits(of.fire_head, hidden.number) == [hidden.number]
    assert hits(of.department_head, hidden.number) == []  # has no part in it


def test_a_need_is_found_by_those_who_read_it(of):
    wish = need(of, of.town.firm)
    assert hits(of.department_head, wish.number.replace("JX-", "JX-20261109-")) == []
    type(wish).objects.filter(pk=wish.pk).update(number="JX-20261109-0007")
    for name in ("department_head", "supervisor", "police_head"):
        assert hits(getattr(of, name), "jx-20261109-0007") == ["JX-20261109-0007"]
    for name in ("fire_head", "enterprise_member", "steward"):
        assert hits(getattr(of, name), "JX-20261109-0007") == []


def test_what_waits_is_for_those_who_decide(of):
    listed(of, of.town.firm, status="approve")
    visit(of, of.town.foreign_firm, on_the_spot=True, status=visits.UNDER_WAY, begun_at=NOW)
    said = {
        name: {line.url for line in waiting(getattr(of, name), NOW)} for name in ("leader", "supervisor", "handler")
    }
    assert reverse("whitelist:desk") in said["leader"]
    assert reverse("inspections:spot") in said["supervisor"]
    assert said["handler"] == set()


@pytest.mark.parametrize(
    "name", ["inspector", "department_head", "keeper_inspector", "supervisor", "leader", "enterprise_member", "nobody"]
)
def test_every_list_of_the_strip_opens(of, name):
    """Whatever stands beside a list answers; a strip that leads to a 404 is worse than none."""
    user = getattr(of, name)
    client = Client()
    client.force_login(user)
    start = "inspections:mine" if name == "enterprise_member" else "inspections:visits"
    for _title, where in rooms_of(user, "whitelist:public" if name == "nobody" else start):
        assert client.get(reverse(where)).status_code == 200, where


def test_a_head_whose_department_inspects_nothing_has_fewer_lists(of):
    own = {where for _name, where in rooms_of(of.department_head, "inspections:visits")}
    assert {"needs:needs", "inspection-figures:figures"} <= own
    type(of.housing).objects.filter(pk=of.housing.pk).update(active=False)
    assert "needs:needs" not in {where for _name, where in rooms_of(of.department_head, "inspections:visits")}


def test_no_strip_on_other_pages(of):
    assert rooms_of(of.leader, "requests:list") == []
    assert rooms_of(of.enterprise_member, "needs:needs") == []
