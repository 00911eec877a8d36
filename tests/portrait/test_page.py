"""The page of one firm: by model type, by who looks, and that it costs the same however much there is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.values import Held, Put, put_many
from enterprises.models import Conflict, Delivery, Enterprise, Industry, Line, Stewardship
from enterprises.models.declarations import DECLARED
from portal.desk.portrait.kinds import kinds, model_of
from portal.people.models import Membership
from portal.people.roles import Role
from portal.trail.models import Read
from requests import flow
from requests.flow.confidential import Grievance
from tests.enterprises.factories import firm as another_firm
from tests.facts.factories import fact, resources
from tests.requests import factories as make

TODAY = date(2026, 11, 22)


def page(client, firm):
    return client.get(reverse("enterprises:detail", args=[firm.uscc]))


def known(**values):
    return {code: Held(value) for code, value in values.items()}


# Model types ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"above_scale": True, "industry_section": "C"}, ["industry"]),
        ({"above_scale": False, "industry_section": "C"}, ["general"]),
        ({"above_scale": True, "industry_section": "C", "high_tech": True}, ["industry", "high-tech"]),
        ({"industry_section": "E"}, ["construction"]),
        ({"industry_section": "I", "high_tech": False}, ["service"]),
        ({"industry_section": "A"}, ["general"]),
        ({"firm_kind": "individual", "industry_section": "F"}, ["individual"]),
        ({}, ["general"]),
    ],
)
def test_each_firm_has_its_types(values, codes):
    model = model_of(Enterprise(kind="limited"), known(**values), TODAY)
    assert [kind.code for kind in model.kinds] == codes
    assert 1 <= len(model.figures) <= 6
    assert len(set(model.attributes)) == len(model.attributes)


def test_every_type_shows_what_is_its_own():
    assert {kind.code for kind in kinds()} == {
        "individual", "industry", "construction", "high-tech", "service", "general"
    }  # fmt: skip
    figures = [kind.figures for kind in kinds()]
    assert len(set(figures)) == len(figures)


def test_a_firm_just_entered_is_known_by_its_register(town):
    town.firm.kind = Enterprise.Kind.INDIVIDUAL
    assert [kind.code for kind in model_of(town.firm, {}, TODAY).kinds] == ["individual"]


# Who sees what (SEC-11) -------------------------------------------------------------------------------------------

TAX = "123.5"  # 万元, as a figure says it


@pytest.fixture
def valued(town):
    """Tax is closed, revenue the line's, patents open."""
    values = {
        "tax_last_year": Decimal("1234567.89"),
        "revenue_last_year": Decimal("45678900"),
        "invention_patents": Decimal(7),
    }
    day = timezone.localdate() - timedelta(30)
    put_many(Put(town.firm.pk, code, value, TOWN[code].source, day) for code, value in values.items())
    Line.objects.get_or_create(code="tax", defaults={"name": "税务"})
    tax_officer = town.data_officer
    Line.objects.filter(code="tax").update(department=None)
    Membership.objects.filter(user=tax_officer, role=Role.DATA_OFFICER).update(department=town.economy)
    return town


SEES_REVENUE = ["supervisor", "leader", "steward", "enterprise_member"]
SEES_TAX = ["enterprise_member"]


@pytest.mark.parametrize("name", ["handler", "triager", "supervisor", "leader", "steward", "enterprise_member"])
def test_values_are_shown_by_sensitivity(valued, signed_in, name):
    shown = page(signed_in(name), valued.firm).content.decode()
    assert ("4,568" in shown) == (name in SEES_REVENUE)
    assert (TAX in shown) == (name in SEES_TAX)
    if name not in SEES_TAX:
        assert "100 万元 至 200 万元" in shown  # 可用不可见: between which round numbers it lies
        assert "由税务掌握" in shown


