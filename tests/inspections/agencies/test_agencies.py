"""Teams of two with valid certificates, days away, subjects whose changes leave records alone, rules, closures."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.models import firms_of
from inspections.agencies import keeping, people, systems
from inspections.models import Away, ChecklistItem, Closure, Finding, JointVisit, Need, Plan, Rectification, Rules
from inspections.models.agencies import keeps_plans
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.models import Event
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.api.factories import line
from tests.inspections.factories import DAY, inspector
from tests.requests.factories import MONDAY, person

FRIDAY = DAY + timedelta(days=4)
YEARS = date(2030, 12, 31)


def third(of, **fields):
    return inspector(person("third", "支公", (Role.INSPECTOR, of.town.housing)), of.housing, **fields)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_team_has_two_at_least_all_valid_and_of_the_agency(of):
    known = list(of.housing.inspectors.order_by("pk"))
    how = {"by": of.department_head, "at": MONDAY, "name": "二组"}
    expired = third(of, valid_until=DAY - timedelta(days=1))
    foreign = of.fire.inspectors.first()
    for members, words in (
        (known[:1], "至少两名"),
        ([known[0], known[0]], "至少两名"),
        ([known[0], expired], "已过有效期"),
        ([known[0], foreign], "不是本部门"),
    ):
        with pytest.raises(Refused, match=words):
            people.form_team(of.housing, members=members, **how)
    expired.valid_until = DAY  # its last day is a day
    expired.save()
    made = people.form_team(of.housing, members=[known[0], expired], **how)
    assert made.members.count() == 2
    with pytest.raises(Refused, match="同名"):
        people.form_team(of.housing, members=known, **how)
    with pytest.raises(Refused, match="负责人"):
        people.form_team(of.housing, members=known, by=of.inspector, name="三组", at=MONDAY)


def test_a_team_given_up_needs_nobody(of):
    team = of.team(of.housing)
    of.housing.inspectors.update(valid_until=date(2020, 1, 1))
    how = {"by": of.department_head, "name": team.name, "members": list(team.members.all()), "at": MONDAY}
    with pytest.raises(Refused):
        people.edit_team(team, **how | {"name": "改名"})
    assert not people.edit_team(team, active=False, **how).active


def test_only_who_holds_the_role_there_gets_a_certificate_once(of):
    how = {"by": of.department_head, "certificate": "ZF-X", "valid_until": YEARS, "at": MONDAY}
    for user, field in ((of.handler, "user"), (of.fire_inspector, "user"), (of.inspector, "user")):
        with pytest.raises(Refused) as refused:
            people.add_inspector(of.housing, user, **how)
        assert refused.value.field == field
    new = person("new", "支公", (Role.INSPECTOR, of.town.housing))
    taken = of.fire.inspectors.first().certificate
    with pytest.raises(Refused, match="已经登记过"):
        people.add_inspector(of.housing, new, **how | {"certificate": f" {taken} "})
    made = people.add_inspector(of.housing, new, skills=[of.gas], **how)
    assert list(made.skills.all()) == [of.gas]
    with pytest.raises(Refused):
        people.edit_inspector(made, by=of.fire_head, certificate="ZF-X", valid_until=YEARS, skills=[], at=MONDAY)
    edited = people.edit_inspector(
        made, by=of.department_head, certificate="ZF-Y", valid_until=YEARS, skills=[], active=False, at=MONDAY
    )
    assert (edited.certificate, edited.active) == ("ZF-Y", False)


def test_days_away_do_not_overlap_and_leave_a_trace_when_taken_back(of):
    team = of.team(of.housing)
    how = {"by": of.inspector, "at": MONDAY}
    made = people.enter_away(team, first=DAY, last=FRIDAY, reason="培训\n一周", **how)
    assert made.reason == "培训 一周"
    for first, last in ((FRIDAY, FRIDAY + timedelta(days=3)), (FRIDAY + timedelta(days=9), FRIDAY), (DAY, DAY)):
        with pytest.raises(Refused):
            people.enter_away(team, first=first, last=last, **how)
    with pytest.raises(Refused, match="已经过了"):
        people.enter_away(team, first=DAY - timedelta(days=9), last=DAY - timedelta(days=1), **how)
    with pytest.raises(Refused):
        people.remove_away(made, by=of.fire_inspector, at=MONDAY)
    people.remove_away(made, **how)
    people.remove_away(made, **how)
    assert not Away.objects.exists()
    assert Event.objects.filter(kind="team.away_removed").count() == 1


def test_a_changed_point_is_a_new_row_and_the_former_one_stays(of):
    one = of.subject(of.housing)
    former = list(one.checklist.all())
    points = [
        {"text": "证照齐全", "points": former[0].points, "minor": False},
        {"text": "台账完整、真实", "points": 2, "minor": True, "basis": "第 9 条"},
        {"text": "通道畅通"},
    ]
    assert keeping.write_checklist(one, points, by=of.department_head, at=MONDAY) == 2
    now = list(one.checklist.filter(ended_at=None))
    assert [point.text for point in now] == ["证照齐全", "台账完整、真实", "通道畅通"]
    assert now[0] == former[0]
    assert ChecklistItem.objects.get(pk=former[1].pk).ended_at == MONDAY
    assert keeping.write_checklist(one, points, by=of.department_head, at=MONDAY) == 0
    with pytest.raises(Refused):
        keeping.write_checklist(one, points, by=of.inspector, at=MONDAY)
    with pytest.raises(Refused):
        keeping.write_checklist(one, [{"text": "x"}] * 31, by=of.department_head, at=MONDAY)


def test_a_subject_changes_with_an_event_that_names_what(of):
    one = of.subject(of.housing)
    edited = keeping.edit_subject(one, {"name": "新名", "parts": 2}, by=of.department_head, at=MONDAY)
    assert (edited.name, edited.parts) == ("新名", 2)
    assert Event.objects.about(one).get().data == {"changed": ["name", "parts"]}
    with pytest.raises(Refused):
        keeping.edit_subject(one, {"basis": "  "}, by=of.department_head, at=MONDAY)
    with pytest.raises(Refused):
        keeping.edit_subject(one, {"name": "x"}, by=of.police_head, at=MONDAY)


def test_only_the_keepers_head_sets_the_rules(of):
    fields = {"yearly_cap": 3, "gap": 8, "term_months": 12, "code_hours": 12, "points_start": 12}
    for user in (of.department_head, of.keeper_inspector, of.administrator, of.supervisor):
        with pytest.raises(Refused):
            keeping.change_rules(fields, by=user, at=MONDAY)
    assert keeping.change_rules(fields, by=of.police_head, at=MONDAY).yearly_cap == 3
    keeping.change_rules(fields, by=of.police_head, at=MONDAY)
    assert Event.objects.get(kind="inspection_rules.changed").data == {"yearly_cap": [4, 3], "gap": [10, 8]}
    assert Rules.now().gap == 8


def test_a_firm_and_the_keeper_enter_its_closures(of):
    how = {"first": DAY, "last": FRIDAY, "at": MONDAY}
    for user in (of.inspector, of.other_member, of.supervisor, of.steward):
        with pytest.raises(Refused):
            keeping.enter_closure(of.town.firm, by=user, **how)
    made = keeping.enter_closure(of.town.firm, by=of.enterprise_member, **how)
    with pytest.raises(Refused, match="已有记下"):
        keeping.enter_closure(of.town.firm, by=of.keeper_inspector, **how)
    keeping.enter_closure(of.town.foreign_firm, by=of.keeper_inspector, **how)
    keeping.remove_closure(made, by=of.keeper_inspector, at=MONDAY)
    assert Closure.objects.get().enterprise == of.town.foreign_firm


def test_an_administrator_alone_binds_a_system_to_an_agency(of):
    system, _secret = line(of.town, "巡查系统")
    with pytest.raises(Refused):
        systems.bind_agencies(system, [of.housing], by=of.department_head, at=MONDAY)
    systems.bind_agencies(system, [of.housing], by=of.administrator, at=MONDAY)
    assert list(system.agencies.all()) == [of.housing]


# Pages -------------------------------------------------------------------------------------------------------------


def test_the_head_keeps_people_and_subjects_in_the_browser(of):
    page, today = as_(of.department_head), local_day(clock.now())
    team, one = of.team(of.housing), of.subject(of.housing)
    of.housing.inspectors.filter(user=of.inspector).update(valid_until=today - timedelta(days=1))
    shown = page.get(reverse("agencies:agency", args=[of.housing.pk])).content.decode()
    assert "已过期" in shown
    assert "不足两人，不能派" in shown
    sent = {"first": today, "last": today, "reason": "培训"}
    assert page.post(reverse("agencies:away", args=[team.pk]), sent).status_code == 302
    assert "培训" in page.get(reverse("agencies:agency", args=[of.housing.pk])).content.decode()
    lines = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 0, "form-0-text": "通道畅通", "form-0-points": 1}
    assert page.post(reverse("agencies:checklist", args=[one.code]), lines).status_code == 302
    assert "通道畅通" in page.get(reverse("agencies:subject", args=[one.code])).content.decode()
    subject = {"code": "new-1", "name": "新事项", "basis": "某法", "method": "on_site", "parts": 1, "share": "5"}
    made = page.post(reverse("agencies:subject-new", args=[of.housing.pk]), subject | {"active": "on"})
    assert made["Location"] == reverse("agencies:checklist", args=["new-1"])
    assert str(of.housing.subjects.get(code="new-1").share) == "0.0500"
    assert "5%" in page.get(reverse("agencies:subject", args=["new-1"])).content.decode()
    assert page.get(reverse("agencies:subjects"), {"q": "新事项", "agency": "x"}).status_code == 200


def test_rules_are_shown_to_all_and_set_by_one(of):
    sent = {"yearly_cap": 3, "gap": 10, "term_months": 12, "code_hours": 12, "points_start": 12}
    assert as_(of.police_head).post(reverse("agencies:rules"), sent | {"gap": 0}).status_code == 422
    assert as_(of.police_head).post(reverse("agencies:rules"), sent).status_code == 302
    shown = as_(of.inspector).get(reverse("agencies:rules")).content.decode()
    assert "每户每年检查上限（次）" in shown
    assert "修改检查规则" in shown


def test_a_firm_notes_its_days_and_takes_them_back(of):
    page, today = as_(of.enterprise_member), local_day(clock.now())
    sent = {"first": today + timedelta(days=3), "last": today + timedelta(days=5), "reason": "设备检修"}
    assert page.post(reverse("agencies:closure-new", args=[of.town.firm.uscc]), sent).status_code == 302
    assert "设备检修" in page.get(reverse("agencies:closures")).content.decode()
    assert "设备检修" not in as_(of.other_member).get(reverse("agencies:closures")).content.decode()
    assert (
        as_(of.other_member).post(reverse("agencies:closure-remove", args=[Closure.objects.get().pk])).status_code
        == 404
    )
    assert page.post(reverse("agencies:closure-remove", args=[Closure.objects.get().pk])).status_code == 302
    assert not Closure.objects.exists()


def test_who_keeps_the_plans_is_asked_once_for_all_rows_of_a_page(of, django_assert_num_queries):
    reader = User.objects.get(pk=of.inspector.pk)
    assert rights_of(reader).roles == {Role.INSPECTOR}
    assert firms_of(reader) == frozenset()
    with django_assert_num_queries(1):
        for rows in (Plan, JointVisit, Finding, Rectification, Need):
            rows.objects.visible_to(reader)
    keeper = User.objects.get(pk=of.town.people["keeper_inspector"].pk)
    assert (keeps_plans(rights_of(reader)), keeps_plans(rights_of(keeper))) == (False, True)
