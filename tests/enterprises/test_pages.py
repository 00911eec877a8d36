"""The pages: who reaches which, what they show, and what they cost."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from enterprises.models import Enterprise, Member, Place
from portal.people.models import Delegation
from portal.trail.models import Event, Read
from portal.worktime import clock
from tests.enterprises import factories

pytestmark = pytest.mark.django_db

LIST = "/enterprises/"


@pytest.fixture
def clerk(db):
    return factories.person("clerk", "intake_clerk")


@pytest.fixture
def signed_in(client, clerk):
    client.force_login(clerk)
    return client


def page(firm):
    return reverse("enterprises:detail", args=[firm.uscc])


def names_on(response):
    return [firm.name for firm in response.context["page"]]


def text_of(response):
    return response.content.decode()


# The list --------------------------------------------------------------------------------------------------------


def many(count):
    """Firms each with everything a row shows."""
    places, user = factories.town(), factories.person("steward", "steward")
    cls = factories.industry("3484", parent=factories.industry("C"))
    for n in range(1, count + 1):
        factories.steward(factories.firm(n, places["A1Z"], industry=cls, established_on="2012-03-04"), user)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(signed_in, django_assert_num_queries, count):
    many(count)
    signed_in.get(LIST)  # warms what is read once per process
    with django_assert_num_queries(11) as queries:
        response = signed_in.get(LIST)
    assert len(response.context["page"]) == count, queries


def test_a_row_shows_where_what_and_who(signed_in):
    many(1)
    shown = text_of(signed_in.get(LIST))
    for part in ("太仓乌有1号有限公司", "乌有产业园", "C3484 业3484", "2012-03-04", "某steward"):
        assert part in shown


def test_filters_narrow_the_list(signed_in):
    places, steward = factories.town(), factories.person("steward", "steward")
    cls = factories.industry("3484", parent=factories.industry("C"))
    one = factories.firm(1, places["A1Z"], industry=cls)
    two = factories.firm(2, places["B1"], status="cancelled")
    factories.steward(one, steward)
    factories.steward(two, steward, until=clock.now())
    for query, expected in (
        ({"place": places["A"].pk}, [one]),
        ({"place": places["T"].pk}, [one, two]),
        ({"industry": cls.parent_id}, [one]),
        ({"status": "cancelled"}, [two]),
        ({"steward": steward.pk}, [one]),
        ({"steward": "none"}, [two]),
        ({"q": "乌有2"}, [two]),
        ({"q": "乌有2", "status": "active"}, []),
    ):
        response = signed_in.get(LIST, query)
        assert (query, set(names_on(response))) == (query, {firm.name for firm in expected})


@pytest.mark.parametrize("query", ["place=999999", "industry=x", "status=no", "steward=0", "sort=uscc", "scope=all"])
def test_a_filter_that_does_not_exist_shows_nothing_and_says_so(signed_in, query):
    factories.firm(1)
    response = signed_in.get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert names_on(response) == []
    assert "sx-sum" in text_of(response)


def test_the_list_can_be_sorted(signed_in):
    place = factories.place("T")
    factories.firm(1, place, name="乙", registered_capital=5, established_on="2020-01-01")
    factories.firm(2, place, name="丙", registered_capital=None, established_on="2024-01-01")
    factories.firm(3, place, name="丁", registered_capital=100, established_on=None)
    assert names_on(signed_in.get(LIST)) == ["丁", "丙", "乙"]
    assert names_on(signed_in.get(f"{LIST}?sort=capital")) == ["丁", "乙", "丙"]
    assert names_on(signed_in.get(f"{LIST}?sort=established")) == ["丙", "乙", "丁"]


def test_a_steward_has_a_tab_with_his_firms(client):
    one, user = factories.firm(1), factories.person("steward", "steward")
    factories.firm(2)
    factories.steward(one, user)
    client.force_login(user)
    assert len(names_on(client.get(LIST))) == 2
    assert names_on(client.get(f"{LIST}?scope=mine")) == [one.name]


def test_a_firm_found_by_a_former_name_says_which(signed_in):
    renamed, namesake = (
        factories.firm(1, name="太仓新名有限公司", short_name=""),
        factories.firm(2, name="太仓旧名有限公司"),
    )
    for firm in (renamed, namesake):
        firm.former_names.create(name="太仓旧名织造厂", until="2020-05-01")
    rows = {firm.name: firm.found_as for firm in signed_in.get(f"{LIST}?q=旧名").context["page"]}
    assert rows == {"太仓新名有限公司": "太仓旧名织造厂", "太仓旧名有限公司": ""}


@pytest.mark.parametrize("role", [None, "enterprise_member", "administrator", "auditor", "evaluator"])
@pytest.mark.parametrize("path", [LIST, f"{LIST}export/"])
def test_the_list_is_for_officials(client, role, path):
    user = factories.person("someone", *([role] if role else []))
    factories.member(factories.firm(1), user)
    client.force_login(user)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [LIST, f"{LIST}export/", f"{LIST}mine/", f"{LIST}{'9' * 18}/"])
def test_strangers_are_asked_to_sign_in(client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response.url.startswith("/sign-in/")


def test_the_list_shows_nothing_of_persons(signed_in):
    user = factories.person("zhou", name="周南", mobile="13800000021")
    factories.member(factories.firm(1, legal_representative="白星野"), user)
    shown = text_of(signed_in.get(LIST))
    for personal in ("周南", "13800000021", "138 0000 0021", "白星野"):
        assert personal not in shown


# The export ------------------------------------------------------------------------------------------------------


def sheet_of(response):
    return load_workbook(BytesIO(response.content))


def test_the_export_holds_exactly_what_the_list_shows(signed_in, clerk):
    many(3)
    factories.firm(9, Place.objects.get(code="B1"), name="西片区的企业")
    query = {"place": Place.objects.get(code="A").pk, "sort": "established", "q": "乌有"}
    shown = names_on(signed_in.get(LIST, query))
    response = signed_in.get(f"{LIST}export/", query)
    book = sheet_of(response)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == shown
    assert rows[0][:3] == ("名称", "统一社会信用代码", "网格")
    assert rows[1][2:4] == ("乌有产业园", "C3484 业3484")
    notes = dict(book.worksheets[1].iter_rows(values_only=True))
    assert notes["导出人"] == clerk.name
    assert notes["行数"] == 3
    assert response["Content-Disposition"].startswith("attachment")
    event = Event.objects.get(kind="enterprise.exported")
    assert (event.actor, event.subject_id, event.data["rows"]) == (clerk, None, 3)
    assert event.data["filters"]["place"] == str(query["place"])
    assert "乌有" not in str(event.data)


@pytest.mark.parametrize("name", ["=1+1", "+86", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "＝1+1"])
def test_a_name_is_never_a_live_formula(signed_in, name):
    factories.firm(1, name=name)
    cell = sheet_of(signed_in.get(f"{LIST}export/")).worksheets[0]["A2"]
    assert (cell.value.strip(), cell.data_type, cell.quotePrefix) == (name.strip(), "s", True)


def test_what_xml_cannot_hold_is_left_out(signed_in):
    factories.firm(1, name="乌\x08有\x1f有限\uffff公司")
    assert sheet_of(signed_in.get(f"{LIST}export/")).worksheets[0]["A2"].value == "乌有有限公司"


def test_the_export_is_limited_and_says_so(signed_in, monkeypatch):
    monkeypatch.setattr("enterprises.export.LIMIT", 2)
    many(3)
    book = sheet_of(signed_in.get(f"{LIST}export/"))
    assert book.worksheets[0].max_row == 3
    assert "2" in dict(book.worksheets[1].iter_rows(values_only=True))["注意"]


# One firm --------------------------------------------------------------------------------------------------------


def test_an_official_sees_the_record_with_masked_numbers(client):
    firm = factories.firm(1, factories.town()["A1Z"], phone="13800007777")
    factories.member(firm, factories.person("zhou", name="周南", mobile="13800000021"), title="厂长")
    client.force_login(factories.person("handler", "handler"))
    shown = text_of(client.get(page(firm)))
    for part in (firm.uscc, "东片区", "广漠村", "乌有产业园", "周南", "厂长", "138 **** 0021", "138 **** 7777"):
        assert part in shown
    for hidden in ("13800000021", "138 0000 0021", "7777转", "13800007777"):
        assert hidden not in shown


@pytest.mark.parametrize("role", ["administrator", "auditor", "evaluator", "enterprise_member", None])
def test_to_others_the_firm_does_not_exist(client, role):
    firm = factories.firm(1)
    client.force_login(factories.person("someone", *([role] if role else [])))
    assert client.get(page(firm)).status_code == 404


def test_a_member_sees_the_profile_of_his_own_firm_until_he_leaves(client):
    own, foreign = factories.firm(1), factories.firm(2)
    user, colleague = factories.person("agent"), factories.person("zhou", name="周南", mobile="13800000021")
    tie = factories.member(own, user)
    factories.member(own, colleague)
    factories.steward(own, factories.person("lu", name="陆清和", phone="0512-0000 2210"))
    client.force_login(user)
    response = client.get(page(own))
    assert "enterprises/profile.html" in [template.name for template in response.templates]
    shown = text_of(response)
    for part in ("陆清和", "0512-0000 2210", "138 **** 0021"):
        assert part in shown
    assert "<form" not in shown.split('id="main"')[1].split("</main>")[0]
    assert client.get(page(foreign)).status_code == 404
    Member.objects.filter(pk=tie.pk).update(until=clock.now())
    assert client.get(page(own)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_record_costs_the_same_for_any_number_of_people(signed_in, django_assert_num_queries, count):
    firm = factories.firm(1, factories.town()["A1Z"])
    for n in range(count):
        factories.member(firm, factories.person(f"p{n}", mobile=f"1380000000{n}"))
        factories.steward(firm, factories.person(f"s{n}"), kind="project_assistant", project=str(n))
    signed_in.get(page(firm))
    with django_assert_num_queries(23):
        signed_in.get(page(firm))


def test_mine_leads_to_the_only_firm_or_to_the_choice(client):
    one, two, user = factories.firm(1), factories.firm(2), factories.person("agent")
    client.force_login(user)
    assert client.get(f"{LIST}mine/").status_code == 404
    factories.member(one, user)
    assert client.get(f"{LIST}mine/").url == page(one)
    factories.member(two, user)
    shown = text_of(client.get(f"{LIST}mine/"))
    assert all(page(firm) in shown for firm in (one, two))


def test_who_has_no_firm_any_more_is_told_so(client):
    client.force_login(factories.person("agent", "enterprise_member"))
    assert "不代表任何企业" in text_of(client.get(f"{LIST}mine/"))


# The acts --------------------------------------------------------------------------------------------------------


def test_a_clerk_adds_a_member_by_mobile_number(signed_in):
    firm, user = factories.firm(1), factories.person("zhou", mobile="13800000021")
    response = signed_in.post(f"{page(firm)}people/", {"account": "138 0000 0021", "title": "厂长"}, follow=True)
    assert response.redirect_chain == [(page(firm), 302)]
    assert "现在可以代表这家企业办事" in text_of(response)
    assert firm.members.get().user == user


@pytest.mark.parametrize("account", ["", "nobody", "13900000000", "x" * 61, "gone"])
def test_an_unknown_account_is_an_error_beside_the_field(signed_in, account):
    factories.person("gone", is_active=False)
    firm = factories.firm(1)
    response = signed_in.post(f"{page(firm)}people/", {"account": account})
    assert response.status_code == 422
    assert response.context["member_form"].errors["account"]
    assert not firm.members.exists()


def test_adding_twice_is_refused_beside_the_field(signed_in):
    firm, user = factories.firm(1), factories.person("zhou")
    factories.member(firm, user)
    response = signed_in.post(f"{page(firm)}people/", {"account": "zhou"})
    assert response.status_code == 422
    assert "已经是" in str(response.context["member_form"].errors["account"])


def test_a_clerk_ends_and_names_members_and_stewards(signed_in):
    firm = factories.firm(1)
    tie, other = factories.member(firm, factories.person("one")), factories.member(firm, factories.person("two"))
    factories.person("new", "steward")
    signed_in.post(f"{page(firm)}people/{other.pk}/primary/")
    assert firm.members.get(is_primary=True) == other
    signed_in.post(f"{page(firm)}people/{tie.pk}/end/")
    assert list(firm.members.current(clock.now())) == [other]
    new = firm.members.model._meta.get_field("user").related_model.objects.get(username="new")
    signed_in.post(f"{page(firm)}stewards/", {"kind": "steward", "user": new.pk})
    assert firm.first_contact() == new
    signed_in.post(f"{page(firm)}stewards/{firm.stewardships.get().pk}/end/")
    assert firm.first_contact() is None
    signed_in.post(f"{page(firm)}name/", {"name": "太仓新名有限公司"})
    assert Enterprise.objects.get(pk=firm.pk).name == "太仓新名有限公司"


def test_a_steward_with_a_project_or_without_the_role_is_refused(signed_in):
    firm, steward = factories.firm(1), factories.person("new", "steward")
    nobody = factories.person("nobody")
    for data in (
        {"kind": "steward", "user": steward.pk, "project": "二期"},
        {"kind": "project_assistant", "user": steward.pk},
        {"kind": "steward", "user": nobody.pk},
        {"kind": "king", "user": steward.pk},
    ):
        assert signed_in.post(f"{page(firm)}stewards/", data).status_code == 422
    assert not firm.stewardships.exists()


def acts(firm, member, tie):
    return [
        ("people/", {"account": "zhou"}),
        (f"people/{member.pk}/end/", {}),
        (f"people/{member.pk}/primary/", {}),
        (f"people/{member.pk}/phone/", {}),
        ("stewards/", {"kind": "steward", "user": "1"}),
        (f"stewards/{tie.pk}/end/", {}),
        ("name/", {"name": "太仓新名有限公司"}),
    ]


@pytest.mark.parametrize("role", ["handler", "leader", "inspector", "enterprise_member", "administrator", "steward"])
def test_without_the_power_every_act_is_a_404(client, role):
    firm, user = factories.firm(1), factories.person("someone", role)
    member = factories.member(firm, factories.person("zhou"))
    tie = factories.steward(firm, factories.person("steward2"))
    if role == "enterprise_member":
        factories.member(firm, user)
    client.force_login(user)
    for path, data in acts(firm, member, tie):
        assert (path, client.post(page(firm) + path, data).status_code) == (path, 404)
    assert not Event.objects.exists()
    assert not Read.objects.exists()


def test_the_acts_take_no_get_and_touch_no_other_firm(signed_in):
    firm, foreign = factories.firm(1), factories.firm(2)
    member, tie = factories.member(foreign, factories.person("zhou")), factories.steward(foreign, factories.person("s"))
    for path, data in acts(firm, member, tie):
        assert (path, signed_in.get(page(firm) + path).status_code) == (path, 405)
        if str(member.pk) in path or str(tie.pk) in path:
            assert (path, signed_in.post(page(firm) + path, data).status_code) == (path, 404)
    assert member.enterprise.members.current(clock.now()).exists()


def test_looking_at_a_number_is_recorded(signed_in, clerk):
    firm, user = factories.firm(1), factories.person("zhou", mobile="13800000021")
    member = factories.member(firm, user)
    assert "138 0000 0021" not in text_of(signed_in.get(page(firm)))
    part = signed_in.post(f"{page(firm)}people/{member.pk}/phone/", headers={"HX-Request": "true"})
    assert "138 0000 0021" in text_of(part)
    assert "<html" not in text_of(part)
    assert "138 0000 0021" in text_of(signed_in.post(f"{page(firm)}people/{member.pk}/phone/"))
    looks = Read.objects.values_list("reader", "subject_type", "subject_id", "what")
    assert list(looks) == [(clerk.pk, "enterprises.member", member.pk, "phone")] * 2


@pytest.mark.parametrize("role", ["revisitor", "intake_clerk"])
def test_who_looks_for_another_is_recorded_with_him(client, role):
    """AB角: the deputy's look is told as made for whom he stands in for."""
    principal, deputy = factories.person("principal", role), factories.person("deputy")
    now = clock.now()
    Delegation.objects.create(principal=principal, deputy=deputy, since=now, until=now + timedelta(days=1))
    firm = factories.firm(1)
    member = factories.member(firm, factories.person("zhou", mobile="13800000021"))
    client.force_login(deputy)
    assert client.post(f"{page(firm)}people/{member.pk}/phone/").status_code == 200
    assert list(Read.objects.values_list("reader", "principal")) == [(deputy.pk, principal.pk)]
