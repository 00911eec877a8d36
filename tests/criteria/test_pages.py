"""The form of criteria with its live count, the record, and why a firm fits (ENT-5, SEC-11)."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from enterprises.attributes.values import Put, put_many
from enterprises.criteria import drafts, flow
from enterprises.criteria.check import checked
from enterprises.criteria.drafts import Group, drafted, located
from enterprises.criteria.lines import Line
from enterprises.criteria.programmes import programmes
from enterprises.models import Criterion
from enterprises.tags.flow import add_tag
from portal.people.actors import CLOCK
from portal.trail.models import Event
from tests.enterprises import factories

DAY = date(2026, 6, 30)
DRAFT = "enterprises:criterion-draft"


@pytest.fixture
def firms(db):
    """Six firms with 10 to 60 people; taxes of the first five."""
    factories.town()
    made = [factories.firm(number) for number in range(1, 7)]
    puts = [Put(firm.pk, "headcount", Decimal(10 * n), "人社", DAY) for n, firm in enumerate(made, 1)]
    puts += [Put(firm.pk, "tax_last_year", Decimal(100000 * n), "税务", DAY) for n, firm in enumerate(made[:5], 1)]
    put_many(puts)
    return made


@pytest.fixture
def client(firms):
    client = Client()
    client.force_login(factories.person("policy_officer", "policy_officer"))
    return client


def lines(*made, join="all", **more):
    """What the browser sends for one group of these lines."""
    data = {"r.join": join, "r.n": len(made)}
    for number, line in enumerate(made):
        data |= {f"r.{number}.{key}": value for key, value in line.items()}
    return data | more


STAFF = {"a": "headcount", "op": ">=", "value": "30"}


def test_the_live_count_is_a_hand_count(client):
    page = client.post(reverse(DRAFT), lines(STAFF))
    found = {count.outcome: count.number for _label, count in page.context["counts"]}
    assert found == {"yes": 4, "almost": 2, "unknown": 0, "no": 0}
    assert "乌有3、乌有4、乌有5、乌有6" in page.content.decode()
    page = client.post(reverse(DRAFT), lines(STAFF, join="none"))
    assert {count.outcome: count.number for _label, count in page.context["counts"]}["yes"] == 2


def test_buttons_add_and_take_away(client):
    def shown(what, data):
        return client.post(reverse(DRAFT), data | {"act": what}).context["root"]

    assert shown("add:r", lines(STAFF)).number == 2
    assert shown("remove:r.0", lines(STAFF, STAFF)).number == 1
    grouped = shown("group:r", lines(STAFF)).rows[1]
    assert (grouped.is_group, grouped.item.join, grouped.number) == (True, "any", 2)
    assert len(shown("more:r.0", lines({"how": "sum", "a": ["headcount", "insured"]})).rows[0].operands) == 3
    for nonsense in ("remove:r", "remove:r.9", "add:r.0", "more:r", "explode:r.0", "remove:", ":", "remove:r.x"):
        assert shown(nonsense, lines(STAFF)).number == 1


@pytest.mark.parametrize(
    "line, words",
    [
        ({"a": "revenue_last_year", "op": ">=", "value": "２，０００"}, "上年营业收入不低于 2,000 万元"),
        (
            {"a": "revenue_last_year", "op": "between", "value": "1", "to": "2"},
            "上年营业收入在 1 万元 至 2 万元 之间（含）",
        ),
        ({"a": "rd_ratio", "op": ">", "value": "4.6"}, "上年研发费用占比大于 4.6%"),
        (
            {"how": "ratio", "a": ["rd_cost_last_year", "revenue_last_year"], "op": ">=", "value": "5"},
            "上年研发费用占上年营业收入的比例不低于 5%",
        ),
        (
            {"how": "ratio", "a": ["tax_last_year", "land_area"], "op": ">=", "value": "9"},
            "上年纳税额 ÷ 用地面积不低于 9 万元/亩",
        ),
        (
            {"how": "sum", "a": ["rd_staff", "headcount"], "op": "=", "value": "9"},
            "（科技活动人员 + 职工总数）等于 9 人",
        ),
        ({"a": "established_on", "op": "full", "value": "1", "span": "years"}, "成立日期已满 1 年"),
        ({"a": "established_on", "op": "<", "value": "2020-01-31"}, "成立日期早于2020-01-31"),
        ({"a": "high_tech", "op": "yes"}, "国家高新技术企业"),
        ({"a": "high_tech", "op": "no"}, "不属于“国家高新技术企业”"),
        ({"a": "research_institute", "op": "yes", "pick": ["provincial", "national"]}, "研发机构等级为省级、国家级"),
        ({"a": "industry_class", "op": "yes", "value": "3425，3467"}, "行业小类为3425、3467"),
        (
            {"a": "industry_section", "op": "yes", "pick": ["C", "I"]},
            "行业门类为“制造业”、“信息传输、软件和信息技术服务业”",
        ),
    ],
)
def test_each_kind_of_line(client, line, words):
    page = client.post(reverse(DRAFT), lines(line))
    assert page.context["sentence"] == words


def test_tiers_by_band(client):
    line = {"how": "ratio", "a": ["rd_cost_last_year", "revenue_last_year"], "op": "tiers", "by": "revenue_last_year"}
    line |= {"upto": ["3000", "10000", ""], "incl": ["<=", "<=", "<="], "grade": ["5", "4", "3"]}
    page = client.post(reverse(DRAFT), lines(line))
    assert "不超过 3,000 万元的 5%，不超过 10,000 万元的 4%，其余 3%" in page.context["sentence"]


@pytest.mark.parametrize(
    "line, fault",
    [
        ({"a": "headcount", "op": ">=", "value": "三十"}, "请填写数值"),
        ({"a": "headcount", "op": "between", "value": "9", "to": "3"}, "区间的下限大于上限"),
        ({"a": "established_on", "op": "full"}, "期限应是整数"),
        ({"a": "established_on", "op": "<", "value": "31.1.2020"}, "请填写日期"),
        ({"how": "sum", "a": ["headcount", "revenue_last_year"], "op": "<", "value": "1"}, "单位不同，不能相加"),
    ],
)
def test_a_fault_is_said_beside_its_line(client, line, fault):
    page = client.post(reverse(DRAFT), lines(STAFF, line))
    (said,) = [row for row in page.context["root"].rows if row.faults]
    assert said.name == "r.1"
    assert fault in said.faults[0]
    assert page.context["counts"] == []


@pytest.mark.parametrize("line", [{"a": ""}, {"a": "headcount", "op": ">="}, {"a": "research_institute", "op": "yes"}])
def test_what_is_empty_is_asked_for_on_saving_and_not_while_one_writes(client, line):
    while_writing = client.post(reverse(DRAFT), lines(STAFF, line))
    assert [row.faults for row in while_writing.context["root"].rows] == [[], []]
    assert while_writing.context["faults"] == 1, "how many places are left to fill in is said"
    saved = client.post(reverse("enterprises:criterion-new"), lines(STAFF, line) | {"name": "员工"})
    assert saved.status_code == 422
    assert "请" in str([row.faults for row in saved.context["root"].rows]) or not line["a"]


@pytest.mark.parametrize("one", programmes(), ids=lambda one: one["code"])
def test_what_the_form_shows_is_what_it_sends_back(one):
    node, _faults = checked(one["tree"])
    draft = drafted(node)
    again, faults = checked(draft.tree())
    assert not faults
    assert again == node
    assert not [line.kept for line in all_lines(draft) if line.kept], "there are fields for all of it"


def all_lines(group):
    for item in group.items:
        yield from all_lines(item) if isinstance(item, Group) else [item]


def test_the_place_of_a_fault_is_found_in_nested_groups():
    bad = Line(a=["headcount"], op=">=", value="x")
    for inner in (Group("any", [Line(a=["high_tech"]), bad]), Group("none", [bad])):
        draft = Group("all", [Line(a=["high_tech"]), inner])
        (fault,) = checked(draft.tree())[1]
        assert located(draft, fault.path) == ("r.1.1" if inner.join == "any" else "r.1.0")


def test_saved_read_revised_retired(client, firms):
    form = lines(STAFF, name="三十人以上", source="示例办法", note="")
    page = client.post(reverse("enterprises:criterion-new"), form, follow=True)
    made = Criterion.objects.get(name="三十人以上")
    assert page.redirect_chain[-1][0] == reverse("enterprises:criterion", args=[made.code])
    edit = reverse("enterprises:criterion-edit", args=[made.code])
    assert client.post(edit, lines(STAFF, seen=1)).status_code == 422  # nothing changed
    assert client.post(edit, lines(STAFF | {"value": "50"}, seen=1, note="收紧")).status_code == 302
    assert client.post(edit, lines(STAFF | {"value": "60"}, seen=1)).status_code == 422  # the other tab
    page = client.get(reverse("enterprises:criterion", args=[made.code]))
    text = page.content.decode()
    for said in ("加上：职工总数不低于 50 人", "去掉：职工总数不低于 30 人", "收紧", "第 2 版"):
        assert said in text
    client.post(reverse("enterprises:criterion-retire", args=[made.code]))
    assert client.get(edit).status_code == 404


def test_without_scripts_the_buttons_work_too(client):
    page = client.post(reverse("enterprises:criterion-new"), lines(STAFF, name="三十人", act="add:r"))
    assert page.status_code == 200
    assert page.context["root"].number == 2
    assert not Criterion.objects.exists()


def test_what_has_no_fields_is_written_in_words(client):
    said = "（职工总数 + 参保人数）占（职工总数 + 参保人数）的比例不低于 50%"
    page = client.post(reverse(DRAFT), lines({"how": "words", "value": said}))
    assert page.context["sentence"] == said
    page = client.post(reverse(DRAFT), lines({"how": "words", "value": "职工人数不少于三十"}))
    assert "“职工人数不少于三十”不是目录里的指标，是不是：职工人数同比" in page.content.decode()
    refused = client.post(
        reverse("enterprises:criterion-new"), lines({"how": "words", "value": "职工人数不少于三十"}, name="占比")
    )
    assert "不是目录里的指标" in refused.context["form"].non_field_errors()[0], "not only that a condition is missing"
    saved = client.post(reverse("enterprises:criterion-new"), lines({"how": "words", "value": said}, name="占比"))
    made = Criterion.objects.get(name="占比")
    assert saved.status_code == 302
    edit = client.get(reverse("enterprises:criterion-edit", args=[made.code])).content.decode()
    assert said in edit, "and is shown so again"
    for empty in ("", "   ", "规上企业；"):
        page = client.post(reverse("enterprises:criterion-new"), lines({"how": "words", "value": empty}, name="空"))
        assert (page.status_code == 422) == (not empty.strip())


def test_hostile_forms_are_only_wrong(client):
    for data in (
        {},
        {"r.n": "999999999999"},
        {"r.n": "-1"},
        {"r.n": "²"},
        lines({"kept": "[" * 3000}),
        lines({"kept": "{}"}),
    ):
        assert client.post(reverse(DRAFT), data).status_code == 200
    deep = {f"r{'.0' * depth}.{key}": value for depth in range(40) for key, value in (("join", "all"), ("n", "1"))}
    assert client.post(reverse(DRAFT), deep).status_code == 200


def test_a_form_that_could_not_be_sent_any_longer_takes_no_more(client, monkeypatch):
    """It says so and counts what is there; neither a button nor a click adds to it."""
    assert drafts.MOST_FIELDS + 50 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    monkeypatch.setattr(drafts, "MOST_FIELDS", 9)
    page = client.post(reverse(DRAFT), lines(STAFF, STAFF, act="add:r"))
    assert "不能再加" not in page.content.decode()
    assert len(page.context["root"].rows) == 3
    page = client.post(reverse(DRAFT), lines(STAFF, STAFF, STAFF, act="add:r"))
    assert "不能再加" in page.content.decode()
    assert "加一条" not in page.content.decode()
    assert len(page.context["root"].rows) == 3
    assert page.context["counts"][0][1].number == 4


def test_where_a_group_would_lie_too_deep_none_is_offered(client):
    deep, name = {"r.join": "all", "r.n": 1}, "r"
    for _level in range(50):
        name += ".0"
        deep |= {f"{name}.join": "any", f"{name}.n": 1}
    page = client.post(reverse(DRAFT), deep).content.decode()
    assert "最多 12 层" in page
    assert page.count('value="group:') == 11


# SEC-11 -----------------------------------------------------------------------------------------------------------

TAX = {"a": "tax_last_year", "op": ">=", "value": "30"}


def test_a_closed_fact_decides_but_is_not_shown(client, firms):
    """Who may not read taxes learns neither a firm's name by trying limits, nor a number that points to one."""
    page = client.post(reverse(DRAFT), lines(TAX))
    assert [(count.number, count.firms) for _label, count in page.context["counts"]] == [(None, [])] * 4
    assert "不足 5 家的家数" in page.content.decode()
    assert "乌有" not in page.content.decode()
    made = flow.define("tax", "纳税三十万", {"compare": ["tax_last_year", ">=", 300000]}, by=CLOCK)
    page = client.get(reverse("enterprises:criterion", args=[made.code]))  # saved, it tells no more than the form
    assert [number for _key, _label, number in page.context["kinds"]] == [None] * 3
    assert "乌有" not in page.content.decode()
    assert "不显示" in client.get(reverse("enterprises:criteria")).content.decode()
    why = reverse("enterprises:criterion-firm", args=[made.code, firms[0].uscc])
    assert client.get(why).status_code == 404
    add_tag(made, by=CLOCK, dimension="quality")  # what serves something was put there for all to see
    text = client.get(why).content.decode()
    assert "上年纳税额已有数据，数值不公开" in text
    assert "10 万元" not in text
    assert "再增加" not in text
    assert "还差多少不显示" in text


