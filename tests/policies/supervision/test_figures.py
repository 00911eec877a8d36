"""What is counted of whom, who reads it, and where the money went (POL-6)."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises.models import Industry, Outcome, Place
from policies.models import Claim, ClaimDeadline, ClaimSupplement, Payment, Pushed
from policies.models.policies import Way
from policies.supervision.covering import by_clause
from policies.supervision.departments import departments_for, figures
from policies.supervision.money import DIMENSIONS, money
from portal import deadlines
from portal.deadlines.obligations import ObligorKind
from portal.worktime import clock
from portal.worktime.periods import period_of
from tests.policies.factories import claim_row, clause, round_
from tests.requests.factories import LONG_AGO, MONDAY, moment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)
YEAR = period_of("2026", TODAY)
PAGES = ["money:departments", "money:money", "money:departments-export", "money:export"]


def paid(batch, firm, on, amount, *, filed=MONDAY, voucher=None):
    """A claim of which the money went out."""
    at = clock.now()
    claim = claim_row(batch, firm, status="paid", at=filed, amount=Decimal(amount), decided_at=filed, ended_at=at)
    Payment.objects.create(claim=claim, amount=claim.amount, paid_on=on, voucher=voucher or claim.number, at=at)
    return claim


@pytest.fixture
def batch(town):
    return round_(clause(town, tree={"holds": "high_tech"}, way=Way.BY_DATA), opens_at=LONG_AGO, days=None)


@pytest.fixture
def other(town):
    """A round that another department takes claims for."""
    return round_(clause(town, way=Way.BY_REVIEW, responsible=town.police), opens_at=LONG_AGO, days=None)


def of(user, department, period=YEAR):
    return figures(user, [department], period, TODAY)[department.pk]


# Speed, coverage, convenience -------------------------------------------------------------------------------------


def test_speed_is_working_days_from_filing_to_payment(town, batch):
    """Filed Monday 9 November: paid on the Friday after four working days, on the next Monday after five."""
    paid(batch, town.firm, date(2026, 11, 13), 100)
    paid(batch, town.foreign_firm, date(2026, 11, 16), 100)
    one = of(town.supervisor, town.housing)
    assert (one.paid, one.on_time, one.days, one.mean_days) == (2, 2, 9, 4.5)


def test_one_late_clock_of_an_office_makes_a_claim_late_and_the_firms_own_does_not(town, batch):
    claims = [paid(batch, firm, date(2026, 11, 16), 100) for firm in (town.firm, town.foreign_firm)]
    for claim, kind in zip(claims, (ObligorKind.DEPARTMENT, ObligorKind.ENTERPRISE), strict=True):
        obligation = "claim_accept" if kind == ObligorKind.DEPARTMENT else "claim_supplement"
        department = town.housing if kind == ObligorKind.DEPARTMENT else None
        made = deadlines.start(ClaimDeadline, claim, obligation, at=MONDAY, obligor_kind=kind, department=department)
        deadlines.meet(ClaimDeadline, claim, obligation, at=made.due_at + timedelta(minutes=1), department=department)
    one = of(town.supervisor, town.housing)
    assert (one.paid, one.on_time) == (2, 1)


def test_what_was_paid_in_another_period_is_none_of_this_one(town, batch):
    paid(batch, town.firm, date(2025, 12, 31), 100, filed=moment("2025-12-01 09:00"))
    assert of(town.supervisor, town.housing).paid == 0
    assert of(town.supervisor, town.housing, period_of("2025-12", TODAY)).paid == 1


def test_convenience_counts_what_was_filed(town, batch, other):
    claim_row(batch, town.firm)
    claim_row(other, town.firm)
    claim_row(batch, town.foreign_firm, at=moment("2025-11-10 09:00"))
    ours, theirs = of(town.supervisor, town.housing), of(town.supervisor, town.police)
    assert (ours.filed, ours.without_papers) == (1, 1)
    assert (theirs.filed, theirs.without_papers) == (1, 0)


def test_coverage_is_of_firms_that_fit_what_could_be_claimed(town, batch):
    criterion = batch.clause.clause.criterion
    unclaimable = clause(town, tree={"holds": "high_tech"})  # no round of it has opened
    for one in (criterion, unclaimable.criterion):
        one.outcomes.all().delete()
        for firm in (town.firm, town.foreign_firm):
            Outcome.objects.create(criterion=one, enterprise_id=firm.pk, outcome=Outcome.Is.YES)
    claim_row(batch, town.firm)
    refused = {"ended_at": MONDAY, "reason": "不符合"}
    claim_row(batch, town.foreign_firm, status="rejected", **refused)
    Pushed.objects.create(clause=batch.clause, enterprise=town.firm, at=MONDAY, read_at=MONDAY)
    Pushed.objects.create(clause=batch.clause, enterprise=town.foreign_firm, at=MONDAY)
    one = of(town.supervisor, town.housing)
    assert (one.matched, one.claimed, one.pushed, one.read) == (2, 1, 2, 1)
    over = of(town.supervisor, town.housing, period_of("2025", TODAY))
    assert (over.matched, over.pushed, over.colour) == (0, 0, ""), "what stands today is no figure of a year gone by"
    (row,) = by_clause(town.housing)
    assert (row.clause, row.matched, row.claimed, row.pushed, row.read) == (batch.clause.clause, 2, 1, 2, 1)
    page = signed_in(town.supervisor).get(reverse("money:coverage", args=[town.housing.pk]))
    (_row, claims) = page.context["rows"][0]
    assert signed_in(town.supervisor).get(claims).context["page"].paginator.count == row.claimed


def test_each_part_of_the_colours_opens_its_claims(town, batch, other):
    late, _in_time = (paid(batch, firm, date(2026, 11, 16), 100) for firm in (town.firm, town.foreign_firm))
    made = deadlines.start(
        ClaimDeadline, late, "claim_accept", at=MONDAY, obligor_kind=ObligorKind.DEPARTMENT, department=town.housing
    )
    deadlines.meet(ClaimDeadline, late, "claim_accept", at=made.due_at + timedelta(1), department=town.housing)
    ClaimSupplement.objects.create(claim=late, items="发票", asked_by=town.policy_officer, asked_at=MONDAY)
    client = signed_in(town.supervisor)
    rows = client.get(reverse("money:departments"), {"period": "2026"}).context["rows"]
    (each, links) = next((each, links) for one, each, links in rows if one == town.housing)
    for name, n in {"paid": 2, "on_time": 1, "filed": 2, "without_papers": 2, "supplemented": 1}.items():
        found = client.get(links[name]).context["page"].paginator.count
        assert (found, getattr(each, name)) == (n, n), name


def test_an_official_of_the_firm_counts_nothing_of_its_own_claims_for_others(town, batch):
    """Who sees which claims decides what is counted (SEC-1)."""
    paid(batch, town.firm, date(2026, 11, 13), 100)
    assert of(town.policy_officer, town.housing).paid == 1
    assert of(town.handler, town.housing).paid == 0


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("supervisor", {"housing", "police"}),
        ("leader", {"housing", "police"}),
        ("policy_officer", {"housing"}),
        ("department_head", {"housing"}),
        ("deputy_head", {"housing"}),
        ("handler", set()),
        ("enterprise_member", set()),
    ],
)
def test_everybody_reads_the_departments_that_are_his(town, batch, other, name, seen):
    found = {one.pk for one in departments_for(town.people[name])}
    assert found == {getattr(town, department).pk for department in seen}


# Money ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def history(town, batch, other):
    section = Industry.objects.create(code="C", level=1, name="制造业", section="C")
    area = Place.objects.filter(level=2).first()
    town.firm.industry, town.firm.place = section, area
    town.firm.save()
    town.foreign_firm.industry = None
    town.foreign_firm.save()
    paid(batch, town.firm, date(2026, 11, 13), "1000.50")
    paid(batch, town.foreign_firm, date(2026, 2, 2), 500)
    paid(other, town.firm, date(2026, 11, 30), 2000)
    paid(other, town.foreign_firm, date(2025, 11, 30), 800)
    again = round_(batch.clause.clause, opens_at=LONG_AGO, days=None)
    paid(again, town.firm, date(2025, 12, 1), 9999)  # a year before, but later in the year than today
    return section, area


def spent(user, dimension="policy", key="2026"):
    return money(user, departments_for(user), period_of(key, TODAY), dimension, TODAY)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_way_to_divide_it_adds_up_to_the_same(town, history, dimension):
    found = spent(town.supervisor, dimension)
    assert (found.total.count, found.total.amount, found.total.before) == (3, Decimal("3500.50"), 800)
    assert sum(row.amount for row in found.rows) == Decimal("3500.50")


def test_it_is_divided_by_industry_place_and_month(town, history):
    section, _area = history
    industry = {row.name: (row.amount, row.before) for row in spent(town.supervisor, "industry").rows}
    assert industry == {
        section.name: (Decimal("3000.50"), 0),
        "行业未登记": (500, 800),
    }
    assert spent(town.supervisor, "place").rows[0].name == history[1].name
    months = {row.name: row.amount for row in spent(town.supervisor, "month").rows}
    assert len(months) == 11  # up to today
    assert (months["2026 年 2 月"], months["2026 年 11 月"]) == (500, Decimal("3000.50"))


def test_the_year_before_is_a_percentage(town, history):
    rows = {row.name: row for row in spent(town.supervisor, "department").rows}
    assert rows[town.police.name].change == Decimal("150.0")
    assert rows[town.housing.name].change is None


def test_who_keeps_one_department_sees_its_money_alone(town, history):
    assert spent(town.policy_officer).total.amount == Decimal("1500.50")


def test_each_figure_opens_the_claims_behind_it(town, history):
    client = signed_in(town.supervisor)
    for dimension in DIMENSIONS:
        for row in [*spent(town.supervisor, dimension).rows, spent(town.supervisor, dimension).total]:
            if row.url and row.count:
                page = client.get(row.url)
                assert page.status_code == 200
                assert page.context["page"].paginator.count == row.count, (dimension, row.name)


# Pages ------------------------------------------------------------------------------------------------------------


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_the_pages_show_and_export_what_was_counted(town, history):
    client = signed_in(town.supervisor)
    page = client.get(reverse("money:departments"), {"period": "2026"})
    assert "得分怎么来" in page.content.decode()
    file = client.get(reverse("money:export"), {"period": "2026", "by": "department"})
    rows = list(openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[0].values)
    assert rows[0][:3] == ("部门", "笔数", "金额（元）")
    assert [row[1] for row in rows[1:]] == [1, 2, 3]  # 2,000 of one department, 1,500.50 of the other, together
    assert client.get(reverse("money:departments-export")).status_code == 200


@pytest.mark.parametrize("hostile", ["2026-13", "9999", "'; drop", "2026-q9", "\0"])
def test_an_odd_period_is_this_year(town, hostile):
    client = signed_in(town.leader)
    for name in PAGES:
        assert client.get(reverse(name), {"period": hostile, "by": hostile}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", PAGES[:2])
def test_it_takes_the_same_queries_for_any_number_of_claims(town, batch, name, count, django_assert_max_num_queries):
    for number in range(count):
        again = round_(batch.clause.clause, opens_at=LONG_AGO, days=None)
        paid(again, town.firm, date(2026, 11, 13), 100 + number)
    client = signed_in(town.supervisor)
    client.get(reverse(name))
    with django_assert_max_num_queries(26):
        client.get(reverse(name))
    assert Claim.objects.count() == count


def test_an_english_reader_finds_the_policy_by_its_english_name(town, batch):
    batch.clause.version.title_en = "Awards for research"
    batch.clause.version.save()
    paid(batch, town.firm, date(2026, 11, 13), 100)

    def named():
        return [row.name for row in money(town.supervisor, [town.housing], YEAR, "policy", TODAY).rows]

    assert named() == [batch.clause.version.title]
    with translation.override("en"):
        assert named() == ["Awards for research"]
