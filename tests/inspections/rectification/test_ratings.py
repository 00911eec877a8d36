"""The firm's word on a visit, once; averages from three on; the confidential way to a complaint (INS-8, APP-18)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from inspections.figures.measures import MEASURE
from inspections.models import JointVisit, VisitRating
from inspections.rectification import flow, ratings
from inspections.visits import stages as visits
from portal.people.refusal import Refused
from portal.trail.models import Event, Read
from portal.worktime.periods import period_of
from tests.inspections.factories import Agencies, need, visit

from .world import AT, check

pytestmark = pytest.mark.django_db
CONDUCT = dict.fromkeys(VisitRating.CONDUCT, True)


def done(of: Agencies, n: int = 0, **fields: Any) -> JointVisit:
    day = AT.date() - timedelta(days=7 * n)
    return visit(
        of,
        of.town.firm,
        [need(of, of.town.firm, first=day, last=day, **fields)],
        day=day,
        status=visits.DONE,
        done_at=AT,
    )


def test_a_visit_that_is_done_is_rated_once_by_its_firm(of: Agencies) -> None:
    one = done(of)
    for stranger in ("other_member", "inspector", "supervisor", "former_member"):
        with pytest.raises(Refused):
            flow.rate(one, by=getattr(of, stranger), stars=5, at=AT, **CONDUCT)
    flow.rate(one, by=of.enterprise_member, stars=5, at=AT, **CONDUCT)
    with pytest.raises(Refused):
        flow.rate(one, by=of.member_official, stars=1, comment="改一下", at=AT, **CONDUCT)
    assert VisitRating.objects.get().stars == 5


def test_before_it_is_done_there_is_nothing_to_rate(of: Agencies) -> None:
    one = visit(of, of.town.firm, status=visits.SCHEDULED)
    with pytest.raises(Refused):
        flow.rate(one, by=of.enterprise_member, stars=5, at=AT, **CONDUCT)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"stars": 0}, "stars"), ({"stars": 6}, "stars"), ({"stars": 2}, "comment"), ({"was_civil": None}, "was_civil")],
)
def test_what_is_missing_is_asked_for(of: Agencies, given: dict, field: str) -> None:
    with pytest.raises(Refused) as said:
        flow.rate(done(of), by=of.enterprise_member, at=AT, **{"stars": 5, **CONDUCT, **given})
    assert said.value.field == field


def test_an_agency_is_told_an_average_from_three_ratings_on_and_no_single_one(of: Agencies) -> None:
    for n in range(3):
        one = done(of, n)
        flow.rate(one, by=of.enterprise_member, stars=5 - n, at=AT, **{**CONDUCT, "was_civil": n == 0})
        housing, fire = ratings.rated([of.housing, of.fire])
        assert housing.stars == (None if n < 2 else 4.0)
    assert dict(housing.conduct)["文明规范"] == 33
    assert (fire.count, fire.stars) == (0, None)
    for who, sees in (("inspector", 0), ("department_head", 0), ("police_head", 0), ("supervisor", 3), ("leader", 3)):
        assert VisitRating.objects.visible_to(getattr(of, who)).count() == sees


def test_a_figure_opens_the_ratings_it_counts_and_no_agency_is_told_them(of: Agencies, client: Client) -> None:
    rated = [done(of, n) for n in range(4)]
    for one in rated:
        flow.rate(one, by=of.enterprise_member, stars=4, at=AT, **CONDUCT)
    client.force_login(of.leader)
    period = period_of(f"{AT:%Y-%m}", AT.date())
    url = MEASURE["rating"].url(period, {"agency": of.housing.pk})
    inside = [one for one in rated if period.first <= one.day <= period.last]
    assert 0 < len(inside) < 4
    answer = client.get(url)
    assert [row.visit for row in answer.context["page"]] == inside[::-1]
    assert f"所选范围内 {len(inside)} 次评价" in answer.content.decode()
    assert not client.get(MEASURE["rating"].url(period, {"agency": of.fire.pk})).context["page"].object_list
    whole = client.get(reverse("rectification:ratings"))
    assert len(whole.context["page"]) == 4
    assert f'href="?agency={of.housing.pk}"' in whole.content.decode()
    client.force_login(of.inspector)
    answer = client.get(url)
    assert not answer.context["page"].object_list
    assert not answer.context["narrows"]


def test_the_event_tells_no_stars(of: Agencies) -> None:
    one = done(of)
    flow.rate(one, by=of.enterprise_member, stars=1, comment="差", at=AT, **CONDUCT)
    data = Event.objects.about(one).get(kind="joint_visit.rated").data
    assert "stars" not in data
    assert "差" not in str(data)


def test_the_way_to_a_complaint_is_filled_in_and_leaves_no_trace(of: Agencies, client: Client) -> None:
    one = check(of).part.visit
    client.force_login(of.enterprise_member)
    page = client.get(reverse("rectification:rate", args=[one.number])).content.decode()
    url = f"/confidential/new/?about=inspection&amp;accused={of.housing.department_id}"
    way = next(line for line in page.split('"') if line.startswith(reverse("confidential:new")))
    assert way.startswith(f"{reverse('confidential:new')}?about=inspection&amp;accused={of.housing.department_id}"), url
    events, reads = Event.objects.count(), Read.objects.count()
    form = client.get(way.replace("&amp;", "&")).context["form"]
    assert (form["about"].value(), str(form["accused"].value())) == ("inspection", str(of.housing.department_id))
    assert one.number in form["description"].value()
    kept = {name: form[name].value() for name in ("key", "about", "accused", "description", "contact_name")}
    said = kept | {"enterprise": one.enterprise_id, "contact_phone": "13800000000"}
    answer = client.post(way.replace("&amp;", "&"), said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["description"]), "no word of his own yet"
    assert (Event.objects.count(), Read.objects.count()) == (events, reads)


@pytest.mark.parametrize("asked", ["about=nonsense&accused=1", "about=inspection&accused=x", "accused=99999999999999"])
def test_nonsense_in_the_address_fills_in_nothing(of: Agencies, client: Client, asked: str) -> None:
    client.force_login(of.enterprise_member)
    answer = client.get(f"{reverse('confidential:new')}?{asked}&said=a")
    assert answer.status_code == 200
    assert answer.context["form"]["description"].value() is None
