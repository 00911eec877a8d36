"""ORG-3: the tree of places; the shipped tables load whole, and again without effect."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import translation

from enterprises.models import Enterprise, Industry, Place
from enterprises.models.places import industry_name
from tests.enterprises import factories

pytestmark = pytest.mark.django_db


def load(command, **options):
    call_command(command, stdout=StringIO(), **options)


def test_below_is_the_place_and_all_under_it():
    places = factories.town()
    below = Place.objects.below
    assert set(below(places["A"])) == {places["A"], places["A1"], places["A1Z"]}
    assert set(below(places["T"])) == set(places.values())
    assert set(below(places["A1Z"])) == {places["A1Z"]}


def test_a_code_that_begins_like_another_is_not_under_it():
    town = factories.place("T")
    one, ten = factories.place("1", town), factories.place("10", town)
    assert set(Place.objects.below(one)) == {one}
    assert set(Place.objects.below(ten)) == {ten}


def test_the_lineage_begins_with_the_district():
    places = factories.town()
    assert list(places["A1Z"].lineage()) == [places["A"], places["A1"], places["A1Z"]]
    assert list(places["T"].lineage()) == []


def test_only_the_town_has_no_parent():
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(code="X", name="无根村", level=3)


def test_the_fifth_level_is_the_firm_and_no_place():
    places = factories.town()
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(code="X", name="第五级", level=5, parent=places["A1Z"])


def test_the_shipped_town_has_28_villages_in_three_districts_and_19_carriers():
    load("load_places")
    counts = [Place.objects.filter(level=level).count() for level in (1, 2, 3, 4)]
    assert counts == [1, 3, 28, 19]
    assert Place.objects.below(Place.objects.get(level=1)).count() == 51
    village = Place.objects.get(code="320585101219")
    assert (village.name, village.parent.name, village.parent.parent.name) == ("香塘村", "归庄片区", "沙溪镇")
    assert village.path == f"320585101/{village.parent.code}/320585101219/"


def test_places_load_again_without_effect():
    load("load_places")
    before = list(Place.objects.values())
    load("load_places")
    assert list(Place.objects.values()) == before


def test_a_renamed_place_keeps_its_firms(tmp_path):
    load("load_places")
    carrier = Place.objects.filter(level=4).first()
    firm = factories.firm(1, carrier)
    Place.objects.filter(pk=carrier.pk).update(name="旧名", path="旧/" + carrier.path)
    load("load_places")
    assert Enterprise.objects.get(pk=firm.pk).place.name == carrier.name
    assert Place.objects.get(pk=carrier.pk).path == carrier.path


def test_a_place_whose_parent_is_missing_stops_the_loading(tmp_path):
    file = tmp_path / "places.csv"
    file.write_text("code,parent,name\nT,,镇\nX,nowhere,飞地\n", encoding="utf-8")
    with pytest.raises(CommandError, match="X"):
        load("load_places", file=file)
    assert not Place.objects.exists()


def test_the_shipped_industries_are_the_whole_standard():
    load("load_industries")
    counts = [Industry.objects.filter(level=level).count() for level in (1, 2, 3, 4)]
    assert counts == [20, 97, 473, 1380]
    machining = Industry.objects.get(code="3484")
    assert (machining.name, machining.full_code) == ("机械零部件加工", "C3484")
    lineage = [machining.parent.code, machining.parent.parent.code, machining.parent.parent.parent.code]
    assert lineage == ["348", "34", "C"]


def test_industries_load_again_without_effect():
    load("load_industries")
    before = list(Industry.objects.values())
    load("load_industries")
    assert list(Industry.objects.values()) == before


def test_loading_takes_few_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        load("load_industries")


def test_sections_have_english_names_and_what_lies_below_keeps_its_own():
    with translation.override("en"):
        assert (industry_name("C", "制造业"), industry_name("34", "通用设备")) == ("Manufacturing", "通用设备")
    with translation.override("zh-hans"):
        assert industry_name("C", "制造业") == "制造业"


def test_firms_by_industry_at_every_level():
    section = factories.industry("C")
    division = factories.industry("34", parent=section)
    group = factories.industry("348", parent=division)
    cls = factories.industry("3484", parent=group)
    other = factories.industry("35", parent=section)
    place = factories.place("T")
    inside, beside = factories.firm(1, place, industry=cls), factories.firm(2, place, industry=other)
    factories.firm(3, place)
    found = Enterprise.objects.in_industry
    assert set(found(section)) == {inside, beside}
    assert set(found(division)) == set(found(group)) == set(found(cls)) == {inside}


def test_firms_by_place_are_those_below_it():
    places = factories.town()
    firms = {code: factories.firm(n, place) for n, (code, place) in enumerate(places.items(), 1)}
    assert set(Enterprise.objects.in_place(places["A"])) == {firms["A"], firms["A1"], firms["A1Z"]}
