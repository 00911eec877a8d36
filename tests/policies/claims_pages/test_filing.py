"""The firm's page of a claim (POL-5): prefilled, sent once, nothing typed is lost."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enterprises.models import Declaration
from policies.models import Claim
from portal.files.models import StoredFile
from tests.files.factories import PDF
from tests.policies.claims.walks import IN, batch, knows

pytestmark = pytest.mark.django_db

TYPED = {
    "contact_name": "庄周",
    "contact_phone": "0512-0000 1234",
    "account_name": "乌有精密制造有限公司",
    "bank": "示例银行沙溪支行",
    "account": "6222 0000 1111 2222",
    "statement": "三个项目都已结题。",
    "sure": "on",
}
LIST = [{"name": "研发项目清单", "attribute": "", "required": True, "note": "盖章"}]
TALENTS = {"compare": ["talents", ">=", 2]}
HIRED = {"each": "10000", "per": {"ask": "hired"}, "asks": {"hired": {"label": "引进人才数", "unit": "人"}}}


def page(round):
    return reverse("claims:new", args=[round.pk])


def typed(**given):
    return {"key": str(uuid4()), **TYPED, **given}


def upload(client, name="清单.pdf"):
    answer = client.post(reverse("claims:upload"), {"file": SimpleUploadedFile(name, PDF, "application/pdf")})
    assert answer.status_code == 201
    return answer.json()["id"]


def test_everything_known_is_there_already(town, as_):
    round = batch(town, days=None)
    shown = as_(town.enterprise_member).get(page(round)).content.decode()
    assert "20 万元" in shown  # 10 % of 2,000,000
    assert "上年研发费用：200 万元，来自统计，截至 2025-12-31" in shown
    assert f'value="{town.firm.name}"' in shown
    assert f'value="{town.enterprise_member.name}"' in shown
    assert "不用交材料" in shown


def test_sent_twice_is_one_claim(town, as_):
    round, client = batch(town, days=None), as_(town.enterprise_member)
    sent = typed()
    first, again = client.post(page(round), sent), client.post(page(round), sent)
    claim = Claim.objects.get()
    assert first.url == again.url == reverse("claims:claim", args=[claim.number])
    assert (claim.asked_amount, claim.account, claim.contact_name) == (Decimal(200000), "6222000011112222", "庄周")
    other = client.post(page(round), typed(), follow=True)
    assert "这一批已经申报" in other.content.decode()
    assert Claim.objects.count() == 1


def test_a_refused_form_keeps_words_and_files(town, as_):
    round, client = batch(town, days=None, materials=LIST), as_(town.enterprise_member)
    stored = upload(client)
    answer = client.post(page(round), typed(stored_0=stored, account="十二"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="stored_0" value="{stored}"' in shown
    assert "清单.pdf" in shown
    assert "三个项目都已结题。" in shown
    assert "账号只写数字" in shown
    assert not Claim.objects.exists()
    assert client.post(page(round), typed(stored_0=stored)).status_code == 302
    (file,) = Claim.objects.get().files.all()
    assert (file.material, file.file_id) == ("研发项目清单", stored)


def test_a_required_material_is_asked_for_by_name(town, as_):
    round, client = batch(town, days=None, materials=LIST), as_(town.enterprise_member)
    answer = client.post(page(round), typed())
    assert answer.status_code == 422
    assert "请上传研发项目清单。" in answer.content.decode()
    sent = typed(file_0=SimpleUploadedFile("清单.pdf", PDF, "application/pdf"))
    assert client.post(page(round), sent).status_code == 302


def test_another_ones_upload_is_not_taken(town, as_):
    round = batch(town, days=None, materials=LIST)
    foreign = upload(as_(town.other_member))
    answer = as_(town.enterprise_member).post(page(round), typed(stored_0=foreign))
    assert answer.status_code == 422
    assert StoredFile.objects.get(pk=foreign).uploaded_by == town.other_member


def test_what_is_unknown_is_declared_on_the_spot(town, as_):
    round, client = batch(town, days=None, tree=TALENTS), as_(town.enterprise_member)
    assert 'name="declare_talents"' in client.get(page(round)).content.decode()
    assert client.post(page(round), typed(declare_talents="3")).status_code == 302
    assert Declaration.objects.get().attribute == "talents"
    (seen,) = [one for one in Claim.objects.get().seen if one["attribute"] == "talents"]
    assert (seen["value"], seen["declared"]) == ("3", True)
    record = client.get(reverse("claims:claim", args=[Claim.objects.get().number])).content.decode()
    assert "企业自报" in record


def test_a_declared_value_that_does_not_fit_leaves_nothing_behind(town, as_):
    round, client = batch(town, days=None, tree=TALENTS), as_(town.enterprise_member)
    answer = client.post(page(round), typed(declare_talents="1"))
    assert answer.status_code == 422
    assert "不符合条件" in answer.content.decode()
    assert not Claim.objects.exists()
    assert not Declaration.objects.exists()


def test_the_amount_is_reckoned_before_anything_is_sent(town, as_):
    round, client = batch(town, days=None, formula=HIRED), as_(town.enterprise_member)
    assert "填写后算出" in client.get(page(round)).content.decode()
    answer = client.post(page(round), {"key": str(uuid4()), "answer_hired": "4", "reckon": "1"})
    assert answer.status_code == 200
    assert "4 万元" in answer.content.decode()
    assert "请填写" not in answer.content.decode()  # what is still empty is nobody's mistake yet
    doubtful = client.post(page(round), {"key": str(uuid4()), "answer_hired": "1,5", "reckon": "1"})
    assert doubtful.status_code == 422
    assert list(doubtful.context["form"].errors) == ["answer_hired"]
    assert 'value="1,5"' in doubtful.content.decode()
    assert (
        "1,000 万元"
        in client.post(page(round), {"key": str(uuid4()), "answer_hired": "１，000", "reckon": "1"}).content.decode()
    )
    assert not Claim.objects.exists()
    assert client.post(page(round), typed(answer_hired="x")).status_code == 422
    assert client.post(page(round), typed(answer_hired="4")).status_code == 302
    assert Claim.objects.get().asked_amount == Decimal(40000)


def test_who_does_not_fit_is_told_why_and_gets_no_form(town, as_):
    round = batch(town, days=None, known=False)
    knows(town.firm, "500000")
    shown = as_(town.enterprise_member).get(page(round)).content.decode()
    assert "现在不能申报" in shown
    assert "50 万元" in shown  # what there is
    assert 'name="account"' not in shown
    assert as_(town.enterprise_member).post(page(round), typed()).status_code == 422


def test_a_full_round_says_that_one_waits(town, as_):
    claim = IN["waiting"](town, days=None)
    claim.delete()
    shown = as_(town.enterprise_member).get(page(claim.round)).content.decode()
    assert "提交，列入候补" in shown


def test_only_the_firms_own_people_claim(town, as_):
    round = batch(town, days=None)
    for name, status in [("policy_officer", 404), ("steward", 404), ("leader", 404), ("nobody", 200)]:
        answer = as_(town.people[name]).get(page(round))
        assert (answer.status_code, 'name="account"' in answer.content.decode()) == (status, False), name
    foreign = f"{page(round)}?firm={town.foreign_firm.uscc}"
    assert as_(town.enterprise_member).get(foreign).status_code == 404
    assert as_(town.enterprise_member).get(reverse("claims:new", args=[10**9])).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "x"},
        {"contact_name": ""},
        {"contact_phone": "\0"},
        {"account": "9" * 500},
        {"statement": "长" * 2001},
        {"stored_0": "9" * 40},
        {"sure": ""},
        {"bank": "<script>alert(1)</script>" * 9},
    ],
)
def test_hostile_input_is_refused_and_shown_harmless(town, as_, wrong):
    round, client = batch(town, days=None, materials=LIST), as_(town.enterprise_member)
    answer = client.post(page(round), typed(**wrong))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert not Claim.objects.exists()