def test_a_hidden_value_names_its_line_whoever_said_what_it_is_reckoned_from(valued, signed_in):
    day = timezone.localdate() - timedelta(30)
    put_many([Put(valued.firm.pk, "tax_last_year", Decimal(1234567), DECLARED, day)])
    shown = page(signed_in("handler"), valued.firm).content.decode()
    assert "由税务掌握" in shown
    assert "企业自报" not in shown


def test_the_owning_line_reads_its_closed_values(valued, signed_in):
    Line.objects.filter(code="tax").update(department=valued.economy)
    valued.economy.name = "税务分局"
    valued.economy.save()
    assert TAX in page(signed_in("data_officer"), valued.firm).content.decode()


def test_what_is_not_open_is_read_with_a_record(valued, signed_in):
    def reads():
        return list(Read.objects.values_list("reader__username", "what"))

    page(signed_in("handler"), valued.firm)  # sees bands alone
    page(signed_in("enterprise_member"), valued.firm)  # his own firm
    assert reads() == []
    page(signed_in("leader"), valued.firm)
    assert reads() == [("leader", "portrait")]


def test_hidden_values_have_no_line_and_no_place(valued, signed_in):
    figures = {figure.attribute.code: figure for figure in drawn(page(signed_in("handler"), valued.firm)).figures}
    tax = figures["tax_last_year"]
    assert tax.hidden
    assert (tax.standing, tax.trend) == (None, None)


def drawn(answer):
    return next(made.block["drawn"] for made in answer.context["blocks"] if made.key == "figures")


# Matters: a confidential one is in no line and no count -----------------------------------------------------------


def block(answer, key):
    return next((made.block for made in answer.context["blocks"] if made.key == key), None)


@pytest.mark.parametrize("name", ["supervisor", "enterprise_member", "steward", "triager"])
def test_confidential_matters_are_in_nothing(town, signed_in, name):
    make.filed(town, title="门口的路灯")
    before = page(signed_in(name), town.firm)
    told = {"about": "department", "accused": town.housing, "unit_name": "", "persons": "", "description": "不肯收材料"}
    told |= {"contact_name": "乌有先生", "contact_phone": "13800000001"}
    complaint = flow.complain(Grievance(**told, enterprise=town.firm), by=town.enterprise_member, key=make.uuid.uuid4())
    after = page(signed_in(name), town.firm)
    assert complaint.number not in after.content.decode()
    assert "保密" not in after.content.decode()
    for counted in ("all", "open", "closed"):
        assert block(before, "tickets")[counted] == block(after, "tickets")[counted]
    assert [moment.what for moment in before.context["past"].moments] == [
        moment.what for moment in after.context["past"].moments
    ]


def test_a_department_counts_what_it_reads_and_says_so(town, signed_in):
    make.handling(town, title="本部门在办的")
    make.filed(town, title="还在中心的")
    shown = block(page(signed_in("handler"), town.firm), "tickets")
    assert shown["all"] == 1
    assert shown["finding"].startswith("您经手的诉求")
    assert block(page(signed_in("leader"), town.firm), "tickets")["all"] == 2
    assert block(page(signed_in("data_officer"), town.firm), "tickets") is None


def test_open_matters_stand_before_closed_ones(town, signed_in):
    make.closed(town, filed_at=make.moment("2026-11-09 09:00"))
    running = make.handling(town, filed_at=make.moment("2026-03-09 09:00"))
    rows = block(page(signed_in("leader"), town.firm), "tickets")["rows"]
    assert rows[0].ticket == running


# What is missing or stale -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, words", [("supervisor", "1 件超期"), ("enterprise_member", "没有超期")])
def test_to_its_firm_a_suspended_matter_waits_and_is_not_late(town, signed_in, name, words):
    """A co-handler's overdue clock runs on while the rest waits (APP-10): the office's business, not the firm's."""
    ticket = make.handling(town, co=[town.police])
    at = ticket.filed_at + timedelta(days=4)
    day = (ticket.filed_at + timedelta(days=39)).date()
    flow.ask_suspension(ticket, by=town.department_head, cause="authority", until=day, reason="等上级批复", at=at)
    flow.approve_request(ticket, by=town.triager, at=at)
    assert words in block(page(signed_in(name), town.firm), "tickets")["says"]


