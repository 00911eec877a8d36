"""The code at the door: what it shows to whom, what a dead one says, who scanned it (INS-6)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from inspections.models import Arrival, CodeScan, Need, VisitCode
from inspections.visits import flow, stages
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.inspections import factories as make
from tests.inspections.visits import walks
from tests.inspections.visits.walks import DAY, NINE, fresh

REPORTS = "反映"


@pytest.fixture
def now(db):
    return clock.now()


@pytest.fixture
def code(of, now):
    """Of a joint visit under way now: the public page goes by the database's clock."""
    visit = walks.joint(of, day=local_day(now))
    flow.begin(visit, by=of.inspector, at=now)
    return VisitCode.objects.get(visit=visit)


def opened(client, token, status=200):
    answer = client.get(reverse("inspections:scan", args=[token]))
    assert answer.status_code == status
    return answer.content.decode()


def test_a_stranger_reads_who_why_and_until_when(client, of, code):
    page = opened(client, code.token)
    for inspector in [*of.team(of.housing).members.all(), *of.team(of.fire).members.all()]:
        assert inspector.user.name in page
        assert inspector.certificate in page
    for subject in (of.subject(of.housing), of.subject(of.fire)):
        assert subject.name in page
        assert subject.basis in page
    assert "证照齐全" in page
    assert code.visit.number in page
    assert of.town.firm.name in page
    assert REPORTS in page
    answer = client.get(reverse("inspections:scan", args=[code.token]))
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]


def test_nothing_else_of_the_visit_leaks_there(client, of, code):
    """Not what moved the agency: it may say who complained (APP-18)."""
    Need.objects.update(kind="clue", basis="12345 工单，举报人乌有先生")
    assert "乌有先生" not in opened(client, code.token)
    client.force_login(of.enterprise_member)
    for page in ("inspections:visit", "inspections:notice"):
        assert "举报人乌有先生" not in client.get(reverse(page, args=[code.visit.number])).content.decode()
    client.force_login(of.inspector)
    assert "举报人乌有先生" in client.get(reverse("inspections:visit", args=[code.visit.number])).content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"revoked_for": "replaced"}, "已换新"),
        ({"revoked_for": "moved"}, "已改期"),
        ({"revoked_for": "cancelled"}, "已取消"),
        ({"expires_at": timedelta(seconds=-1)}, "已过期"),
        ({"status": stages.DONE}, "已经结束"),
    ],
)
def test_a_dead_code_says_so_and_names_nobody(client, of, code, now, change, says):
    if "status" in change:
        type(code.visit).objects.filter(pk=code.visit_id).update(status=stages.DONE, done_at=now)
    elif "expires_at" in change:
        long_ago = now - timedelta(days=1)
        VisitCode.objects.filter(pk=code.pk).update(issued_at=long_ago, expires_at=now - timedelta(seconds=1))
    else:
        VisitCode.objects.filter(pk=code.pk).update(revoked_at=now, **change)
    page = opened(client, code.token, 410)
    assert says in page
    for word in (of.inspector.name, of.town.firm.name, code.visit.number, of.subject(of.housing).name):
        assert word not in page


@pytest.mark.parametrize("token", ["x", "A" * 22, "A" * 64])
def test_a_forged_code_is_none_of_ours(client, of, token):
    assert "没有这个检查码" in opened(client, token, 404)


def test_a_scan_is_noted_once_for_one_look_and_by_whom(client, of, code):
    for _twice in range(2):
        opened(client, code.token)
    client.force_login(of.enterprise_member)
    opened(client, code.token)
    found = [(scan.by, scan.of_firm) for scan in CodeScan.objects.order_by("pk")]
    assert found == [(None, False), (of.enterprise_member, True)]


def test_guessing_is_slowed_down(client, of, db):
    answers = {client.get(reverse("inspections:scan", args=["y" * 22])).status_code for _try in range(31)}
    assert answers == {404, 429}


