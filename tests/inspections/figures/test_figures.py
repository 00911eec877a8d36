"""What inspections came to (INS-9): counted by hand here, and nothing of what one may not see."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.figures import publishing
from inspections.figures.counting import Figures, counted, whole
from inspections.figures.frequency import frequency, refused
from inspections.figures.parts import Part, parts
from inspections.figures.readers import Reader, reader_of
from inspections.figures.views import finding
from inspections.models import BlockedAttempt, JointVisit, Need, VisitRating
from inspections.needs import stages as needs
from inspections.visits import stages as visits
from portal.worktime.calendar import SHANGHAI
from portal.worktime.periods import period_of
from tests.inspections.factories import DAY, Agencies, need, subject, visit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
YEAR = period_of("2026", NOW.date())


def reader(user) -> Reader:
    found = reader_of(user)
    assert found is not None
    return found


def done(of: Agencies, firm, agencies, day: date = DAY, **fields) -> JointVisit:
    """A visit that was carried out, one check for each agency."""
    wishes = [need(of, firm, one, subject=subject(one)) for one in agencies]
    made = visit(of, firm, wishes, day=day, status=visits.DONE, done_at=NOW, **fields)
    made.needs.update(status=needs.DONE, ended_at=NOW)
    return made


@pytest.fixture
def year(of: Agencies) -> Agencies:
    """Two visits carried out, one of them joint; one announced and one unannounced that are still to come."""
    done(of, of.town.firm, [of.housing, of.fire])
    done(of, of.town.foreign_firm, [of.housing], DAY - timedelta(days=40))
    visit(of, of.town.firm, [need(of, of.town.firm, of.fire)], day=DAY + timedelta(days=30))
    hidden = need(of, of.town.foreign_firm, of.fire)
    visit(of, of.town.foreign_firm, [hidden], day=DAY + timedelta(days=31), told_at=None, unannounced=True)
    settled = need(of, of.town.foreign_firm, of.keeper, status=needs.SETTLED, ended_at=NOW)
    barred = {"why": "cap", "kind": needs.RANDOM, "way": "page", "words": "到上限", "at": NOW}
    days = {"first": DAY, "last": DAY}
    BlockedAttempt.objects.create(agency=of.housing, enterprise=of.town.firm, **barred, **days)
    assert settled.status == needs.SETTLED
    return of


def test_the_town_is_counted_as_it_was(year):
    one, before = whole(reader(year.leader), YEAR, NOW)
    assert (one.visits, one.joint, one.needs, one.saved, one.settled, one.blocked) == (2, 1, 3, 1, 1, 1)
    assert (one.percent("joint", "visits"), one.per_visit) == (50.0, 1.5)
    assert before.is_empty
    assert finding(one) == "上门 2 次查完 3 项，少上门 1 次"


def test_what_is_still_to_come_changes_no_figure(year):
    """Nobody learns of a visit before it begins, not even that there is one."""
    user, shown = reader(year.leader), ("", "agency", "place", "industry", "month")
    told = {by: counted(user, YEAR, NOW, by) for by in shown}
    JointVisit.objects.exclude(status=visits.DONE).update(status=visits.CANCELLED)
    assert {by: counted(user, YEAR, NOW, by) for by in shown} == told
    JointVisit.objects.filter(status=visits.DONE).update(status=visits.CANCELLED)
    assert counted(user, YEAR, NOW) != told[""]  # and those that were carried out do


def test_by_agency_a_joint_visit_counts_for_each(year):
    found = {part.name: part.now.visits for part in parts(reader(year.leader), YEAR, NOW, "agency")}
    assert found[str(year.housing)] == 2
    assert found[str(year.fire)] == 1


def test_by_month_in_their_order_up_to_today(year):
    found = parts(reader(year.leader), YEAR, NOW, "month")
    assert len(found) == 11
    assert [part.now.visits for part in found[8:]] == [1, 0, 1]


@pytest.mark.parametrize("by", ["place", "industry"])
def test_places_and_industries_add_up_to_the_whole(year, by):
    found = parts(reader(year.leader), YEAR, NOW, by)
    assert sum(part.now.visits for part in found) == 2
    assert sum(part.now.needs for part in found) == 3


def test_the_year_before_is_counted_to_the_same_day(of):
    for day in (date(2025, 11, 3), date(2025, 12, 1)):
        done(of, of.town.firm, [of.housing], day)
    assert whole(reader(of.leader), YEAR, NOW)[1].visits == 1


def test_a_head_reads_his_own_agency(year):
    mine = reader(year.fire_head)
    assert (mine.whole, mine.agencies, mine.filters) == (False, [year.fire], {"agency": year.fire.pk})
    one = whole(mine, YEAR, NOW)[0]
    assert (one.visits, one.joint, one.needs, one.blocked, one.settled) == (1, 1, 1, 0, 0)
    assert [part.name for part in parts(mine, YEAR, NOW, "agency")] == [str(year.fire)]
    assert refused(mine, YEAR) == []


def test_the_keeper_and_overseers_read_the_town(year):
    for name in ("keeper_inspector", "police_head", "supervisor", "leader"):
        assert reader(getattr(year, name)).whole
    for name in ("inspector", "fire_inspector", "steward", "enterprise_member", "handler"):
        assert reader_of(getattr(year, name)) is None


def test_ratings_are_told_from_three_on_and_to_no_agency(of):
    """INS-8: an agency is told averages on a page of its own, not of a month in which somebody can be guessed."""
    for n in range(3):
        made = done(of, of.town.firm, [of.housing, of.fire], DAY - timedelta(days=20 * n))
        answers = dict.fromkeys(VisitRating.CONDUCT, True)
        VisitRating.objects.create(visit=made, stars=5 - n, by=of.enterprise_member, at=NOW, **answers)
        rated = whole(reader(of.leader), YEAR, NOW)[0]
        assert rated.rating == (None if n < 2 else 4.0)
    by_agency = {part.name: part.now.rated for part in parts(reader(of.leader), YEAR, NOW, "agency")}
    assert by_agency == {str(of.housing): 3, str(of.fire): 3}
    for name in ("fire_head", "keeper_inspector"):
        assert whole(reader(getattr(of, name)), YEAR, NOW)[0].rated == 0


def test_how_often_firms_were_visited(year):
    done(year, year.town.firm, [year.keeper], DAY - timedelta(days=80))
    found = frequency(reader(year.leader), YEAR)
    assert (found.firms, found.mean, found.spread) == (2, 1.5, [(1, 1), (2, 1)])
    assert [(firm.name, firm.visits, firm.capped) for firm in found.above] == [(year.town.firm.name, 2, 2)]


def test_the_queries_do_not_grow(of):
    user, costs = reader(of.leader), []
    counted(user, YEAR, NOW, "agency")  # what a process reads once is read
    for n in (1, 3):
        for at in range(n):
            done(of, of.town.firm, [of.housing, of.fire], DAY - timedelta(days=10 * (n + at)))
        with CaptureQueriesContext(connection) as asked:
            counted(user, YEAR, NOW, "agency")
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 8


# Pages -------------------------------------------------------------------------------------------------------------


def opened(user, view: str, **query):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(reverse(f"inspection-figures:{view}"), query)


@pytest.mark.parametrize("key", ["visits", "joint_share", "per_visit", "settled", "blocked"])
def test_each_figure_opens_the_list_of_what_it_counts(year, key):
    page = opened(year.leader, "figures", period="2026")
    one = next(one for one in page.context["headline"] if one["measure"].key == key)
    listed = Client()
    listed.force_login(year.leader)
    shown = listed.get(one["url"]).context["page"].paginator.count
    assert shown == {"visits": 2, "joint_share": 1, "per_visit": 3, "settled": 1, "blocked": 1}[key]


@pytest.mark.parametrize("by", ["agency", "place", "industry", "month", "nonsense"])
def test_the_page_and_its_file_open_by_every_part(year, by):
    assert opened(year.supervisor, "figures", period="2026-q4", by=by).status_code == 200
    assert opened(year.fire_head, "export", period="2026-11", by=by).status_code == 200
    assert opened(year.leader, "figures", period="\0x", by=by).status_code == 200


def test_an_empty_town_says_so(of):
    assert "这一期间没有上门检查" in opened(of.leader, "figures", period="2024").content.decode()


# The public's ------------------------------------------------------------------------------------------------------


def test_the_public_reads_up_to_the_last_months_end(of):
    for n in range(4):
        done(of, of.town.firm, [of.housing, of.fire], date(2026, 10, 5 + n))
    done(of, of.town.foreign_firm, [of.housing], date(2026, 11, 2))  # this month's, not told yet
    one = publishing.published(publishing.years(NOW.date())[0], NOW)
    assert (one.until, one.visits, one.needs, one.saved) == (date(2026, 10, 31), 4, 8, 4)
    assert one.joint is None  # of four visits a share is a number
    page = opened(None, "public").content.decode()
    assert of.town.firm.name not in page


def test_small_numbers_are_not_told(of):
    for n in range(2):
        done(of, of.town.firm, [of.housing], date(2026, 10, 5 + n))
    one = publishing.published(publishing.years(NOW.date())[0], NOW)
    assert (one.visits, one.needs, one.saved, one.blocked) == (None, None, 0, 0)
    assert one.agencies == [(str(of.housing), None, None)]


def test_small_places_are_told_as_one():
    year = period_of("2026", NOW.date())
    few = [Part(name, year, None, Figures(visits=n)) for name, n in (("甲", 9), ("乙", 4), ("丙", 1), ("丁", 1))]
    assert publishing._pooled(few) == [("甲", 9), ("其他", 6)]
    assert publishing._pooled(few[:2]) == [("甲", 9), ("乙", 4)]


def test_in_january_the_year_that_is_over_comes_first():
    assert [year.key for year in publishing.years(date(2027, 1, 15))] == ["2026", "2025", "2024"]


def test_needs_of_a_visit_under_way_are_not_counted_yet(of):
    made = done(of, of.town.firm, [of.housing, of.fire])
    JointVisit.objects.filter(pk=made.pk).update(status=visits.UNDER_WAY, done_at=None)
    assert Need.objects.filter(status=needs.DONE).count() == 2
    assert whole(reader(of.leader), YEAR, NOW)[0].is_empty
