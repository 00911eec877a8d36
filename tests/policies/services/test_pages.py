"""The catalogue for everybody, ordering, the lists, acts and what the centre keeps, as people see them (POL-7)."""

import uuid
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from policies.models import Provider, ServiceOrder
from policies.services import flow, keeping
from portal.upkeep.retention import flow as retention
from portal.worktime import clock
from tests.policies.services.conftest import LATER, fresh, ordered, provider, rated


@pytest.fixture
def see(client, town):
    """`see("lawyer", "/services/orders/")`: the page as text, with its status checked."""

    def page(name, url, status=200, **more):
        client.logout()
        if name:
            client.force_login(town.people[name])
        answer = client.get(url, **more)
        assert answer.status_code == status, answer.status_code
        return answer.content.decode() if not answer.streaming else ""

    return page


def test_everybody_reads_the_catalogue_by_kind_and_word(see, town, firm_of_law, advisers):
    page = see("", "/services/")
    assert "子虚咨询公司" in page
    assert "数字化转型 1" in page
    assert "加入机构" not in page
    assert "子虚咨询公司" not in see("", "/services/?kind=rights")
    assert "子虚咨询公司" not in see("", "/services/?q=律师")
    assert "无何有律师事务所" in see("", "/services/?q=律师 合同")
    assert "没有找到" in see("", "/services/?q=%00不存在&kind=<x>")
    assert "登录后下单" in see("", firm_of_law.get_absolute_url())


def test_stars_show_from_three_ratings_on(see, town, advisers):
    for n in range(2):
        rated(advisers, town, 4, n)
    assert "评价还不多" in see("", "/services/")
    rated(advisers, town, 5, 2)
    assert "4.3" in see("", "/services/")


def test_a_firm_orders_on_one_page_prefilled(client, town, firm_of_law):
    client.force_login(town.enterprise_member)
    url = reverse("services:order-new", args=[firm_of_law.code])
    page = client.get(url).content.decode()
    assert "为乌有精密制造有限公司" in page
    assert town.enterprise_member.name in page
    assert 'value="rights"' in page
    sent = {"key": str(uuid.uuid4()), "kind": "rights", "need": "要律师函", "contact_name": "庄", "contact_phone": "12"}
    assert client.post(url, sent).status_code == 422
    sent["contact_phone"] = "0512-0000 9999"
    for _ in range(2):  # pressed twice
        assert client.post(url, sent).status_code == 302
    order = ServiceOrder.objects.get()
    assert (order.need, order.ordered_by, order.sent) == ("要律师函", town.enterprise_member, False)
    refused = client.post(url, sent | {"key": str(uuid.uuid4())})
    assert refused.status_code == 422
    assert order.number in refused.content.decode()
    assert client.post(url, sent | {"key": "x"}).status_code == 422


def test_the_centre_chooses_the_firm_and_a_stranger_may_not(client, see, town, firm_of_law):
    url = reverse("services:order-new", args=[firm_of_law.code])
    assert "替哪家企业下单" in see("intake_clerk", url)
    assert "子虚生物科技有限公司" in see("intake_clerk", f"{url}?q=子虚")
    see("steward", f"{url}?firm={town.foreign_firm.uscc}", status=404)
    see("enterprise_member", f"{url}?firm={town.foreign_firm.uscc}", status=404)
    see("handler", url, status=404)
    see("lawyer", url, status=404)
    client.force_login(town.intake_clerk)
    sent = {
        "key": str(uuid.uuid4()),
        "kind": "rights",
        "need": "要维权",
        "contact_name": "庄",
        "contact_phone": "05120000",
    }
    assert client.post(f"{url}?firm={town.foreign_firm.uscc}", sent).status_code == 302
    assert ServiceOrder.objects.get().sent is True


def test_the_provider_sees_its_orders_and_nobody_elses(see, town, firm_of_law, advisers):
    mine, other = ordered(firm_of_law, town), ordered(advisers, town, by=town.intake_clerk)
    page = see("lawyer", "/services/orders/")
    assert mine.number in page
    assert other.number not in page
    assert "导出" not in page
    see("lawyer", other.get_absolute_url(), status=404)
    see("lawyer", "/services/orders/export/", status=404)
    assert mine.number not in see("other_outsider", "/services/orders/")
    see("handler", "/services/orders/", status=404)
    record = see("lawyer", mine.get_absolute_url())
    assert 'href="/services/orders/"' in record  # in the navigation of a third party
    assert "13800000009" in record.replace(" ", "")
    assert reverse("enterprises:detail", args=[town.firm.uscc]) not in record


def test_who_only_reads_sees_the_telephone_masked(see, town, firm_of_law):
    order = ordered(firm_of_law, town)
    assert "13800000009" not in see("leader", order.get_absolute_url()).replace(" ", "")


