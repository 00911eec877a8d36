"""A check that joins a visit which stands: only where every rule allows it, and all concerned learn of it (INS-4)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from inspections.models import Need, VisitPart
from inspections.planning import joining
from inspections.visits import flow as visits_flow
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.inspections.factories import DAY, need, visit
from tests.inspections.planning.world import AT, second_team
from tests.inspections.visits.walks import FIRM, whom


@pytest.fixture
def stands(of):
    """Housing's visit on Monday."""
    return visit(of, of.town.firm)


def of_fire(of, **fields):
    return need(of, of.town.firm, of.fire, kind="statutory", **fields)


def people(one, agency):
    return set(one.parts.get(agency=agency).inspectors.values_list("pk", flat=True))


def test_joined_there_is_one_visit_and_all_concerned_are_told(of, stands):
    wish = of_fire(of)
    assert [(offer.visit, offer.sentences) for offer in joining.offers(wish, AT)] == [(stands, [])]
    joined = joining.join(wish, stands, by=of.fire_inspector, at=AT)
    assert (joined.status, joined.visit, joined.plan) == ("planned", stands, stands.plan)
    assert people(stands, of.fire) == set(of.team(of.fire).members.values_list("pk", flat=True))
    assert Need.objects.filter(visit=stands).count() == 2
    (told,) = whom(stands, "joint_visit.joined")
    goers = {one.user.username for part in stands.parts.all() for one in part.inspectors.all()}
    assert told == FIRM | goers - {"fire_inspector"}


def test_who_was_named_by_hand_still_goes(of, stands):
    other = second_team(of, of.housing)
    visits_flow.name_people(stands, by=of.department_head, people=list(other.members.all()), at=AT)
    joining.join(of_fire(of), stands, by=of.fire_inspector, at=AT)
    assert people(stands, of.housing) == set(other.members.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "fields", [{"first": DAY + timedelta(days=1)}, {"unannounced": True}, {"status": "dropped", "ended_at": AT}]
)
def test_no_visit_is_offered_that_it_could_never_join(of, stands, fields):
    wish = of_fire(of, **fields)
    assert joining.offers(wish, AT) == []
    with pytest.raises(Refused):
        joining.join(wish, stands, by=of.fire_inspector, at=AT)


def test_nobody_learns_so_of_an_unannounced_visit(of):
    visit(of, of.town.firm, told_at=None, unannounced=True)
    assert joining.offers(of_fire(of), AT) == []


def test_a_team_that_is_taken_that_day_goes_nowhere_else(of, stands):
    visit(of, of.town.foreign_firm, [need(of, of.town.foreign_firm, of.fire, kind="statutory", parts=4)])
    wish = of_fire(of)
    (offer,) = joining.offers(wish, AT)
    assert offer.sentences
    with pytest.raises(Refused):
        joining.join(wish, stands, by=of.fire_inspector, at=AT)
    assert not VisitPart.objects.filter(visit=stands, agency=of.fire).exists()


def test_only_the_agency_itself_joins(of, stands):
    with pytest.raises(Refused, match="不由您办理"):
        joining.join(of_fire(of), stands, by=of.inspector, at=AT)


def test_the_button_stands_on_the_needs_page_and_opens_the_visits_to_join(of, client):
    day = local_day(clock.now()) + timedelta(days=1)
    visit(of, of.town.firm, day=day)
    wish = of_fire(of, first=day, last=day + timedelta(days=10))
    client.force_login(of.fire_inspector)
    url = reverse("needs:join", args=[wish.number])
    assert url in client.get(wish.get_absolute_url()).content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"visit": "JC-none"}).status_code == 404