def test_what_is_missing_and_stale_is_named_with_who_owes_it(town, signed_in):
    resources()
    Line.objects.filter(name="税务").update(department=town.economy)
    fresh, stale = TOWN["revenue_last_year"], TOWN["insured"]
    today = timezone.localdate()
    put_many(
        [
            Put(town.firm.pk, fresh.code, Decimal(5), fresh.source, today),
            Put(town.firm.pk, stale.code, Decimal(5), stale.source, today - timedelta(stale.fresh_days + 1)),
        ]
    )
    rows = {row.source: row for row in block(page(signed_in("leader"), town.firm), "lacking")["rows"]}
    assert [str(attribute) for attribute, _day in rows["人社"].stale] == ["参保人数"]
    assert "上年营业收入" not in [str(one) for one in rows["统计"].missing]
    assert rows["税务"].department == town.economy.short_name
    put_many([Put(town.firm.pk, stale.code, Decimal(5), stale.source, today - timedelta(stale.fresh_days))])
    rows = {row.source: row for row in block(page(signed_in("leader"), town.firm), "lacking")["rows"]}
    assert "人社" not in rows or rows["人社"].stale == []  # on its last day it is fresh


# Its past ---------------------------------------------------------------------------------------------------------


def test_the_past_is_told_from_every_room_and_paged(town, signed_in):
    made = resources()
    fact(town.firm, made["electricity"], by=town.data_officer, period=date(2026, 9, 1), used=Decimal(98765))
    Stewardship.objects.filter(enterprise=town.firm).update(since=make.moment("2026-01-05 09:00"))
    for number in range(24):
        make.filed(town, filed_at=make.moment("2026-11-09 09:00") + timedelta(minutes=number), title=f"第{number}件")
    first = page(signed_in("leader"), town.firm).context["past"]
    assert len(first.moments) == 20
    assert first.more
    url = reverse("desk:timeline", args=[town.firm.uscc])
    second = signed_in("leader").get(url, {"page": 2})
    told = [moment.what for moment in (*first.moments, *second.context["past"].moments)]
    assert len([what for what in told if what.startswith("提交诉求：第")]) == 24
    assert len(told) == len(set(told))  # nothing twice, nothing lost between two pages
    assert any("担任" in what for what in told)
    assert any("用电" in what for what in told)
    assert "98,765" not in second.content.decode()
    for strange in ("0", "-1", "x", "9" * 40, "²"):
        assert signed_in("leader").get(url, {"page": strange}).status_code == 200


@pytest.mark.parametrize(
    ("name", "told"), [("handler", False), ("leader", False), ("steward", False), ("enterprise_member", True)]
)
def test_that_a_closed_register_has_something_is_not_told(town, signed_in, name, told):
    """The register of penalties names only firms that were penalised: to be in it is the value."""
    made = resources()
    fact(town.firm, made["penalties"], by=town.data_officer, item="罚〔2026〕1号", decided_on=date(2026, 9, 1))
    disputed = fact(town.firm, made["tax_paid"], by=town.data_officer, period=date(2026, 9, 1), total=Decimal("7.77"))
    other = Delivery.objects.create(
        resource=made["tax_paid"], line=made["penalties"].line, way=Delivery.Way.FILE, by=town.data_officer
    )
    Conflict.objects.create(fact=disputed, place=1, standing=777, offered=888, delivery=other)
    answer = page(signed_in(name), town.firm)
    past = " ".join(moment.what for moment in answer.context["past"].moments)
    assert ("行政处罚" in past) == told
    assert (block(answer, "disputed") is not None) == told
    if told:
        assert [value for _whose, value in block(answer, "disputed")["rows"][0].sides] == [
            "0.000777 万元",
            "0.000888 万元",
        ]


# Peers ------------------------------------------------------------------------------------------------------------


