"""What changed is computed within a minute, by however many workers, and what hangs on it follows (ENT-4, ENT-5)."""

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from enterprises.attributes import computing, stale
from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.values import of_firm, put
from enterprises.criteria import flow, store
from enterprises.criteria.store import refresh, refresh_firms
from enterprises.demo import valid_uscc
from enterprises.models import Criterion, Enterprise, Fact, FirmOrigins, FirmValues, Outcome, StaleFirm
from portal.people.actors import CLOCK
from tests.enterprises import factories, importing
from tests.facts.factories import fact, resources

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)
STAFF = {"compare": ["headcount", ">=", 20]}


@pytest.fixture
def known(db):
    factories.town()
    return resources()


@pytest.fixture
def firms(known):
    return [factories.firm(number) for number in range(1, 4)]


def employed(firm, known, count, first=date(2026, 7, 1)):
    by = factories.person(f"officer-{firm.pk}-{count}")
    return fact(firm, known["employment"], by=by, at=NOW, period=first, headcount=count)


def headcount(firm):
    held = of_firm(firm).get("headcount")
    return held and held.value


def outcomes(criterion):
    return dict(Outcome.objects.filter(criterion=criterion).values_list("enterprise_id", "outcome"))


def test_a_marked_firm_is_computed_and_its_outcomes_follow(firms, known):
    criterion = flow.define("staff", "二十人以上", STAFF, by=CLOCK, at=NOW)
    stale.carry_on(at=NOW)
    assert set(outcomes(criterion).values()) == {Outcome.Is.UNKNOWN}
    employed(firms[0], known, 30)
    employed(firms[1], known, 19)
    employed(firms[2], known, 50)
    stale.mark([firms[0].pk, firms[1].pk])
    assert StaleFirm.objects.count() == 2
    assert stale.carry_on(at=NOW) == 2
    assert not StaleFirm.objects.exists()
    assert [headcount(firm) for firm in firms] == [30, 19, None]
    assert outcomes(criterion) == {firms[0].pk: 1, firms[1].pk: 2, firms[2].pk: 3}
    assert stale.carry_on(at=NOW) == 0


def test_all_are_computed_once_a_day_and_when_a_register_comes_for_the_first_time(firms, known):
    assert stale.carry_on(at=NOW) == 3
    assert stale.carry_on(at=NOW + timedelta(hours=14)) == 0
    assert stale.carry_on(at=NOW + timedelta(hours=15)) == 3  # midnight
    fact(
        firms[0],
        known["patents"],
        by=factories.person("ip"),
        at=NOW,
        item="ZL1",
        kind="invention",
        granted_on=date(2026, 1, 1),
    )
    assert stale.carry_on(at=NOW + timedelta(hours=15)) == 3
    assert of_firm(firms[2])["invention_patents"].value == 0
    employed(firms[0], known, 30)  # no register: nothing changes for the others
    assert stale.carry_on(at=NOW + timedelta(hours=15)) == 0


def test_a_mark_says_since_when(firms):
    stale.mark([firms[0].pk])
    first = StaleFirm.objects.get().since
    stale.mark([firms[0].pk, firms[0].pk])
    assert StaleFirm.objects.get().since == first
    stale.mark()
    assert StaleFirm.objects.count() == 3


def test_a_worker_that_is_killed_loses_nothing(firms, known, monkeypatch):
    stale.carry_on(at=NOW)
    employed(firms[0], known, 30)
    stale.mark([firms[0].pk])

    def killed(*_arguments, **_named):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(store, "refresh_firms", killed)
        with pytest.raises(SystemExit):
            stale.carry_on(at=NOW)
    assert StaleFirm.objects.count() == 1
    assert headcount(firms[0]) is None
    assert stale.carry_on(at=NOW) == 1
    assert headcount(firms[0]) == 30


