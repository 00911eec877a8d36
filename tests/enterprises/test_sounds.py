"""Finding a firm by how its name sounds: whole, by initials, mixed; with the readings that characters have."""

import pytest
from django.db import connection

from enterprises import sounds
from enterprises.models import Enterprise
from enterprises.sounds import has_sound, pairs_asked, pairs_of, sound_of
from tests.enterprises import factories, importing

SOUNDS = pytest.mark.parametrize(
    ("name", "typed", "fits"),
    [
        ("乌有精密机械", "wyjmjx", True),
        ("乌有精密机械", "wuyoujingmijixie", True),
        ("乌有精密机械", "wuyoujm", True),
        ("乌有精密机械", "jmji", True),  # from the middle, and stopping in a syllable
        ("乌有精密机械", "yj", True),
        ("乌有精密机械", "uyou", False),  # a word begins with a syllable
        ("乌有精密机械", "wj", False),  # no syllable is left out
        ("重庆江山", "chongqing", True),  # by the words around
        ("重庆江山", "cqjs", True),
        ("重庆江山", "zqjs", True),  # the reading one might take it for
        ("重型机械", "zhongxing", True),
        ("长城银行", "changchengyinhang", True),
        ("长城银行", "ccyh", True),
        ("长亭", "zt", True),
        ("单长乐", "shanchangle", True),
        ("单长乐", "dzy", True),
        ("曾乐山", "zengleshan", True),
        ("绿洲", "lvzhou", True),
        ("ABC科技", "abckj", True),
        ("3D打印", "3ddayin", False),  # begins with a digit: not asked by its sound
        ("（沙溪）云梦", "sxym", True),
    ],
)


def matches(sound, typed):
    """As the database decides: the index first, then the expression."""
    if not has_sound(typed):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text ~ %s", [sound, sounds.pattern(typed)])
        said = cursor.fetchone()[0]
    assert not said or set(pairs_asked(typed)) <= set(pairs_of(sound)), "the index would lose it"
    return said


@pytest.mark.django_db
@SOUNDS
def test_a_name_is_found_by_its_sound(name, typed, fits):
    assert matches(sound_of([name]), typed) == fits


def test_forms_of_firms_have_no_sound_and_nothing_is_not_unknown():
    assert sound_of(["乌有有限公司"]) == sound_of(["乌有股份有限公司"]) == "|wu|you"
    assert sound_of([""]) == sound_of(["（）"]) == "|"
    assert pairs_of("|") == []


def test_readings_stay_few():
    assert len(sound_of(["重长行乐单曾仇查"]).split("\n")) == sounds.VARIANTS


def found(query):
    return list(Enterprise.objects.search(query).best_first(query))


@pytest.fixture
def firms(db):
    place = factories.place("T")
    return [
        factories.firm(1, place, name="太仓渺渺无有机械有限公司", short_name="渺渺机械"),
        factories.firm(2, place, name="苏州乌有精密机械有限公司", short_name="乌有精密", legal_representative="单长乐"),
        factories.firm(3, place, name="乌有精密模具厂", short_name="乌有模具"),
        factories.firm(4, place, name="江苏五有五金有限公司", short_name="五有五金"),
    ]


def test_what_begins_so_comes_first(firms):
    assert found("乌有精密") == [firms[1], firms[2]]  # called just so, then beginning so
    assert set(found("wuyou")[:3]) == set(firms[1:])  # a name begins so
    assert found("wuyou")[3] == firms[0]
    assert found("shancl") == [firms[1]]
    assert found("wyjm moju") == [firms[2]]
    assert found(firms[3].uscc) == [firms[3]]


def test_a_place_finds_its_firms_last(db):
    town = factories.place("T")
    village = factories.place("V", parent=town, name="云梦村")
    inside = factories.firm(1, village, name="甲公司")
    named = factories.firm(2, town, name="云梦家居")
    assert found("云梦") == [named, inside]
    assert set(Enterprise.objects.search("云梦", broad=False)) == {named}
    assert found(town.name) == []  # everything lies in the town


def test_a_new_name_has_its_sound_however_it_was_written(firms):
    firm = firms[0]
    firm.name = "太仓扶桑纺织有限公司"
    firm.save(update_fields=["name"])
    assert found("fsfz") == [firm]
    Enterprise.objects.filter(pk=firm.pk).update(name="太仓若木纺织有限公司", short_name="若木")
    assert found("fsfz") == []
    assert found("rmfz") == []  # nobody has asked how it sounds yet
    assert sounds.fill() == 1
    assert found("rmfz") == [firm]
    assert sounds.fill() == 0


def test_an_import_brings_sounds_and_its_undoing_the_former_ones(firms, settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": storage}
    officer = factories.person("officer", "data_officer")
    place = firms[0].place
    batch = importing.applied(
        officer,
        importing.line(1, "太仓蓬莱轴承有限公司", place=place.code),
        importing.line(9, "蓬莱阀门", place=place.code),
    )
    assert {firm.name for firm in found("plzc")} == {"太仓蓬莱轴承有限公司"}
    assert {firm.name for firm in found("plfm")} == {"蓬莱阀门"}
    importing.undone(batch, officer)
    assert found("plzc") == []
    assert found("mmwy") == [firms[0]]


def test_a_change_of_something_else_keeps_the_sound(firms):
    Enterprise.objects.filter(pk=firms[1].pk).update(phone="0512-0000 0009", name=firms[1].name)
    assert sounds.fill() == 0


MANY = """INSERT INTO enterprises_enterprise
    (uscc, name, short_name, legal_representative, kind, address, place_id, status, phone, sound, sound_pairs)
SELECT '91320585MB' || lpad(g::text, 8, '0'), '太仓' || g || '号', '', '', 'limited', '', %s, 'active', '',
    '|tai|cang', ARRAY['Ta', 'Tc', 'Ca', 'ta', 'ai', 'ic', 'tc', 'ca', 'an', 'ng'] FROM generate_series(1, 6000) g"""


def test_the_sound_is_found_by_its_index(firms):
    with connection.cursor() as cursor:
        cursor.execute(MANY, [firms[0].place_id])
        cursor.execute("ANALYZE enterprises_enterprise")
        for way in ("enable_seqscan", "enable_indexscan"):  # the firms of a test are too few to be worth an index
            cursor.execute(f"SET LOCAL {way} = off")
    plan = Enterprise.objects.search("wyjm").explain()
    assert "enterprises_sound_pairs" in plan
    assert "Bitmap Index Scan on enterprises_bigrams" in Enterprise.objects.search("乌有").explain()
    assert found("wyjm moju") == [firms[2]]


@pytest.mark.parametrize("query", ["w" * 40, "a" * 200, "w.*y", "w|y", "\\w", "wy(", "ｗｙ", "w\0y", "%%", "__"])
def test_hostile_words_find_nothing_more(firms, query):
    assert set(found(query)) <= set(firms)
    if query in ("w.*y", "w|y", "\\w", "wy(", "%%", "__"):
        assert found(query) == []