def test_acts_in_the_browser_from_both_sides(client, town, now_ordered):
    act = "/services/orders/{}/{}/".format
    client.force_login(town.lawyer)
    assert client.get(act(now_ordered.number, "cancel")).status_code == 404
    assert client.get(act(now_ordered.number, "rate")).status_code == 404
    assert client.get(act(now_ordered.number, "order")).status_code == 404
    assert client.get(act(now_ordered.number, "finish")).status_code == 409
    assert client.post(act(now_ordered.number, "decline"), {"reason": " "}).status_code == 422
    for _ in range(2):
        assert client.post(act(now_ordered.number, "take")).status_code == 302
    assert client.post(act(now_ordered.number, "decline"), {"reason": "忙"}).status_code == 409
    assert client.post(act(now_ordered.number, "finish"), {"result": "办好了"}).status_code == 302
    client.force_login(town.enterprise_member)
    assert "请评价" in client.get(now_ordered.get_absolute_url()).content.decode()
    assert client.post(act(now_ordered.number, "rate"), {"stars": "9"}).status_code == 422
    assert client.post(act(now_ordered.number, "rate"), {"stars": "2"}).status_code == 422
    for _ in range(2):
        assert client.post(act(now_ordered.number, "rate"), {"stars": "5", "comment": "好"}).status_code == 302
    order = fresh(now_ordered)
    assert (order.status, order.stars, order.comment) == ("done", 5, "好")
    assert "办好了" in client.get(order.get_absolute_url()).content.decode()


def test_the_list_is_narrowed_and_exported_as_narrowed(client, town, firm_of_law, advisers):
    first = ordered(firm_of_law, town, need="=1+1")
    second = ordered(advisers, town, firm=town.foreign_firm, by=town.supervisor)
    flow.cancel(second, by=town.supervisor, reason="企业不要了")
    client.force_login(town.supervisor)
    for asked, expected in (
        ("", 2),
        ("?state=open", 1),
        ("?state=cancelled", 1),
        ("?state=late", 1),
        ("?kind=rights", 1),
        ("?kind=nonsense", 0),
        ("?state=x", 0),
        ("?q=子虚生物", 1),
        (f"?q={first.number}", 1),
        ("?q=%00", 2),
    ):
        page = client.get(f"/services/orders/{asked}")
        assert page.context["page"].paginator.count == expected, asked
    book = openpyxl.load_workbook(BytesIO(client.get("/services/orders/export/?kind=rights").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert first.number in rows[1]
    assert "13800000009" not in rows[1]
    assert "=1+1" in rows[1]


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_for_any_number(client, town, office, count):
    for n in range(count):
        ordered(provider(town, f"机构{n}", department=office if n == 0 else None), town)
    found = {}
    for name in ("supervisor", "enterprise_member", ""):
        client.logout()
        url = "/services/orders/" if name else "/services/"
        if name:
            client.force_login(town.people[name])
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        found[name] = len(asked)
    assert found == {"supervisor": 8, "enterprise_member": 8, "": 3}


def test_the_centre_keeps_the_catalogue(client, town, office):
    client.force_login(town.triager)
    sent = {
        "name": "某咨询",
        "kinds": ["management"],
        "offers": "诊断",
        "contact_name": "甲",
        "contact_phone": "05120000",
    }
    assert client.post("/services/providers/new/", sent | {"kinds": []}).status_code == 422
    assert client.post("/services/providers/new/", sent | {"department": town.housing.pk}).status_code == 422
    assert client.post("/services/providers/new/", sent | {"department": office.pk}).status_code == 302
    made = Provider.objects.get()
    assert client.post("/services/providers/new/", sent).status_code == 422  # of the same name
    edit = reverse("services:provider-edit", args=[made.code])
    assert "诊断" in client.get(edit).content.decode()
    assert client.post(edit, sent | {"price": "面议"}).status_code == 302
    assert Provider.objects.get().price == "面议"
    end = reverse("services:provider-end", args=[made.code])
    assert client.post(end, {"reason": ""}).status_code == 422
    assert client.post(end, {"reason": "不再合作"}).status_code == 302
    assert client.get(end).status_code == 404
    assert "某咨询" not in client.get("/services/").content.decode()
    assert "某咨询" in client.get("/services/?ended=1").content.decode()
    client.logout()
    assert client.get(made.get_absolute_url()).status_code == 404
    assert "某咨询" not in client.get("/services/?ended=1").content.decode()
    client.force_login(town.triager)
    assert client.post(reverse("services:provider-relist", args=[made.code])).status_code == 302
    assert Provider.objects.get().ended_at is None


def test_hostile_words_are_text(see, town, firm_of_law):
    keeping.edit_provider(firm_of_law, {"offers": "<script>alert(1)</script>"}, by=town.triager)
    page = see("", firm_of_law.get_absolute_url())
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    ordered(firm_of_law, town, at=clock.now(), need="<img src=x>")
    assert "<img src=x>" not in see("lawyer", ServiceOrder.objects.get().get_absolute_url())


def test_contacts_are_forgotten_when_their_time_is_over(town, firm_of_law):
    order = ordered(firm_of_law, town)
    flow.cancel(order, by=town.enterprise_member, reason="不用了", at=LATER)
    other = ordered(firm_of_law, town)
    retention.forget(LATER + timedelta(days=731))
    gone, running = fresh(order), fresh(other)
    assert (gone.contact_name, gone.contact_phone, gone.need) == ("—", "—", order.need)
    assert running.contact_phone == "13800000009"