def test_the_firm_confirms_once_that_they_are_there(client, of, code):
    url = reverse("inspections:arrival", args=[code.token])
    for name, status in (("other_member", 404), ("inspector", 404), ("enterprise_member", 302)):
        client.force_login(of.town.people[name])
        assert client.post(url).status_code == status
    client.post(url)
    assert Arrival.objects.get().by == of.enterprise_member
    assert "确认到场" in client.get(reverse("inspections:visit", args=[code.visit.number])).content.decode()


def test_by_confirming_the_firm_knows_of_an_unannounced_visit(of):
    visit = make.visit(of, of.town.firm, told_at=None, unannounced=True)
    code = flow.issue_code(visit, by=of.inspector, at=NINE)
    assert fresh(visit).told_at is None
    flow.confirm_arrival(code, by=of.enterprise_member, at=NINE)
    assert fresh(visit).told_at == NINE


def test_a_dead_code_confirms_nothing(of):
    visit = make.visit(of, of.town.firm)
    code = flow.issue_code(visit, by=of.inspector, at=NINE)
    flow.issue_code(visit, by=of.inspector, seen=code.token, at=NINE)
    with pytest.raises(Refused, match="已经失效"):
        flow.confirm_arrival(code, by=of.enterprise_member, at=NINE)


def test_one_code_holds_pressed_twice_it_is_the_same_asked_anew_the_former_ends(of):
    visit = make.visit(of, of.town.firm)
    first = flow.issue_code(visit, by=of.inspector, at=NINE)
    assert flow.issue_code(visit, by=of.housing_second, at=NINE) == first
    second = flow.issue_code(visit, by=of.inspector, seen=first.token, at=NINE)
    assert flow.issue_code(visit, by=of.inspector, seen=first.token, at=NINE) == second
    assert [code.revoked_for for code in VisitCode.objects.order_by("pk")] == ["replaced", ""]
    late = NINE + timedelta(hours=12)
    assert flow.issue_code(visit, by=of.inspector, at=late) not in (first, second)


# At once -----------------------------------------------------------------------------------------------------------


def at_once(act, times=6):
    gate = threading.Barrier(times, timeout=60)

    def run(_n):
        try:
            gate.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_issued_and_begun_at_once_from_six_phones_it_is_one_code_and_one_visit(transactional_db, monkeypatch):
    """With its control: without the visit's lock the constraint is all there is, and it turns people away."""
    from tests.requests.factories import build

    of = make.agencies(build())
    visit = make.visit(of, of.town.firm)
    codes = at_once(lambda: flow.issue_code(visit, by=of.inspector, at=NINE))
    assert {type(one) for one in codes} == {VisitCode}
    assert len({one.pk for one in codes}) == 1
    begun = at_once(lambda: flow.begin(visit, by=of.inspector, at=NINE))
    assert sorted(type(one).__name__ for one in begun) == ["JointVisit", *["Refused"] * 5]
    key = walks.uuid.uuid4()
    spots = at_once(lambda: walks.on_the_spot(of, firm=of.town.foreign_firm, key=key))
    assert {getattr(one, "pk", one) for one in spots} == {spots[0].pk}

    other = make.visit(of, of.town.firm, [make.need(of, of.town.firm, first=make.DAY + DAY)], day=make.DAY + DAY)
    from inspections.visits.flow import core

    all_are_here, revoke = threading.Barrier(6, timeout=60), core.revoke

    def revoked_together(*given):
        all_are_here.wait()
        revoke(*given)
        all_are_here.wait()  # a code that one of them has written already would be revoked, not run into

    monkeypatch.setattr(core, "locked", lambda visit: type(visit).objects.select_related("enterprise").get(pk=visit.pk))
    monkeypatch.setattr(core, "revoke", revoked_together)
    raced = at_once(lambda: flow.issue_code(other, by=of.inspector, seen="", at=NINE + DAY))
    assert sorted(type(one).__name__ for one in raced) == [*["IntegrityError"] * 5, "VisitCode"]
