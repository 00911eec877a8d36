"""The pages of registering, deciding and inviting: walked through as a stranger, a clerk, a primary contact."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enterprises.demo import valid_uscc
from enterprises.joining import flow, views
from enterprises.models import JoinRequest, Member, NumberProof
from portal.files.models import StoredFile
from portal.files.tasks import remove_unattached
from portal.outbox import demo
from portal.outbox.delivery import deliver
from portal.people.models import User
from portal.trail.models import Event, Read
from tests.enterprises import factories
from tests.enterprises.test_joining import asked, paper

pytestmark = pytest.mark.django_db
NUMBER, PASSWORD = "13800000021", "riverside-lantern-7"
REGISTER, CODE, FIRM, MINE = "/register/", "/register/code/", "/register/firm/", "/register/mine/"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": options}


def said(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def licence(name: str = "执照.txt"):
    return SimpleUploadedFile(name, "营业执照".encode())


def proven(number: str = NUMBER) -> Client:
    client = Client()
    assert client.post(REGISTER, {"mobile": number}).url == CODE
    assert client.post(CODE, {"code": NumberProof.objects.latest("pk").code}).url == FIRM
    return client


def filled(uscc: str, **more) -> dict:
    account = {"name": "周南", "password1": PASSWORD, "password2": PASSWORD}
    return account | {"uscc": uscc, "title": "会计", "papers": [licence()], "consent": "on"} | more


def clerk(name: str = "clerk") -> tuple[User, Client]:
    user, client = factories.person(name, "intake_clerk"), Client()
    client.force_login(user)
    return user, client


# Registering -------------------------------------------------------------------------------------------------------


def test_a_stranger_registers_for_a_firm_on_file_and_a_clerk_lets_him_in(settings):
    firm = factories.firm(1)
    client = Client()
    client.post(REGISTER, {"mobile": "138 0000 0021"})
    deliver()
    code = re.search(r"\d{6}", demo.kept()[0]["body"])[0]
    client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})
    response = client.post(FIRM, filled(firm.uscc), follow=True)
    assert "正在核对证明材料" in said(response)
    user = User.objects.get(mobile=NUMBER)
    assert (user.name, user.check_password(PASSWORD), NUMBER in user.username) == ("周南", True, False)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "可以申请代表企业" in said(client.get("/home/"))

    request = JoinRequest.objects.get()
    _user, office = clerk()
    page = said(office.get(reverse("joining:request", args=[request.pk])))
    for part in ("周南", "138 0000 0021", firm.name, firm.uscc, "执照.txt", "还没有，他会成为主要联系人"):
        assert part in page
    assert office.post(reverse("joining:approve", args=[request.pk])).url == reverse("joining:queue")
    assert client.get("/home/").url == "/firm/"
    assert client.get(f"/enterprises/{firm.uscc}/").status_code == 200


def test_a_firm_that_is_not_on_file_is_asked_its_name_and_address():
    client = proven()
    look = said(client.get(f"{FIRM}look/", {"uscc": valid_uscc(5)}))
    assert "名录里没有这家企业" in look
    assert 'name="address"' in look
    refused = client.post(FIRM, filled(valid_uscc(5)))
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"firm_name", "address"}
    assert not User.objects.exists(), "all or nothing"
    client.post(FIRM, filled(valid_uscc(5), firm_name="太仓子虚有限公司", address="子虚路 1 号"))
    request = JoinRequest.objects.get()
    assert (request.enterprise, request.name) == (None, "太仓子虚有限公司")

    _user, office = clerk()
    url = reverse("joining:approve", args=[request.pk])
    assert office.post(url).status_code == 422
    assert office.post(url, {"place": factories.town()["A1"].pk}).status_code == 302
    assert Member.objects.get().enterprise.uscc == valid_uscc(5)


def test_a_slip_in_the_code_is_not_taken_for_a_firm_that_is_not_on_file():
    client = proven("13800000056")
    right = valid_uscc(5)
    slip = right[:-1] + ("0" if right[-1] != "0" else "1")
    shown = said(client.get(f"{FIRM}look/", {"uscc": slip}))
    assert "校验位不对" in shown
    assert "名录里没有这家企业" not in shown
    assert "名录里没有这家企业" not in said(client.post(FIRM, {"uscc": ""})), "nor is an empty one"


def test_looking_up_a_firm_tells_its_public_name_and_nobodys(settings):
    firm = factories.firm(1, legal_representative="白星野", phone="13800007777")
    factories.member(firm, factories.person("boss", name="周南"))
    assert Client().get(f"{FIRM}look/", {"uscc": firm.uscc}).status_code == 404, "strangers prove a number first"
    shown = said(proven("13800000055").get(f"{FIRM}look/", {"uscc": firm.uscc.lower()}))
    assert firm.name in shown
    for hidden in ("白星野", "周南", "7777"):
        assert hidden not in shown


def test_the_number_tells_nothing_before_it_is_proven():
    factories.person("zhou", mobile=NUMBER)
    answers = []
    for number in (NUMBER, "13800000022"):
        client = Client()
        first = client.post(REGISTER, {"mobile": number})
        second = client.get(CODE)
        answers.append((first.status_code, first.url, said(second).replace(number[-4:], "")))
    token = re.compile(r'csrfmiddlewaretoken" value="\w+"')
    assert token.sub("", str(answers[0])) == token.sub("", str(answers[1]))


def test_who_has_an_account_signs_in_and_asks_for_a_further_firm():
    user, firm = factories.person("zhou", mobile=NUMBER), factories.firm(1)
    factories.member(factories.firm(2), user)
    page = said(proven().get(FIRM))
    assert "这个手机号已有账号" in page
    assert "/sign-in/?next=/register/firm/" in page
    client = Client()
    client.force_login(user)
    assert client.get(REGISTER).url == FIRM
    assert "设密码" not in said(client.get(FIRM))
    assert client.post(FIRM, {"uscc": firm.uscc, "papers": [licence()], "consent": "on"}).url == MINE
    assert JoinRequest.objects.get().user == user


@pytest.mark.parametrize("path", [CODE, FIRM])
def test_no_step_is_reached_without_the_one_before(path):
    assert Client().get(path).url == REGISTER
    assert Client().post(path, filled(valid_uscc(1))).url == REGISTER
    assert not User.objects.exists()


def test_the_proof_belongs_to_the_browser_that_asked():
    client, other = Client(), Client()
    client.post(REGISTER, {"mobile": NUMBER})
    assert other.post(CODE, {"code": NumberProof.objects.get().code}).url == REGISTER


@pytest.mark.parametrize(
    "given, field",
    [
        ({"mobile": "138"}, "mobile"),
        ({"mobile": ""}, "mobile"),
        ({"mobile": "0512-0000 2210"}, "mobile"),
        ({"mobile": "1３８00000021"}, "mobile"),
        ({"mobile": "1" * 5000}, "mobile"),
        ({"mobile": "13800000021\0"}, "mobile"),
    ],
)
def test_what_is_no_mobile_number(given, field):
    response = Client().post(REGISTER, given)
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not NumberProof.objects.exists()


@pytest.mark.parametrize("typed", ["", "000000x", "１２３４５６", "' or 1=1", "9" * 5000])
def test_a_wrong_code_goes_no_further(typed):
    client = Client()
    client.post(REGISTER, {"mobile": NUMBER})
    assert client.post(CODE, {"code": typed}).status_code == 422
    assert client.get(FIRM).url == REGISTER


@pytest.mark.parametrize(
    "given, form, field",
    [
        ({"uscc": "91320585MA0000000X"}, "form", "uscc"),
        ({"uscc": ""}, "form", "uscc"),
        ({"uscc": "\0" * 18}, "form", "uscc"),
        ({"papers": []}, "form", "papers"),
        ({"papers": "no file"}, "form", "papers"),
        ({"consent": ""}, "form", "consent"),
        ({"name": ""}, "account", "name"),
        ({"password2": "another-one-9"}, "account", "password2"),
        ({"password1": "short", "password2": "short"}, "account", "password1"),
        ({"password1": "13800000021", "password2": "13800000021"}, "account", "password1"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(given, form, field):
    response = proven().post(FIRM, filled(factories.firm(1).uscc) | given)
    assert response.status_code == 422
    assert response.context[form].errors[field]
    assert not User.objects.exists()
    assert not JoinRequest.objects.exists()


def test_a_hostile_paper_is_refused_and_leaves_no_account():
    evil = SimpleUploadedFile("执照.png", b"<script>alert(1)</script>")
    response = proven().post(FIRM, filled(factories.firm(1).uscc, papers=[evil]))
    assert response.context["form"].errors["papers"]
    assert not User.objects.exists()
    too_many = [licence(f"{n}.txt") for n in range(11)]
    response = proven("13800000033").post(FIRM, filled(factories.firm(2).uscc, papers=too_many))
    assert "最多" in str(response.context["form"].errors["papers"])


def test_the_form_sent_from_two_tabs_makes_one_account():
    firm, client = factories.firm(1), proven()
    other = Client()
    other.cookies = client.cookies.copy()
    assert client.post(FIRM, filled(firm.uscc)).url == MINE
    other.post(FIRM, filled(firm.uscc))
    assert User.objects.filter(mobile=NUMBER).count() == 1
    assert JoinRequest.objects.count() == 1


def test_a_proven_number_is_good_for_half_an_hour(monkeypatch):
    client = proven()
    monkeypatch.setattr(views, "PROVEN_SECONDS", -1)
    assert client.get(FIRM).url == REGISTER


def test_codes_are_limited_per_number_and_per_address():
    client = Client()
    assert client.post(REGISTER, {"mobile": NUMBER}).status_code == 302
    assert client.post(REGISTER, {"mobile": NUMBER}).status_code == 429, "one a minute"
    for _n in range(5):
        cache.delete(f"joining:just:{NUMBER}")
        client.post(REGISTER, {"mobile": NUMBER})
    assert NumberProof.objects.count() == 5, "five an hour"
    for n in range(40):
        last = client.post(REGISTER, {"mobile": f"139000000{n:02d}"})
    assert last.status_code == 429
    assert "一个号码一分钟一个" in said(last)
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert elsewhere.post(REGISTER, {"mobile": "13900000099"}).status_code == 302


def test_the_notice_is_there_for_everybody():
    assert "告知书" in said(Client().get("/register/notice/"))


def test_one_takes_back_ones_own_request_only():
    zhou, other = factories.person("zhou"), factories.person("other")
    request, client = asked(zhou, factories.firm(1)), Client()
    url = reverse("joining:withdraw", args=[request.pk])
    client.force_login(other)
    assert client.post(url).status_code == 404
    client.force_login(zhou)
    assert client.get(url).status_code == 405
    client.post(url)
    assert "已撤回" in said(client.get(MINE))
    assert "刚才已" not in said(client.post(url, follow=True))
    assert Event.objects.filter(kind="join_request.withdrawn").count() == 1


# Deciding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_any_number_of_rows(django_assert_num_queries, count):
    _user, office = clerk()
    for n in range(count):
        asked(factories.person(f"p{n}"), factories.firm(n + 1))
    office.get("/registrations/")
    with django_assert_num_queries(6):
        page = said(office.get("/registrations/"))
    assert page.count("data-row>") == count


def test_the_queue_masks_persons_and_the_request_shows_the_clerk_the_number_and_records_it():
    user, office = clerk()
    request = asked(factories.person("zhou", name="周南", mobile=NUMBER), factories.firm(1))
    queue = said(office.get("/registrations/"))
    assert "周*" in queue
    for hidden in ("周南", NUMBER, "138 0000 0021"):
        assert hidden not in queue
    assert not Read.objects.exists()
    assert "138 0000 0021" in said(office.get(reverse("joining:request", args=[request.pk])))
    assert list(Read.objects.values_list("reader", "subject_id", "what")) == [(user.pk, request.pk, "phone")]


def test_the_primary_contact_sees_a_masked_number_and_decides():
    firm, boss, client = factories.firm(1), factories.person("boss"), Client()
    factories.member(firm, boss, is_primary=True)
    request = asked(factories.person("zhou", name="周南", mobile=NUMBER), firm)
    client.force_login(boss)
    assert "周南 申请加入，待核对" in said(client.get(f"/enterprises/{firm.uscc}/"))
    page = said(client.get(reverse("joining:request", args=[request.pk])))
    assert "138 **** 0021" in page
    assert "138 0000 0021" not in page
    assert "现有人员" not in page
    paper_url = reverse("joining:paper", args=[request.pk, request.proofs.get().pk])
    assert client.get(paper_url)["Content-Disposition"].startswith("attachment")
    assert client.post(reverse("joining:approve", args=[request.pk])).status_code == 302
    assert firm.members.count() == 2
    assert client.get("/registrations/").status_code == 404


def test_who_may_not_see_a_request_finds_nothing():
    firm = factories.firm(1)
    request = asked(factories.person("zhou"), firm)
    proof = request.proofs.get().pk
    member = factories.person("member")
    factories.member(firm, member)
    for user in (factories.person("t", "triager"), factories.person("a", "administrator"), member):
        client = Client()
        client.force_login(user)
        assert client.get(reverse("joining:request", args=[request.pk])).status_code == 404
        assert client.get(reverse("joining:paper", args=[request.pk, proof])).status_code == 404
        for act in ("approve", "refuse"):
            assert client.post(reverse(f"joining:{act}", args=[request.pk]), {"reason": "x"}).status_code == 404
    assert JoinRequest.objects.get().state == "pending"


def test_ones_own_request_is_read_and_not_decided():
    user, office = clerk()
    request = asked(user, factories.firm(1))
    assert 'name="reason"' not in said(office.get(reverse("joining:request", args=[request.pk])))
    assert office.post(reverse("joining:approve", args=[request.pk])).status_code == 404


def test_a_second_clerk_is_told_who_was_faster():
    one, _first = clerk("clerk1")
    _two, second = clerk("clerk2")
    request = asked(factories.person("zhou"), factories.firm(1))
    flow.refuse(request, by=one, reason="不清")
    assert "已处理：没有通过" in said(second.post(reverse("joining:approve", args=[request.pk]), follow=True))


def test_after_one_comes_the_next():
    _user, office = clerk()
    one, two = (asked(factories.person(f"p{n}"), factories.firm(n)) for n in (1, 2))
    response = office.post(reverse("joining:refuse", args=[one.pk]), {"reason": "看不清"})
    assert response.url == reverse("joining:request", args=[two.pk])


def test_a_paper_of_another_request_is_not_there():
    _user, office = clerk()
    one, two = (asked(factories.person(f"p{n}"), factories.firm(n)) for n in (1, 2))
    assert office.get(reverse("joining:paper", args=[one.pk, two.proofs.get().pk])).status_code == 404


def test_papers_of_a_request_are_kept_when_the_attic_is_cleared():
    zhou = factories.person("zhou")
    asked(zhou, factories.firm(1))
    paper(zhou)
    remove_unattached(timezone.now() + timedelta(days=2))
    assert StoredFile.objects.count() == 1
