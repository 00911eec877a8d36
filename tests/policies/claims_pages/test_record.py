"""A claim's page and the pages of its verbs: who sees what, and what is refused without losing a word."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from enterprises.models import Declaration
from policies.claims import flow
from policies.models import Claim
from portal.trail.models import Read
from tests.files.factories import PDF
from tests.policies.claims import walks
from tests.policies.claims.walks import IN
from tests.requests.factories import MONDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ACCOUNT, LAST = "6200000000000001", "**** 0001"

# What may be done on the page of a claim in each status, by whom, in the order of the buttons.
BUTTONS = {
    ("listed", "enterprise_member"): ["confirm", "decline"],
    ("waiting", "enterprise_member"): ["withdraw"],
    ("submitted", "enterprise_member"): ["withdraw"],
    ("submitted", "policy_officer"): ["accept", "ask_supplement", "reject"],
    ("submitted", "department_head"): [],
    ("submitted", "supervisor"): [],
    ("supplement", "enterprise_member"): ["supplement", "withdraw"],
    ("supplement", "policy_officer"): [],
    ("review", "policy_officer"): [],
    ("review", "economy_officer"): ["give_review"],
    ("review", "enterprise_member"): ["withdraw"],
    ("approve", "department_head"): ["approve", "send_back", "reject"],
    ("approve", "deputy_head"): ["approve", "send_back", "reject"],
    ("approve", "policy_officer"): [],
    ("publish", "policy_officer"): ["publish"],
    ("publish", "enterprise_member"): ["withdraw"],
    ("publicity", "policy_officer"): [],
    ("objection", "deputy_head"): ["decide_objection"],
    ("objection", "policy_officer"): [],
    ("payment", "policy_officer"): ["pay"],
    ("payment", "enterprise_member"): [],
    ("paid", "enterprise_member"): ["confirm_receipt", "rate"],
    ("paid", "policy_officer"): [],
    ("rejected", "enterprise_member"): ["rate"],
    ("withdrawn", "enterprise_member"): [],
    ("lapsed", "enterprise_member"): [],
}


def page(claim):
    return reverse("claims:claim", args=[claim.number])


def act(claim, verb):
    return reverse("claims:act", args=[claim.number, verb])


@pytest.mark.parametrize("status", IN)
def test_the_buttons_are_what_may_be_done(town, as_, status):
    claim = IN[status](town)
    for (where, name), verbs in BUTTONS.items():
        if where == status:
            answer = as_(town.people[name]).get(page(claim))
            shown = [
                form.verb
                for form in [answer.context["first"], *answer.context["plain"], *answer.context["more"]]
                if form
            ]
            assert sorted(shown) == sorted(verbs), (status, name)
            html = answer.content.decode()
            assert all(act(claim, verb) in html for verb in verbs), (status, name)


def test_the_account_is_whole_for_the_firm_and_who_pays_alone(town, as_):
    claim = walks.submitted(town)
    for name in ("enterprise_member", "policy_officer", "department_head"):
        assert ACCOUNT in as_(town.people[name]).get(page(claim)).content.decode(), name
    for name in ("steward", "leader", "supervisor"):
        shown = as_(town.people[name]).get(page(claim)).content.decode()
        assert ACCOUNT not in shown, name
        assert LAST in shown, name
        assert "13800000001" not in shown, name


def test_a_reviewer_reads_while_he_is_asked_and_no_longer(town, as_):
    claim = walks.reviewing(town)
    officer = town.people["economy_officer"]
    shown = as_(officer).get(page(claim)).content.decode()
    assert ACCOUNT not in shown
    answer = as_(officer).post(act(claim, "give_review"), {"department": town.economy.pk, "says": "oppose"})
    assert answer.status_code == 422  # no such word
    sent = {"department": town.economy.pk, "says": "less", "amount": "150000", "opinion": "一个项目不算研发。"}
    assert as_(officer).post(act(claim, "give_review"), sent).status_code == 302
    head = town.police_head
    sent = {"department": town.police.pk, "says": "agrees"}
    assert as_(head).post(act(claim, "give_review"), sent).url == reverse("claims:desk")  # it is closed to him now
    claim.refresh_from_db()
    assert claim.status == "approve"
    assert as_(officer).get(page(claim)).status_code == 404
    own = as_(officer).get(reverse("claims:reviewed")).content.decode()
    assert "一个项目不算研发。" in own
    assert "一个项目不算研发。" not in as_(head).get(reverse("claims:reviewed")).content.decode()
    approving = as_(town.department_head).get(act(claim, "approve")).content.decode()
    assert 'value="150000' in approving  # the smallest that was proposed
    assert "一个项目不算研发。" in as_(town.department_head).get(page(claim)).content.decode()
    assert "一个项目不算研发。" not in as_(town.enterprise_member).get(page(claim)).content.decode()


def test_who_handles_it_reads_closed_values_and_it_is_noted(town, as_):
    tax = {"compare": ["tax_last_year", ">=", 100]}
    walks.knows(town.firm, "7770000", "tax_last_year", "税务")
    claim = walks.submitted(town, tree=tax)
    assert "777 万元" in as_(town.policy_officer).get(page(claim)).content.decode()
    assert Read.objects.filter(reader=town.policy_officer, what="claim").count() == 1
    shown = as_(town.steward).get(page(claim)).content.decode()
    assert "777 万元" not in shown
    assert "数值不公开" in shown
    assert "777 万元" in as_(town.enterprise_member).get(page(claim)).content.decode()


def test_the_working_is_read_in_the_readers_language_as_far_as_it_still_comes_out(town, as_):
    claim = walks.submitted(town)
    cap = "按“两项合计”合计封顶，还可享受 15 万元"
    Claim.objects.filter(pk=claim.pk).update(working=[*claim.working, cap])
    walks.knows(town.firm, "9000000")  # later facts change nothing of what was reckoned then
    officer = as_(town.policy_officer)
    assert f"<li>{claim.working[0]}</li>" in officer.get(page(claim)).content.decode()
    town.policy_officer.language = "en"
    town.policy_officer.save(update_fields=["language"])
    shown = officer.get(page(claim)).content.decode()
    assert claim.working[0] not in shown
    assert "R&amp;D cost last year" in shown
    assert f'<li lang="zh-hans">{cap}</li>' in shown


def test_what_became_of_the_firms_own_word_stands_beside_it(town, as_):
    """Who decides sees that a fact the claim rests on was refuted since, and why; so does the firm (POL-2, POL-5)."""
    word = Declaration.objects.create(
        enterprise=town.firm, attribute="rd_cost_last_year", value=200000000, by=town.enterprise_member, at=MONDAY
    )
    claim = walks.submitted(town)
    assert "待核实" in as_(town.policy_officer).get(page(claim)).content.decode()
    later = Declaration.State.REFUTED, "账册由母公司统一核算"
    Declaration.objects.filter(pk=word.pk).update(state=later[0], reason=later[1])
    for reader in (town.policy_officer, town.enterprise_member):
        assert "不属实：账册由母公司统一核算" in as_(reader).get(page(claim)).content.decode()


def test_deviations_stand_side_by_side(town, as_):
    claim = walks.submitted(town)
    walks.knows(town.firm, "1500000")
    flow.check(claim.round, by=town.policy_officer)
    shown = as_(town.policy_officer).get(page(claim)).content.decode()
    assert "核校有 2 处差异" in shown
    for words in ("200 万元", "150 万元", "20 万元", "15 万元"):
        assert words in shown


def test_a_verb_of_another_role_is_404_and_a_late_one_409(town, as_):
    claim = walks.to_approve(town)
    assert as_(town.policy_officer).post(act(claim, "approve"), {"amount": "1"}).status_code == 404
    assert as_(town.steward).get(act(claim, "accept")).status_code == 404
    assert as_(town.other_member).get(act(claim, "withdraw")).status_code == 404
    assert as_(town.policy_officer).get(act(claim, "nonsense")).status_code == 404
    late = as_(town.policy_officer).post(act(claim, "accept"))
    assert late.status_code == 409
    assert "待审批" in late.content.decode()
    claim.refresh_from_db()
    assert claim.status == "approve"


def test_a_refused_act_keeps_what_was_typed(town, as_):
    claim = walks.to_approve(town)
    answer = as_(town.department_head).post(act(claim, "approve"), {"amount": "250000", "reason": ""})
    assert answer.status_code == 422  # more than was computed, and no word why
    assert 'value="250000' in answer.content.decode()
    assert as_(town.department_head).post(act(claim, "reject"), {"reason": ""}).status_code == 422
    claim.refresh_from_db()
    assert claim.status == "approve"


def test_supplement_with_words_and_a_file(town, as_):
    claim, client = walks.supplementing(town), as_(town.enterprise_member)
    assert client.post(act(claim, "supplement"), {"text": ""}).status_code == 422
    sent = {"text": "明细附后。", "files": SimpleUploadedFile("明细.pdf", PDF, "application/pdf")}
    assert client.post(act(claim, "supplement"), sent).status_code == 302
    shown = as_(town.policy_officer).get(page(claim)).content.decode()
    assert "明细附后。" in shown
    assert "明细.pdf" in shown
    file = claim.files.get()
    address = reverse("claims:download", args=[claim.number, file.pk])
    assert as_(town.policy_officer).get(address).status_code == 200
    assert as_(town.other_member).get(address).status_code == 404
    other = walks.submitted(town, firm=town.foreign_firm)
    wrong = reverse("claims:download", args=[other.number, file.pk])
    assert as_(town.policy_officer).get(wrong).status_code == 404


def test_confirm_receive_and_rate_once(town, as_):
    claim, client = walks.listed(town), as_(town.enterprise_member)
    account = {"contact_name": "庄周", "contact_phone": "0512-0000 1234", "account_name": town.firm.name}
    account |= {"bank": "示例银行", "account": "6222 0000 1111 2222"}
    assert client.post(act(claim, "confirm"), account | {"account": ""}).status_code == 422
    assert client.post(act(claim, "confirm"), account).status_code == 302
    claim.refresh_from_db()
    assert (claim.status, claim.account) == ("approve", "6222000011112222")
    claim = walks.paid(town)
    assert client.post(act(claim, "confirm_receipt")).status_code == 302
    assert client.post(act(claim, "confirm_receipt")).status_code == 409  # a double click finds it done
    assert client.post(act(claim, "rate"), {"stars": "6"}).status_code == 422
    assert client.post(act(claim, "rate"), {"stars": "5", "comment": "很快"}).status_code == 302
    assert client.post(act(claim, "rate"), {"stars": "1"}).status_code == 409
    claim = Claim.objects.get(pk=claim.pk)
    assert (claim.stars, claim.payment.received_by) == (5, town.enterprise_member)


def test_an_objection_is_decided_without_naming_the_objector_to_the_firm(town, as_):
    claim = walks.objected(town)
    assert "许由" in as_(town.policy_officer).get(page(claim)).content.decode()
    firm = as_(town.enterprise_member).get(page(claim)).content.decode()
    assert "许由" not in firm
    assert "研发费用不实" not in firm
    asked = as_(town.deputy_head).get(act(claim, "decide_objection")).content.decode()
    assert "研发费用不实" in asked  # decided beside what was said
    answer = as_(town.deputy_head).post(act(claim, "decide_objection"), {"upheld": "maybe", "answer": "x"})
    assert answer.status_code == 422
    objection = claim.objections.get()
    sent = {"objection": objection.pk, "upheld": "no", "answer": "已核对专项审计报告，属实。"}
    assert as_(town.deputy_head).post(act(claim, "decide_objection"), sent).status_code == 302
    objection.refresh_from_db()
    assert (objection.upheld, objection.decided_by) == (False, town.deputy_head)


PAPERS = {
    "submitted": set(),
    "approve": {"acceptance"},
    "payment": {"acceptance", "approval"},
    "paid": {"acceptance", "approval", "payment"},
    "rejected": {"rejection"},
}


@pytest.mark.parametrize("status", PAPERS)
def test_each_stage_has_its_papers(town, as_, status):
    claim, client = IN[status](town), as_(town.enterprise_member)
    for kind in ("acceptance", "approval", "rejection", "payment"):
        answer = client.get(reverse("claims:paper", args=[claim.number, kind]))
        assert (answer.status_code == 200) == (kind in PAPERS[status]), kind
        if answer.status_code == 200:
            word = client.get(reverse("claims:paper-word", args=[claim.number, kind]))
            text = [
                cell.text
                for table in Document(BytesIO(word.content)).tables
                for row in table.rows
                for cell in row.cells
            ]
            assert town.firm.name in text
            assert ACCOUNT not in " ".join(text)
            assert ACCOUNT not in answer.content.decode()


def test_the_firms_list_shows_its_own_alone(town, as_):
    walks.submitted(town, firm=town.foreign_firm)
    client = as_(town.enterprise_member)
    costs = []
    for _ in range(2):
        walks.submitted(town)
        client.get(reverse("claims:mine"))
        with CaptureQueriesContext(connection) as counted:
            answer = client.get(reverse("claims:mine"))
        costs.append(len(counted))
    assert costs[0] == costs[1]
    assert {row.claim.enterprise for row in answer.context["rows"]} == {town.firm}


def test_the_story_is_told_to_the_firm_without_the_offices_own(town, as_):
    claim = walks.reviewing(town)
    flow.give_review(
        claim, by=town.people["economy_officer"], department=town.economy, says="agrees", at=MONDAY + 2 * DAY
    )
    office = as_(town.policy_officer).get(page(claim)).content.decode()
    firm = as_(town.enterprise_member).get(page(claim)).content.decode()
    assert "提出审查意见" in office
    assert "提出审查意见" not in firm
    assert "提交申报" in firm
