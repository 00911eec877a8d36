"""The invented firms: the same for a seed, valid, different from one another, in the town's own places."""

from io import StringIO

import pytest
from django.core.management import call_command

from enterprises import demo
from enterprises.models import Enterprise, EnterpriseName, Industry, Member, Place, PlaceMember, Stewardship
from enterprises.uscc import validate_uscc
from tests.enterprises import factories
from tests.enterprises.factories import LONG_AGO

pytestmark = pytest.mark.django_db

FIELDS = ["uscc", "name", "legal_representative", "kind", "registered_capital", "established_on", "address", "status"]


@pytest.fixture
def tables(db):
    for command in ("load_places", "load_industries"):
        call_command(command, stdout=StringIO())
    return list(Place.objects.all()), list(Industry.objects.all())


def made(tables, n, seed, now):
    places, industries = tables
    firms = demo.make_enterprises(n, seed, places, industries, now)
    rows = [[getattr(firm, field) for field in FIELDS] + [firm.place_id, firm.industry_id] for firm in firms]
    former = list(EnterpriseName.objects.order_by("enterprise__uscc").values_list("enterprise__uscc", "name", "until"))
    EnterpriseName.objects.all().delete()
    Enterprise.objects.all().delete()
    return rows, former


def test_a_seed_gives_the_same_town_and_another_seed_another(tables, at):
    now = at("2026-11-23 15:20")
    first = made(tables, 200, 1, now)
    assert made(tables, 200, 1, now) == first
    assert made(tables, 200, 2, now) != first
    assert len(first[1]) == 7


def test_the_firms_are_valid_and_differ(tables, at):
    now = at("2026-11-23 15:20")
    firms = demo.make_enterprises(400, 1, *tables, now)
    for firm in firms:
        validate_uscc(firm.uscc)
        firm.full_clean(exclude=["place", "industry"])
        assert firm.established_on <= now.date()
    assert len({firm.name for firm in firms}) == len({firm.uscc for firm in firms}) == 400
    assert Enterprise.objects.count() == 400
    assert {firm.uscc[:2] for firm in firms} == {"91", "92", "93"}
    assert all(firm.phone.startswith("0512-0000 ") for firm in firms)
    in_industry = Enterprise.objects.filter(industry__section="C").count()
    assert 150 < in_industry < 300  # a town of makers
    assert {firm.place.level for firm in firms} == {3, 4}


def test_the_leading_firms_are_the_same_for_every_seed(tables, at):
    now = at("2026-11-23 15:20")
    for seed in (1, 2):
        rows, _former = made(tables, 3, seed, now)
        marks = [next(mark for mark in ("乌有精密", "亡是化纤", "子虚生物") if mark in row[1]) for row in rows]
        assert marks == ["乌有精密", "亡是化纤", "子虚生物"]
        assert all(row[-3] == "active" for row in rows)


def test_names_suffice_for_a_large_town():
    from itertools import islice
    from random import Random

    drawn = list(islice(demo._names(Random("names")), 20_000))
    assert len(set(drawn)) == 20_000


def test_people_and_stewards_are_spread_over_the_firms(tables, at):
    firms = demo.make_enterprises(40, 1, *tables, at("2026-11-23 15:20"))
    users = [factories.person(f"m{n}") for n in range(12)]
    stewards, assistants = [factories.person("s1"), factories.person("s2")], [factories.person("a")]
    demo.make_members(firms, users, since=LONG_AGO)
    demo.make_stewardships(firms[:20], stewards, assistants, since=LONG_AGO)
    demo.make_grid_members(tables[0], [factories.person("g")], since=LONG_AGO)
    assert Member.objects.filter(is_primary=True).count() == 12
    assert Member.objects.filter(user=users[0]).count() == 4
    assert Stewardship.objects.filter(kind="steward").count() == 20
    assert Stewardship.objects.filter(kind="project_assistant").count() == 3
    assert PlaceMember.objects.count() == 31
    assert firms[0].first_contact() == stewards[0]


def test_few_firms_and_no_people_are_a_town_too(tables, at):
    firms = demo.make_enterprises(1, 1, *tables, at("2026-11-23 15:20"))
    assert len(firms) == 1
    assert demo.make_members(firms, [], since=LONG_AGO) == []
    assert demo.make_stewardships(firms, [], since=LONG_AGO) == []
