"""The pages: what each reader finds, double clicks and stale tabs, uploads, papers, export, what a list costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inspections.models import Proof, ProofFile, Rectification
from inspections.recording import stages as findings
from inspections.rectification import flow
from portal.deadlines.sweep import sweep
from portal.desk.mine.owed import all_owed_by
from tests.files.factories import picture
from tests.inspections.factories import Agencies

from .world import AT, check, finding, ordered

pytestmark = pytest.mark.django_db


def client(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def url(name: str, *args: Any) -> str:
    return reverse(f"rectification:{name}", args=args)


def act(user: Any, one: Rectification, verb: str, **typed: Any) -> int:
    return client(user).post(url("act", one.number, verb), typed).status_code


def fresh(of: Agencies, **fields: Any) -> Rectification:
    return ordered(of, at=timezone.now(), **fields)


def test_the_firm_sends_photos_ahead_and_its_proof_takes_them_once(of: Agencies) -> None:
    one, firm = fresh(of), client(of.enterprise_member)
    photo = SimpleUploadedFile("整改后.jpg", picture(), "image/jpeg")
    stored = firm.post(url("upload"), {"file": photo}).json()["id"]
    assert firm.post(url("act", one.number, "submit"), {"text": "已改", "stored": [stored]}).status_code == 302
    assert ProofFile.objects.get().file_id == stored
    again = firm.post(url("act", one.number, "submit"), {"text": "又一次", "stored": [stored]})
    assert (again.status_code, Proof.objects.count()) == (409, 1)
    page = client(of.inspector).get(one.get_absolute_url()).content.decode()
    assert "整改后.jpg" in page
    kept = ProofFile.objects.get()
    assert client(of.inspector).get(url("file", one.number, kept.pk)).status_code == 200
    assert client(of.fire_inspector).get(url("file", one.number, kept.pk)).status_code == 404


def test_somebody_elses_upload_is_not_taken(of: Agencies) -> None:
    one = fresh(of)
    photo = SimpleUploadedFile("别家.jpg", picture(), "image/jpeg")
    stored = client(of.other_member).post(url("upload"), {"file": photo}).json()["id"]
    assert act(of.enterprise_member, one, "submit", text="已改", stored=[stored]) == 302
    assert not ProofFile.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 2001])
def test_what_does_not_fit_stays_in_the_form(of: Agencies, text: str) -> None:
    one = fresh(of)
    answer = client(of.enterprise_member).post(url("act", one.number, "submit"), {"text": text})
    assert (answer.status_code, Proof.objects.count()) == (422, 0)
    assert "sx-errors" in answer.content.decode() or "is-bad" in answer.content.decode()


def test_hostile_words_are_words(of: Agencies) -> None:
    one = fresh(of)
    act(of.enterprise_member, one, "submit", text="<script>alert(1)</script>")
    page = client(of.inspector).get(one.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_whole_way_by_its_buttons(of: Agencies) -> None:
    one = fresh(of)
    until = (timezone.localdate() + timedelta(days=60)).isoformat()
    assert act(of.enterprise_member, one, "ask_time", until=until, reason="等配件") == 302
    assert act(of.inspector, one, "give_time", until=until, answer="") == 302
    assert act(of.enterprise_member, one, "submit", text="已改") == 302
    assert act(of.inspector, one, "send_back", answer="缺照片", days="3") == 302
    assert act(of.enterprise_member, one, "submit", text="补照片") == 302
    assert act(of.inspector, one, "call_recheck", answer="看压力表") == 302
    assert act(of.inspector, one, "accept", answer="照片足以证明") == 302
    assert act(of.inspector, one, "accept", answer="再点一次") == 409
    page = client(of.enterprise_member).get(one.get_absolute_url()).content.decode()
    assert "整改复查意见书" in page
    assert of.inspector.name not in page  # the firm reads the office, not the person


def test_the_papers_open_on_screen_and_as_word(of: Agencies) -> None:
    one, firm = fresh(of), client(of.enterprise_member)
    assert "责令限期整改通知书" in firm.get(url("paper", one.number, "order")).content.decode()
    assert firm.get(url("paper-word", one.number, "order"))["Content-Type"].endswith("document")
    warned = flow.warn(finding(check(of, at=timezone.now()), findings.WARN, item=1), by=of.inspector)
    assert "首违不罚告知书" in firm.get(warned.get_absolute_url()).content.decode()


def test_the_supervisors_list_of_what_is_late_and_its_export(of: Agencies) -> None:
    late, _other = ordered(of, days=2), fresh(of)
    seen = client(of.supervisor).get(url("all"), {"late": "1"})
    assert [row.rectification for row in seen.context["rows"]] == [late]
    assert client(of.supervisor).get(url("export"), {"late": "1"}).status_code == 200
    found = client(of.supervisor).get(url("all"), {"q": "台账"}).context["rows"]
    assert len(found) == 2
    for nonsense in (
        {"q": "台账\0"},
        {"status": "nonsense"},
        {"agency": "x"},
        {"ordered_from": "0001-01-01"},
        {"page": "x"},
    ):
        assert client(of.supervisor).get(url("all"), nonsense).status_code == 200


def test_another_agency_sees_nothing_of_a_visit_it_took_no_part_in(of: Agencies) -> None:
    one = fresh(of)
    assert client(of.fire_inspector).get(url("all")).context["rows"] == []
    assert client(of.fire_inspector).get(one.get_absolute_url()).status_code == 404
    assert len(client(of.keeper_inspector).get(url("all")).context["rows"]) == 1


def test_the_clocks_are_in_my_deadlines_of_firm_and_agency(of: Agencies) -> None:
    one = fresh(of)

    def numbers(user: Any) -> list[tuple[str, str]]:
        found = [(c.subject.number, c.obligation) for owed in all_owed_by(user) for c in owed if c.subject == one]
        assert client(user).get(reverse("mine:deadlines")).status_code == 200
        return found

    assert numbers(of.enterprise_member) == [(one.number, "rectify")]
    assert numbers(of.inspector) == []
    flow.submit(one, by=of.enterprise_member, text="已改")
    assert numbers(of.enterprise_member) == []
    assert numbers(of.inspector) == numbers(of.department_head) == [(one.number, "recheck")]
    assert numbers(of.fire_inspector) == numbers(of.supervisor) == []


def test_the_visit_and_the_firm_show_what_is_open(of: Agencies) -> None:
    one = fresh(of)
    for user in (of.enterprise_member, of.inspector):
        page = client(user).get(reverse("inspections:visit", args=[one.visit.number])).content.decode()
        assert one.finding.text in page
    assert (
        "评价这次检查"
        in client(of.enterprise_member).get(reverse("inspections:visit", args=[one.visit.number])).content.decode()
    )
    assert one.finding.text in client(of.enterprise_member).get(reverse("inspections:mine")).content.decode()
    assert (
        "包容执法积分"
        in client(of.inspector).get(reverse("enterprises:detail", args=[one.enterprise.uscc])).content.decode()
    )


@pytest.mark.parametrize(("who", "name"), [("inspector", "all"), ("supervisor", "all"), ("enterprise_member", "mine")])
def test_a_list_costs_the_same_at_one_row_and_at_three(of: Agencies, who: str, name: str) -> None:
    user, costs = getattr(of, who), []
    for n in (1, 2):
        for _row in range(n):
            flow.submit(ordered(of, at=AT), by=of.enterprise_member, text="已改", at=AT)
        asked = client(user)
        asked.get(url(name))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(asked.get(url(name)).context["rows"]) == (1 if n == 1 else 3)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_sent_late_it_says_so_and_how_far_up_the_ladder_went(of: Agencies) -> None:
    one = ordered(of, days=5)
    late = AT + timedelta(days=20)
    sweep(late)
    flow.submit(one, by=of.enterprise_member, text="已改", at=late)
    office, firm = (
        client(user).get(one.get_absolute_url()).content.decode() for user in (of.inspector, of.enterprise_member)
    )
    for page in (office, firm):
        assert "超期提交" in page
        assert "不再恢复" in page
    assert "时限提醒，告知企业" in office
    assert "分管镇领导" in office
    assert "时限提醒" not in firm


def test_a_rating_is_not_told_to_the_agency_nor_by_whom_to_anybody_else(of: Agencies) -> None:
    visit = check(of).part.visit
    conduct = dict.fromkeys(("showed_papers", "showed_code", "told_rights", "was_civil", "asked_no_more"), True)
    flow.rate(visit, by=of.enterprise_member, stars=4, at=AT, **conduct)
    at = reverse("inspections:visit", args=[visit.number])
    pages = {name: client(getattr(of, name)).get(at).content.decode() for name in ("inspector", "supervisor")}
    assert "企业评价" not in pages["inspector"]
    assert "企业评价" in pages["supervisor"]
    assert of.enterprise_member.name not in pages["supervisor"]
    told = client(of.supervisor).get(url("rated", visit.number)).content.decode()
    assert of.enterprise_member.name not in told
