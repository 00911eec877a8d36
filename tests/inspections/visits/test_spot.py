"""On the spot: emergencies and complaints get their code at once, and stand on the supervisor's list (INS-6)."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from enterprises.models import Member
from inspections.models import BlockedAttempt, Inspector, JointVisit, JointVisitDeadline, Need, VisitCode
from inspections.visits import flow, stages
from portal.people.refusal import Refused
from portal.worktime import clock
from tests.inspections import factories as make
from tests.inspections.visits import walks
from tests.inspections.visits.walks import DAY, FIRM, HEADS, NINE, whom
from tests.requests.factories import LONG_AGO


def test_need_visit_and_code_at_once(of):
    visit = walks.on_the_spot(of)
    assert (visit.status, visit.on_the_spot, visit.plan, visit.day) == (stages.UNDER_WAY, True, None, make.DAY)
    need = Need.objects.get()
    assert (need.status, need.visit, need.kind, need.came_by) == ("planned", visit, "clue", "visit")
    assert VisitCode.objects.get(visit=visit).holds(NINE)
    part = visit.parts.get()
    assert {one.user for one in part.inspectors.all()} == {of.inspector, of.housing_second}
    assert [one.department for one in JointVisitDeadline.objects.filter(subject=visit)] == [of.housing.department]
    assert whom(visit, "joint_visit.begun") == [FIRM | HEADS]


def test_a_whitelisted_firm_is_no_refuge_from_a_complaint_and_nothing_is_blocked(of):
    make.listed(of, of.town.firm)
    assert walks.on_the_spot(of).status == stages.UNDER_WAY
    assert not BlockedAttempt.objects.exists()


@pytest.mark.parametrize("kind", ["self_chosen", "random", "statutory", "campaign", "follow_up", "booked", ""])
def test_nothing_else_begins_on_the_spot(of, kind):
    with pytest.raises(Refused, match="现场赋码"):
        walks.on_the_spot(of, kind=kind)
    assert not JointVisit.objects.exists()


def test_what_is_refused(of):
    fire = Inspector.objects.filter(agency=of.fire)
    refused = [
        ({"basis": "  "}, "依据"),
        ({"people": []}, "两人"),
        ({"people": fire}, "两人"),
        ({"people": Inspector.objects.filter(user=of.inspector)}, "两人"),
        ({"subject": of.subject(of.fire)}, "本部门"),
        ({"by": of.department_head}, "本部门"),
        ({"by": of.enterprise_member}, "本部门"),
    ]
    for given, says in refused:
        given = {"by": of.inspector} | given
        if given["by"] == of.enterprise_member:
            given["firm"] = of.town.foreign_firm
        with pytest.raises(Refused, match=says):
            walks.on_the_spot(of, **given)
    Inspector.objects.filter(user=of.inspector).update(valid_until=NINE.date() - DAY)
    with pytest.raises(Refused, match="有效期"):
        walks.on_the_spot(of)
    assert not JointVisit.objects.exists()
    assert not Need.objects.exists()


def test_nobody_inspects_the_firm_he_belongs_to(of):
    Member.objects.create(enterprise=of.town.firm, user=of.inspector, since=LONG_AGO)
    of.town.forget()
    with pytest.raises(Refused, match="您是这家企业的人员"):
        walks.on_the_spot(of)


def test_a_double_tap_is_one_and_a_second_page_for_the_same_is_told_of_the_first(of):
    key = uuid.uuid4()
    first = walks.on_the_spot(of, key=key)
    assert walks.on_the_spot(of, key=key) == first
    with pytest.raises(Refused, match=first.number):
        walks.on_the_spot(of)
    with pytest.raises(Refused, match="重新打开"):
        walks.on_the_spot(of, key=key, by=of.housing_second, people=Inspector.objects.filter(user=of.inspector))
    assert JointVisit.objects.count() == 1


def test_beside_a_planned_visit_of_the_same_day(of):
    planned = make.visit(of, of.town.firm)
    spot = walks.on_the_spot(of)
    assert walks.seen_by(of.supervisor) == {planned.pk, spot.pk}


def test_in_the_browser_firm_then_form_then_code(client, of):
    client.force_login(of.inspector)
    url = reverse("inspections:spot-new")
    assert of.town.firm.name in client.get(url, {"q": of.town.firm.name[:4]}).content.decode()
    url = f"{url}?firm={of.town.firm.uscc}"
    page = client.get(url)
    assert of.housing_second.name in page.content.decode()
    assert of.fire_inspector.name not in page.content.decode()
    sent = {
        "key": str(uuid.uuid4()),
        "kind": "emergency",
        "subject": of.subject(of.housing).pk,
        "basis": "接报冒烟",
        "people": [Inspector.objects.get(user=of.housing_second).pk],
    }
    assert client.post(url, sent | {"people": []}).status_code == 422
    answer = client.post(url, sent)
    visit = JointVisit.objects.get()
    assert answer.url == reverse("inspections:code", args=[visit.number])
    assert client.post(url, sent).url == answer.url
    code = client.get(answer.url).content.decode()
    assert "<svg" in code
    assert "换一个新码" in code


def test_the_supervisor_reads_them_with_counts_whitelist_and_repetition(client, of):
    make.listed(of, of.town.firm, term=(date(2020, 1, 1), date(2049, 12, 31)))
    for n in range(2):
        visit = walks.on_the_spot(of, at=clock.now(), key=uuid.uuid4())
        JointVisit.objects.filter(pk=visit.pk).update(status=stages.DONE, done_at=clock.now())
        Need.objects.filter(visit=visit).update(status="done", ended_at=clock.now(), kind=["clue", "emergency"][n])
    client.force_login(of.supervisor)
    page = client.get(reverse("inspections:spot")).content.decode()
    assert "2 次现场赋码" in page
    assert page.count("举报人乌有先生") == 2
    assert "近一年 2 次" in page
    assert "白名单企业" in page
    client.force_login(of.fire_inspector)
    assert "还没有现场赋码" in client.get(reverse("inspections:spot")).content.decode()
    client.force_login(of.enterprise_member)
    assert client.get(reverse("inspections:spot")).status_code == 404


def test_planned_visits_are_not_on_it(client, of):
    make.visit(of, of.town.firm)
    client.force_login(of.supervisor)
    assert "还没有现场赋码" in client.get(reverse("inspections:spot")).content.decode()


def test_flow_names_no_way_round(of):
    """Whoever holds no certificate begins nothing, planned or not."""
    with pytest.raises(Refused):
        flow.begin(make.visit(of, of.town.firm), by=of.supervisor, at=NINE)
