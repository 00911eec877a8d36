"""Finding a firm by what a person remembers of it, and a caller by his number (APP-1)."""

import pytest

from enterprises import phones
from enterprises.callers import find_caller
from enterprises.models import Enterprise, EnterpriseName
from portal.worktime import clock
from tests.enterprises import factories

pytestmark = pytest.mark.django_db


def found(query):
    return set(Enterprise.objects.search(query))


@pytest.fixture
def firms():
    place = factories.place("T")
    return {
        "textile": factories.firm(
            1, place, name="太仓亡是化纤纺织有限公司", short_name="亡是化纤", legal_representative="白星野",
            phone="0512-0000 1234",
        ),
        "machine": factories.firm(
            2, place, name="苏州乌有精密机械（太仓）有限公司", short_name="乌有精密", legal_representative="周南",
            phone="0512-0000 5678转801",
        ),
        "trade": factories.firm(3, place, name="WUYOU Trading (Taicang) Co., Ltd.", short_name="", phone=""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("纺织", {"textile"}),
        ("亡是化纤纺织", {"textile"}),
        ("化", {"textile"}),
        ("太仓", {"textile", "machine"}),
        ("太仓 精密", {"machine"}),
        ("精密 纺织", set()),
        ("乌有（太仓", set()),
        ("机械（太仓）", {"machine"}),
        ("机械(太仓)", {"machine"}),
        ("wuyou trad", {"trade"}),
        ("ＷＵＹＯＵ", {"trade", "machine"}),  # so it sounds, too
        ("周南", {"machine"}),
        ("白星", {"textile"}),
        ("密乌", set()),  # both characters occur, but not side by side
        ("野太", set()),  # the end of one field and the beginning of another are no neighbours
        ("", {"textile", "machine", "trade"}),
        ("   ", {"textile", "machine", "trade"}),
    ],
)
def test_words_find_firms(firms, query, names):
    assert found(query) == {firms[name] for name in names}


def test_a_code_is_found_by_its_head_in_any_writing(firms):
    code = firms["machine"].uscc
    for query in (code, code.lower(), f"{code[:8]} {code[8:]}", code[:17]):
        assert found(query) == {firms["machine"]}
    assert found("9132058") == set(firms.values())
    assert found(code[3:]) == set()


def test_a_former_name_still_finds_the_firm(firms):
    EnterpriseName.objects.create(enterprise=firms["textile"], name="太仓子虚织造厂", until="2020-05-01")
    assert found("子虚织造") == {firms["textile"]}


def test_a_number_finds_the_firm_and_the_firms_of_the_person(firms):
    user = factories.person("zhou", mobile="13800001234")
    factories.member(firms["trade"], user)
    factories.member(firms["machine"], user, until=clock.now())
    assert found("0512-0000 1234") == found("00001234") == found("0512 00001234") == {firms["textile"]}
    assert found("138 0000 1234") == {firms["trade"]}


@pytest.mark.parametrize(
    "query",
    [
        *("%", "_", "\\", "'", '"', "%%", "a'; drop table enterprises_enterprise; --", "{乌有}", "\0", "乌\0有精密"),
        *("$1", "(" * 200, "乌" * 5000, " ".join(["乌有"] * 500), "\u202e纺织", "\ud800", "🈳", "NULL", "-", "+"),
        *("+86", "0" * 60, "1" * 18, "ſ", "İ"),
    ],
)  # fmt: skip
def test_hostile_words_do_no_harm(firms, query):
    assert found(query) <= set(firms.values())
    assert Enterprise.objects.count() == 3


def test_wildcards_are_ordinary_characters(firms):
    assert found("%") == found("_") == found("化%织") == set()


def test_the_index_serves_words_of_two_characters(firms):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_indexscan = off")
    assert "enterprises_bigrams" in Enterprise.objects.search("纺织").explain()


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("138 0000 0021", "13800000021"),
        ("+86 138-0000-0021", "13800000021"),
        ("008613800000021", "13800000021"),
        ("8613800000021", "13800000021"),
        ("0512-0000 2210", "00002210"),
        ("(0512)00002210", "00002210"),
        ("+86 512 0000 2210", "00002210"),
        ("00002210", "00002210"),
        ("0512-00002210转801", "00002210"),
        ("021-0000 2210", "02100002210"),
        ("１３８００００００２１", "13800000021"),
        ("", ""),
        ("没有电话", ""),
    ],
)
def test_a_number_has_one_plain_form(written, plain):
    assert phones.digits(written) == plain


@pytest.mark.parametrize("typed", ["13800000021", "138 0000 0021", "+86 138 0000 0021", "１３８ ００００ ００２１"])
def test_a_caller_is_found_however_the_number_is_written(firms, typed):
    user = factories.person("zhou", mobile="13800000021")
    factories.member(firms["machine"], user, title="厂长", is_primary=True)
    factories.member(firms["textile"], user)
    first, second = find_caller(typed)
    assert (first.enterprise, first.person, first.title, first.is_primary) == (firms["machine"], user, "厂长", True)
    assert (second.enterprise, second.person) == (firms["textile"], user)


def test_a_firms_own_line_names_no_person(firms):
    (caller,) = find_caller("00005678")
    assert (caller.enterprise, caller.person) == (firms["machine"], None)


def test_who_left_the_firm_does_not_call_for_it(firms):
    user = factories.person("zhou", mobile="13800000021")
    factories.member(firms["machine"], user, until=clock.now())
    assert find_caller("13800000021") == []
    assert [c.enterprise for c in find_caller("13800000021", at=factories.LONG_AGO)] == [firms["machine"]]


@pytest.mark.parametrize("number", ["", "12", "1234", "%", "abc", "\0"])
def test_too_little_of_a_number_finds_nobody(firms, number):
    assert find_caller(number) == []


def test_finding_a_caller_takes_two_queries(firms, django_assert_num_queries):
    for n in range(3):
        factories.member(firms["machine"], factories.person(f"p{n}", phone="0512-0000 5678"))
    with django_assert_num_queries(2):
        callers = find_caller("0512-00005678")
        assert [c.person.name for c in callers if c.enterprise.name] == ["某p0", "某p1", "某p2"]
