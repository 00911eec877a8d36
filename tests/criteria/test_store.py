"""What is stored of all firms' outcomes: sparse, with what would have to change, and only differences written."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from enterprises.attributes.values import Put, of_firm, put, put_many
from enterprises.criteria import almost_all, flow, programmes
from enterprises.criteria.store import Written, refresh, refresh_due
from enterprises.criteria.uses import Use, _askers, register
from enterprises.models import Criterion, Outcome
from portal.people.actors import CLOCK
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.enterprises import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)
DAY = date(2026, 6, 30)
STAFF = {"compare": ["headcount", ">=", 20]}
YEAR = {"date": ["established_on", "<=", "today"], "after": {"years": 1}}


@pytest.fixture
def firms(db):
    """Five firms with 10, 20, 30 people, one with none known, one of which nothing is known."""
    factories.town()
    made = [factories.firm(number) for number in range(1, 6)]
    puts = [Put(firm.pk, "headcount", Decimal(10 * n), "人社", DAY) for n, firm in enumerate(made[:3], 1)]
    put_many([*puts, Put(made[3].pk, "high_tech", True, "科技", DAY)])
    return made


def officer():
    return factories.person("policy_officer", "policy_officer")


def rows(criterion):
    stored = Outcome.objects.filter(criterion=criterion).order_by("enterprise_id")
    return list(stored.values_list("enterprise_id", "outcome", "slot", "target", "flips_on"))


def test_yes_almost_and_unknown_are_stored_and_no_is_not(firms):
    criterion = flow.define("staff", "二十人以上", STAFF, by=officer(), at=NOW)
    a, b, c, d, e = (firm.pk for firm in firms)
    assert rows(criterion) == [
        (a, 2, 30, 20, None),
        (b, 1, None, None, None),
        (c, 1, None, None, None),
        (d, 3, None, None, None),
        (e, 3, None, None, None),
    ]
    without = flow.define("plain", "二十人", STAFF, by=CLOCK, keeps_almost=False, at=NOW)
    assert [row[0] for row in rows(without)] == [b, c, d, e]


def test_only_differences_are_written(firms):
    criterion = flow.define("staff", "二十人以上", STAFF, by=CLOCK, at=NOW)
    assert refresh([criterion], at=NOW) == Written()
    before = dict(zip(*places_of(criterion), strict=True))
    put(firms[0], "headcount", Decimal(25), "人社", DAY)
    put(firms[1], "headcount", Decimal(5), "人社", DAY)
    put(firms[3], "headcount", Decimal(99), "人社", DAY)
    assert refresh([criterion], at=NOW) == Written(0, 3, 0)
    after = dict(zip(*places_of(criterion), strict=True))
    assert {firm for firm in after if after[firm] == before[firm]} == {firms[2].pk, firms[4].pk}
    put(firms[0], "headcount", None, "人社", DAY)
    assert [row[1] for row in rows(criterion)] == [1, 2, 1, 1, 3]
    refresh([criterion], at=NOW)
    assert [row[1] for row in rows(criterion)] == [3, 2, 1, 1, 3]


def places_of(criterion):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enterprise_id, ctid::text FROM enterprises_outcome WHERE criterion_id = %s", [criterion.pk]
        )
        return zip(*cursor.fetchall(), strict=True)


def test_a_row_goes_when_it_becomes_a_plain_no(firms):
    others = [firm.pk for firm in firms if firm != firms[3]]
    put_many(Put(firm, "high_tech", False, "科技", DAY) for firm in others)
    criterion = flow.define("known", "已认定", {"holds": "high_tech"}, by=CLOCK, keeps_almost=False, at=NOW)
    assert [row[0] for row in rows(criterion)] == [firms[3].pk]
    put(firms[3], "high_tech", False, "科技", DAY)
    assert refresh([criterion], at=NOW) == Written(removed=1)
    assert rows(criterion) == []


def test_time_alone_turns_a_no_into_a_yes_on_its_day(firms):
    put(firms[0], "established_on", date(2025, 11, 23), "市场监管", DAY)
    put(firms[1], "established_on", date(2024, 2, 29), "市场监管", DAY)
    criterion = flow.define("year", "满一年", YEAR, by=CLOCK, at=NOW)
    waiting = date(2026, 11, 23)
    assert rows(criterion)[0] == (firms[0].pk, 2, 0, waiting.toordinal(), waiting)
    criterion.refresh_from_db()
    assert criterion.flips_on == waiting
    assert refresh_due(at=NOW) == Written()
    assert refresh_due(at=datetime(2026, 11, 23, 0, 1, tzinfo=SHANGHAI)).changed == 1
    assert rows(criterion)[0][1] == Outcome.Is.YES
    criterion.refresh_from_db()
    assert criterion.flips_on is None


def test_a_plain_no_may_flip_to_unknown_by_time(firms):
    """No row of it is stored, so its day is the criterion's."""
    put(firms[0], "established_on", date(2026, 1, 15), "市场监管", DAY)
    tree = {"all": [YEAR, {"holds": "own_technology"}]}
    criterion = flow.define("both", "两者", tree, by=CLOCK, keeps_almost=False, at=NOW)
    assert firms[0].pk not in [row[0] for row in rows(criterion)]
    criterion.refresh_from_db()
    assert criterion.flips_on == date(2027, 1, 15)
    assert refresh_due(at=datetime(2027, 1, 15, 6, tzinfo=SHANGHAI)).added == 1