def test_all_firms_of_an_outcome_are_listed_narrowed_and_exported(client, firms, django_assert_max_num_queries):
    made = flow.define("staff", "二十五人以上", {"compare": ["headcount", ">=", 25]}, by=CLOCK)
    named = reverse("enterprises:criterion-firms", args=[made.code])
    assert f"{named}?outcome=yes" in client.get(reverse("enterprises:criterion", args=[made.code])).content.decode()

    def told(**asked):
        return [firm.name for firm in client.get(named, asked).context["page"]]

    assert told() == [firm.name for firm in firms[2:]]
    assert told(outcome="almost") == [firm.name for firm in firms[:2]]
    assert told(outcome="unknown") == []
    assert told(q="乌有4") == [firms[3].name]
    assert told(industry="999999") == []  # no such industry: nothing, rather than everything
    with django_assert_max_num_queries(12):
        client.get(named)
    answer = client.get(reverse("enterprises:criterion-export", args=[made.code]), {"outcome": "almost", "q": "乌有2"})
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].values)
    assert [(row[0], row[1], row[-1]) for row in rows[1:]] == [(firms[1].name, firms[1].uscc, "差一点")]
    event = Event.objects.get(kind="criterion.exported")
    assert event.data == {"rows": 1, "filters": {"q": "…", "criterion": "staff", "outcome": "almost"}}