def test_its_place_among_peers(town, signed_in):
    industry = Industry.objects.create(code="C", level=1, name="制造业", section="C")
    division = Industry.objects.create(code="34", level=2, name="通用设备", section="C", parent=industry)
    Enterprise.objects.filter(pk=town.firm.pk).update(industry=division)
    peers = [another_firm(900 + number, town.place, industry=division) for number in range(10)]
    source, day = TOWN["revenue_last_year"].source, date(2025, 12, 31)
    puts = [Put(one.pk, "revenue_last_year", Decimal(number * 100), source, day) for number, one in enumerate(peers)]
    put_many([*puts, Put(town.firm.pk, "revenue_last_year", Decimal(750), source, day)])
    assert "高于 80% 同行" in page(signed_in("leader"), town.firm).content.decode()
    put_many([Put(town.firm.pk, "revenue_last_year", Decimal(5000), source, day)])
    assert "同行中最高" in page(signed_in("leader"), town.firm).content.decode()


def test_a_place_among_peers_is_not_read_where_it_says_nothing(town, signed_in):
    """Among a handful of cases: the town's firms of an industry would be read for it."""
    section = Industry.objects.create(code="C", level=1, name="制造业", section="C")
    division = Industry.objects.create(code="34", level=2, name="通用设备", section="C", parent=section)
    Enterprise.objects.filter(pk=town.firm.pk).update(industry=division)
    peers = [another_firm(900 + number, town.place, industry=division) for number in range(10)]
    code, day = "invention_patents", date(2026, 10, 31)
    put_many(Put(one.pk, code, Decimal(3), TOWN[code].source, day) for one in (town.firm, *peers))
    put_many([Put(town.firm.pk, "high_tech", True, TOWN["high_tech"].source, day)])
    drawn = block(page(signed_in("leader"), town.firm), "figures")["drawn"]
    figures = [*drawn.figures, *(figure for _panel, rows in drawn.panels for figure in rows)]
    assert [(one.shown, one.standing) for one in figures if one.attribute.code == code] == [(True, None)]


# Cost -------------------------------------------------------------------------------------------------------------


def counted(client, firm):
    page(client, firm)
    with CaptureQueriesContext(connection) as queries:
        page(client, firm)
    return len(queries)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        *(("leader", 34), ("supervisor", 37), ("steward", 34), ("grid_member", 28)),
        *(("handler", 24), ("enterprise_member", 34)),
    ],
)
def test_the_same_queries_for_one_and_for_three_of_everything(town, signed_in, name, most):
    made, client = resources(), signed_in(name)

    def one_more(number):
        month = date(2026, number, 1)
        fact(town.firm, made["tax_paid"], by=town.data_officer, period=month, total=Decimal(number))
        fact(town.firm, made["electricity"], by=town.data_officer, period=month, used=Decimal(number))
        make.handling(town, filed_at=make.moment(f"2026-0{number}-12 09:00"))
        make.closed(town, filed_at=make.moment(f"2026-0{number}-13 09:00"))
        values = [("tax_last_year", number), ("revenue_last_year", number), ("headcount", number)]
        put_many(Put(town.firm.pk, code, Decimal(value), TOWN[code].source, month) for code, value in values)

    one_more(3)
    one = counted(client, town.firm)
    one_more(4)
    one_more(5)
    assert counted(client, town.firm) == one
    assert one <= most


def test_whether_he_is_its_steward_is_asked_once(town, signed_in):
    client = signed_in("steward")
    with CaptureQueriesContext(connection) as queries:
        page(client, town.firm)
    asked = [one["sql"] for one in queries if one["sql"].startswith('SELECT 1 AS "a" FROM "enterprises_enterprise"')]
    assert len(asked) == 1


def test_on_paper_it_says_by_whose_rights(town, signed_in):
    shown = page(signed_in("leader"), town.firm).content.decode()
    assert "data-print" in shown
    printed = shown.split("sx-print-only pt-printed")[1].split("</p>")[0]
    assert town.leader.name in printed  # by whose rights it shows what it shows