def test_a_level_that_no_firm_has_can_be_what_is_needed(firms):
    tree = {"in": ["research_institute", ["national"]]}
    criterion = flow.define("level", "国家级", tree, by=CLOCK, at=NOW)
    put(firms[0], "research_institute", "national", "科技", DAY)
    assert refresh([criterion], at=NOW).changed == 1


def test_a_version_follows_and_the_outcomes_with_it(firms):
    by = officer()
    criterion = flow.define("staff", "二十人以上", STAFF, by=by, at=NOW)
    criterion = flow.revise(criterion, {"compare": ["headcount", ">=", 10]}, by=by, seen=1, note="放宽", at=NOW)
    assert (criterion.current.number, criterion.versions.count()) == (2, 2)
    assert [row[1] for row in rows(criterion)] == [1, 1, 1, 3, 3]
    kinds = list(Event.objects.about(criterion).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["criterion.defined", "criterion.revised"]


def test_what_is_refused(firms):
    by = officer()
    criterion = flow.define("staff", "二十人以上", STAFF, by=by, at=NOW)
    for act, said in [
        (lambda: flow.define("staff", "又一个", STAFF, by=by, at=NOW), "已有编号"),
        (lambda: flow.define("other", " ", STAFF, by=by, at=NOW), "请填写名称"),
        (lambda: flow.define("other", "其他", {"compare": ["moon", ">", 1]}, by=by, at=NOW), "没有“moon”这个指标"),
        (lambda: flow.revise(criterion, STAFF, by=by, at=NOW), "内容没有变化"),
        (lambda: flow.revise(criterion, YEAR, by=by, seen=0, at=NOW), "已被他人修改"),
        (lambda: flow.revise(criterion, YEAR, by=factories.person("handler", "handler"), at=NOW), "您不能编写条件"),
    ]:
        with pytest.raises(Refused, match=said):
            act()
    assert criterion.versions.count() == 1


def test_what_is_used_stays(firms):
    by = officer()
    criterion = flow.define("staff", "二十人以上", STAFF, by=by, at=NOW)
    asker = register(lambda one: [Use("标签“规模企业”")] if one.pk == criterion.pk else [])
    try:
        with pytest.raises(Refused, match="规模企业"):
            flow.retire(criterion, by=by, at=NOW)
    finally:
        _askers.remove(asker)
    flow.retire(criterion, by=by, at=NOW)
    assert rows(criterion) == []
    assert refresh([criterion], at=NOW) == Written()
    assert not Criterion.objects.standing().exists()


def test_the_five_programmes_are_loaded_once(firms):
    assert len(programmes.load()) == 5
    assert programmes.load() == []


def test_what_is_stored_is_what_one_firm_is_told(firms):
    """For every firm the row says what the evaluator for one says of the same values."""
    from enterprises.criteria.one import outcome
    from enterprises.criteria.reading import parse

    for criterion in programmes.load():
        stored = dict(Outcome.objects.filter(criterion=criterion).values_list("enterprise_id", "outcome"))
        for firm in firms:
            alone = outcome(parse(criterion.current.tree), of_firm(firm), date.today())
            assert {1: True, 3: None}.get(stored.get(firm.pk), False) is alone


def test_many_firms_are_judged_in_parts_and_come_to_the_same(firms, monkeypatch):
    made = flow.define("staff", "三十五人以上", {"compare": ["headcount", ">=", 35]}, by=CLOCK, at=NOW)
    whole = rows(made)
    assert len([row for row in whole if row[2]]) == 3
    Outcome.objects.filter(criterion=made).delete()
    monkeypatch.setattr(almost_all, "AT_ONCE", 2)
    refresh([made], at=NOW)
    assert rows(made) == whole