def test_where_no_firm_may_be_named_there_is_no_list(client, firms):
    tax = flow.define("tax", "纳税三十万", {"compare": ["tax_last_year", ">=", 300000]}, by=CLOCK)
    old = flow.retire(flow.define("old", "停用的", {"compare": ["headcount", ">=", 1]}, by=CLOCK), by=CLOCK)
    for name in ("criterion-firms", "criterion-export"):
        assert client.get(reverse(f"enterprises:{name}", args=[tax.code])).status_code == 404
        assert client.get(reverse(f"enterprises:{name}", args=["old"])).status_code == 404, old
    leader = Client()
    leader.force_login(factories.person("leader", "leader"))  # who writes none can try none
    shown = leader.get(reverse("enterprises:criterion-firms", args=[tax.code]))
    assert [firm.name for firm in shown.context["page"]] == [firm.name for firm in firms[2:5]]


@pytest.fixture
def many(firms):
    """Twenty more firms with taxes of 10 to 200 thousand, each with a patent but the first."""
    made = [factories.firm(number) for number in range(7, 27)]
    puts = [Put(firm.pk, "tax_last_year", Decimal(10000 * n), "税务", DAY) for n, firm in enumerate(made, 1)]
    puts += [Put(firm.pk, "invention_patents", Decimal(n > 1), "科技", DAY) for n, firm in enumerate(made, 1)]
    put_many(puts)
    return made