def test_for_one_firm_as_many_statements_as_for_three(firms, known, django_assert_max_num_queries):
    for number in range(4):
        flow.define(f"staff-{number}", f"条件{number}", {"compare": ["headcount", ">=", 10 * number]}, by=CLOCK, at=NOW)
    stale.carry_on(at=NOW)
    for count in (1, 3):
        for firm in firms[:count]:
            employed(firm, known, 10 * count, date(2026, 4, 1) if count == 1 else date(2026, 7, 1))
        stale.mark([firm.pk for firm in firms[:count]])
        with django_assert_max_num_queries(35):
            assert stale.compute_marked(at=NOW) == count


def test_what_is_refreshed_for_some_is_what_would_be_for_all(firms, known):
    """Difference by difference: added, changed and gone, with what would have to change and when it flips."""
    age = {"date": ["established_on", "<=", "today"], "after": {"years": 1}}
    trees = [STAFF, {"all": [STAFF, age]}, {"any": [{"holds": "high_tech"}, {"compare": ["headcount", "<", 30]}]}]
    criteria = [flow.define(f"c{n}", f"条件{n}", tree, by=CLOCK, at=NOW) for n, tree in enumerate(trees)]
    fields = ("criterion_id", "enterprise_id", "outcome", "flips_on", "slot", "target")
    rounds = [(10, date(2026, 1, 5), None), (25, date(2020, 1, 5), True), (40, date(2026, 8, 5), False)]
    for count, established, high_tech in rounds:
        put(firms[0], "headcount", Decimal(count), "人社", date(2026, 6, 30))
        put(firms[0], "established_on", established, "市场监管", date(2026, 6, 30))
        put(firms[0], "high_tech", high_tech, "科技", date(2026, 6, 30))
        refresh_firms([firms[0].pk], at=NOW)
        some = list(Outcome.objects.order_by("criterion_id", "enterprise_id").values_list(*fields))
        days = dict(Criterion.objects.values_list("pk", "flips_on"))
        refresh(criteria, at=NOW)
        assert list(Outcome.objects.order_by("criterion_id", "enterprise_id").values_list(*fields)) == some
        for pk, day in Criterion.objects.values_list("pk", "flips_on"):
            assert day is None or (days[pk] is not None and days[pk] <= day)
    assert refresh_firms([], at=NOW) == store.Written()


def test_nothing_is_forgotten_but_what_was_computed(firms):
    stale.carry_on(at=NOW)
    assert stale.with_values_by_hand([firm.pk for firm in firms]) == set()
    put(firms[1], "own_technology", True, "企业申报", date(2026, 11, 1))
    assert stale.with_values_by_hand([firm.pk for firm in firms]) == {firms[1].pk}
    flow.define("staff", "二十人以上", STAFF, by=CLOCK, at=NOW)
    stale.forget([firms[0].pk])
    assert not any(model._base_manager.filter(enterprise=firms[0]).exists() for model in stale.COMPUTED)
    assert FirmValues.objects.count() == FirmOrigins.objects.count() == 2


FULL = {"capital": "100", "established": "2020-01-01", "place": "广漠村"}


def test_firms_that_come_or_change_by_an_import_are_computed_and_go_with_it(firms):
    """What was computed of a new firm does not keep it when the import is undone; what somebody declared does."""
    officer = factories.person("lister", "data_officer")
    stale.carry_on(at=NOW)
    made = importing.applied(officer, importing.line(1, **FULL), importing.line(8, **FULL), importing.line(9, **FULL))
    assert set(StaleFirm.objects.values_list("enterprise__uscc", flat=True)) == {valid_uscc(n) for n in (1, 8, 9)}
    flow.define("old", "满一年", {"holds": "own_technology"}, by=CLOCK, at=NOW)
    stale.carry_on(at=NOW)
    eight, nine = (Enterprise.objects.get(uscc=valid_uscc(number)) for number in (8, 9))
    assert of_firm(eight)["registered_capital"].value == 1_000_000
    assert Outcome.objects.filter(enterprise_id=eight.pk).exists()
    put(nine, "own_technology", True, "企业申报", date(2026, 11, 1))
    importing.undone(made, officer)
    assert not Enterprise.objects.filter(pk=eight.pk).exists()
    assert not any(model._base_manager.filter(enterprise=eight.pk).exists() for model in stale.COMPUTED)
    assert Enterprise.objects.filter(pk=nine.pk).exists()
    stale.carry_on(at=NOW)
    assert "registered_capital" not in of_firm(firms[0])


