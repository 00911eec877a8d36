"""Reports of checks without a code: who may read them, the answer, and that the agency does not learn who spoke."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inspections.models import Agency, CodelessDeadline, CodelessReport
from inspections.visits import flow
from portal.deadlines.sweep import sweep
from portal.people.models import Membership
from portal.people.refusal import Refused
from portal.trail.models import Audience, Event, Read
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.files.factories import picture
from tests.inspections.visits import walks
from tests.inspections.visits.walks import DAY, HEADS, NINE, fresh, told, whom
from tests.requests.factories import LONG_AGO, moment

EVERYONE_ELSE = (
    "member_official other_member inspector housing_second department_head deputy_head keeper_inspector police_head"
    " fire_head leader steward intake_clerk triager auditor administrator congress_observer"
)
ANSWER = {
    "finding": "codeless",
    "answer": "查实没有检查码，已责令改正。",
    "to_agency": "上门检查要先亮码，请组织学习。",
}


def answered(of, report, **given):
    return flow.answer(report, at=NINE + DAY, **{"by": of.supervisor, **ANSWER, **given})


def seen(report, user):
    return CodelessReport.objects.visible_to(user).filter(pk=report.pk).exists()


def test_seen_by_who_reported_and_supervisors_alone(of):
    report = walks.reported(of)
    assert seen(report, of.enterprise_member)
    assert seen(report, of.supervisor)
    assert [name for name in EVERYONE_ELSE.split() if seen(report, of.town.people[name])] == []


def test_a_supervisor_of_the_agency_named_is_none_here(of):
    report = walks.reported(of)
    Membership.objects.create(user=of.supervisor, role="inspector", department=of.housing.department, since=LONG_AGO)
    of.town.forget()
    assert not seen(report, of.supervisor)
    with pytest.raises(Refused):
        answered(of, report)
    assert seen(walks.reported(of, agency=of.fire), of.supervisor)
    assert seen(walks.reported(of, agency=None), of.supervisor)


def test_reported_once_with_a_clock_of_five_days_for_the_supervisors(of):
    key = uuid.uuid4()
    report = walks.reported(of, key=key)
    assert walks.reported(of, key=key) == report
    assert CodelessDeadline.objects.get().due_at == moment("2026-11-16 17:00")
    assert whom(report, "codeless.reported") == [{"supervisor"}]
    letter = told(report, "codeless.reported")[0]["supervisor"]
    assert of.town.firm.name not in letter.title + letter.body
    assert Event.objects.about(report).get().audience == Audience.CLOSED
    sweep(moment("2026-11-20 17:00"))
    rungs = whom(report, "deadline.rung")
    assert rungs
    assert set().union(*rungs) == {"supervisor"}


def test_who_may_not_report_and_what_is_no_report(of):
    refused = [
        ({"by": of.other_member}, "不能替"),
        ({"by": of.former_member}, "不能替"),
        ({"who": " "}, "是谁"),
        ({"said": ""}, "来做什么"),
        ({"came_at": NINE + DAY}, "还没到"),
        ({"came_at": NINE - 400 * DAY}, "一年以内"),
    ]
    for given, says in refused:
        with pytest.raises(Refused, match=says):
            walks.reported(of, **given)
    assert not CodelessReport.objects.exists()


def test_answered_once_both_sides_are_told_each_its_own(of):
    report = answered(of, walks.reported(of))
    assert CodelessDeadline.objects.get().met_at == NINE + DAY
    assert whom(report, "codeless.answered") == [{"enterprise_member"}]
    letters = told(Agency.objects.get(pk=of.housing.pk), "codeless.reminded")[0]
    assert set(letters) == HEADS
    said = "".join(letter.title + letter.body + letter.url for letter in letters.values())
    assert ANSWER["to_agency"] in said
    for word in (of.town.firm.name, of.town.firm.short_name, of.enterprise_member.name, report.number, "11月"):
        assert word not in said
    with pytest.raises(Refused, match="已经答复"):
        answered(of, report)


@pytest.mark.parametrize("leak", ["{firm}反映你们", "{short} 的人说", "{person}说的", "见 {number}", "11月8日那次"])
def test_words_to_the_agency_may_not_tell_who_spoke(of, leak):
    report, firm = walks.reported(of), of.town.firm
    names = {"firm": firm.name, "short": firm.short_name, "person": of.enterprise_member.name, "number": report.number}
    with pytest.raises(Refused, match="给部门的提醒"):
        answered(of, report, to_agency=leak.format(**names))


def test_an_agency_that_did_no_wrong_or_is_not_known_is_not_written_to(of):
    with pytest.raises(Refused, match="给部门的提醒"):
        answered(of, walks.reported(of), to_agency="")
    lawful = answered(of, walks.reported(of), finding="lawful", to_agency="")
    unknown = answered(of, walks.reported(of, agency=None))
    assert (lawful.to_agency, unknown.to_agency) == ("", "")
    assert told(of.housing, "codeless.reminded") == []


def test_the_form_on_the_phone_with_a_photo_and_the_answer(client, of, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    client.force_login(of.enterprise_member)
    url = reverse("inspections:report-new")
    assert "只有督查员看得到" in client.get(url).content.decode()
    photo = SimpleUploadedFile("门口.jpg", picture(), "image/jpeg")
    ahead = client.post(reverse("inspections:report-upload"), {"file": photo}).json()["id"]
    yesterday = local_day(clock.now()) - DAY
    sent = {
        "key": str(uuid.uuid4()),
        "day": yesterday,
        "time": "10:00",
        "who": "两个人",
        "said": "要看账",
        "stored": ahead,
    }
    assert client.post(url, sent | {"said": ""}).status_code == 422
    late = client.post(url, sent | {"day": "2020-01-01"})
    assert late.status_code == 422
    assert "一年以内" in late.content.decode()
    answer = client.post(url, sent)
    report = CodelessReport.objects.get()
    assert answer.url == reverse("inspections:report", args=[report.number])
    assert client.post(url, sent).url == answer.url
    photo_url = reverse("inspections:report-photo", args=[report.number, report.photos.get().pk])
    assert client.get(photo_url).status_code == 200
    assert not Read.objects.exists()
    client.force_login(of.housing_second)
    assert [client.get(one).status_code for one in (answer.url, photo_url)] == [404, 404]
    client.force_login(of.supervisor)
    assert "要看账" in client.get(answer.url).content.decode()
    assert Read.objects.get().reader == of.supervisor
    done = client.post(reverse("inspections:report-answer", args=[report.number]), ANSWER)
    assert done.url == answer.url
    assert fresh(report).finding_name == "确属无码检查"
    assert "确属无码检查" in client.get(reverse("inspections:reports")).content.decode()
    assert client.get(reverse("inspections:reports-export")).status_code == 200