def numbers(client, *asked, **more):
    page = client.post(reverse(DRAFT), lines(*asked, **more))
    return {count.outcome: count.number for _label, count in page.context["counts"]}


def test_many_on_both_sides_are_counted_and_small_numbers_cannot_be_worked_out(client, many):
    """Of 26 firms one has no taxes: neither it nor the rest of the whole is told."""
    assert numbers(client, TAX | {"value": "15"}) == {"yes": 10, "almost": None, "unknown": None, "no": 0}
    assert numbers(client, TAX | {"value": "49"})["yes"] is None  # one alone has so much


@pytest.mark.parametrize("tax", ["0.5", "1", "1.5", "20"])
def test_a_crowd_that_the_open_part_decides_hides_nobody(client, many, tax):
    """The one without a patent, whatever its taxes, beside nineteen with one."""
    crowd, one = {"a": "invention_patents", "op": ">=", "value": "1"}, TAX | {"value": tax}
    assert set(numbers(client, crowd, one, join="any").values()) == {None}
    assert None not in numbers(client, crowd).values()


def test_its_own_line_reads_it(firms):
    from enterprises.models import Line
    from portal.people.models import Department, Membership

    officer = factories.person("tax_officer")
    department = Department.objects.create(name="税务分局", short_name="税务", kind="county")
    Membership.objects.create(user=officer, role="data_officer", department=department, since=factories.LONG_AGO)
    Line.objects.create(code="tax", name="税务", department=department)
    client = Client()
    client.force_login(officer)
    page = client.post(reverse(DRAFT), lines(TAX))
    assert page.context["counts"][0][1].number == 3
    made = flow.define("tax", "纳税三十万", {"compare": ["tax_last_year", ">=", 300000]}, by=CLOCK)
    text = client.get(reverse("enterprises:criterion-firm", args=[made.code, firms[0].uscc])).content.decode()
    assert "上年纳税额：10 万元" in text
    assert "上年纳税额再增加 20 万元" in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_one_as_for_three(client, django_assert_max_num_queries, count):
    for number in range(count):
        flow.define(f"c{number}", f"条件{number}", {"compare": ["headcount", ">=", number]}, by=CLOCK)
    client.get(reverse("enterprises:criteria"))
    with django_assert_max_num_queries(8):
        client.get(reverse("enterprises:criteria"))