# Two at once ------------------------------------------------------------------------------------------------------


class Pausing:
    """Lets the first worker read the facts, then waits until told to go on."""

    def __init__(self, monkeypatch):
        self.read, self.go_on = threading.Event(), threading.Event()
        self.made = computing._differs
        monkeypatch.setattr(computing, "_differs", self)

    def __call__(self, *arguments):
        if threading.current_thread().name == "slow":
            self.read.set()
            assert self.go_on.wait(10)
        return self.made(*arguments)


def in_thread(name, act):
    def run():
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run, name=name)
    thread.start()
    return thread


def change_while_a_worker_computes(firm, known, monkeypatch, mark):
    """The worker has read the facts when they change and the firm is marked again; what is stored in the end."""
    pause = Pausing(monkeypatch)
    employed(firm, known, 30)
    mark([firm.pk])
    slow = in_thread("slow", lambda: stale.compute_marked(at=NOW))
    assert pause.read.wait(10)

    def deliver():
        with transaction.atomic():
            Fact.objects.filter(enterprise=firm).update(values=[44, None, None, None])
            mark([firm.pk])

    writer = in_thread("writer", deliver)
    writer.join(0.3)  # waits for the worker, or has gone through
    pause.go_on.set()
    slow.join(10)
    writer.join(10)
    stale.carry_on(at=NOW)
    return headcount(firm)


@pytest.fixture
def committed(transactional_db):
    factories.town()
    return factories.firm(1), resources()


def test_a_change_while_a_worker_computes_is_not_lost(committed, monkeypatch):
    firm, known = committed
    stale.mark_for_the_day(at=NOW)
    stale.carry_on(at=NOW)
    assert change_while_a_worker_computes(firm, known, monkeypatch, stale.mark) == 44


def test_with_a_careless_mark_it_would_be(committed, monkeypatch):
    """The control: a mark that leaves the one it finds."""
    firm, known = committed
    stale.mark_for_the_day(at=NOW)
    stale.carry_on(at=NOW)
    taken = stale.TAKE.replace("DELETE FROM enterprises_stalefirm WHERE enterprise_id IN (", "").replace(
        ") RETURNING enterprise_id", ""
    )
    monkeypatch.setattr(stale, "TAKE", taken)  # locks first, removes in the end

    def careless(firms):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO enterprises_stalefirm (enterprise_id) SELECT unnest(%s) ON CONFLICT DO NOTHING", [firms]
            )

    made = store.refresh_firms

    def then_remove(firms, **named):
        found = made(firms, **named)
        StaleFirm.objects.all().delete()
        return found

    monkeypatch.setattr(store, "refresh_firms", then_remove)
    assert change_while_a_worker_computes(firm, known, monkeypatch, careless) == 30


def test_two_workers_share_the_work_and_agree(transactional_db):
    factories.town()
    known = resources()
    firms = [factories.firm(number) for number in range(1, 13)]
    by = factories.person("officer")
    criterion = flow.define("staff", "二十人以上", STAFF, by=CLOCK, at=NOW)
    stale.carry_on(at=NOW)
    for number, firm in enumerate(firms):
        fact(firm, known["employment"], by=by, at=NOW, period=date(2026, 7, 1), headcount=10 + 2 * number)
    stale.mark()
    done, failed = [], []

    def work():
        try:
            while count := stale.compute_marked(2, at=NOW):
                done.append(count)
        except Exception as error:  # a thread's own would only be printed
            failed.append(error)

    workers = [in_thread(f"worker {number}", work) for number in range(2)]
    for one in workers:
        one.join(30)
    assert not failed
    assert sum(done) == 12
    assert [headcount(firm) for firm in firms] == [10 + 2 * number for number in range(12)]
    assert [outcomes(criterion).get(firm.pk) for firm in firms] == [2] * 5 + [1] * 7
    assert TOWN["headcount"].slot == 30
