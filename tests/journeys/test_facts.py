"""Issue 6, “Holds when”: three workbooks, portraits that follow, undoing, a conflict, a criterion counted by hand."""

import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from playwright.sync_api import expect

from enterprises.attributes import stale
from enterprises.facts import delivering
from enterprises.facts.describing import load
from enterprises.facts.work import FACTS
from enterprises.models import Delivery, Line, Resource
from portal.worktime import clock
from tests.requests import factories as make

pytestmark = pytest.mark.browser

# 万元, as the statistics office has it; of the third firm the tax office has said 900 before.
REVENUES = ["12,560.50", "980", "950", "1,000.00", "999.99", "3 200", "", "45"]
AT_LEAST = 1000


@pytest.fixture
def firms(town):
    """Eight firms; statistics and tax have their departments, tax supplies the annual finance as well."""
    load()
    Line.objects.filter(code="statistics").update(department=town.housing)
    Line.objects.filter(code="tax").update(department=town.economy)
    Resource.objects.get(code="annual_finance").suppliers.add(Line.objects.get(code="tax"))
    found = [make.enterprise(f"太仓子虚{n}号有限公司", f"子虚{n}", town.firm.place) for n in "一二三四五六七"]
    return [town.firm, *found]


@pytest.fixture
def last_year():
    return clock.now().year - 1


def delivered(town, firm, resource, line, period, **values):
    found = Resource.objects.get(code=resource)
    row = (firm.pk, period, "", {name: Decimal(value) for name, value in values.items()})
    given = {"line": Line.objects.get(code=line), "way": Delivery.Way.FILE, "by": town.data_officer}
    delivering.deliver(found, [row], **given)


def finance(folder, firms, year):
    """A yearbook's table: a merged title that names the unit, thousands apart, an empty cell, totals below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([f"{year}年规模以上企业财务状况    单位：万元"])
    sheet.merge_cells("A1:D1")
    sheet.append(["统一社会信用代码", "单位名称", "营业收入", "利润总额"])
    for firm, revenue in zip(firms, REVENUES, strict=True):
        sheet.append([firm.uscc, firm.name, revenue.replace(" ", ""), None])
    sheet.append(["合计", None, "=SUM(C3:C10)", None])
    book.save(folder / "财务状况.xlsx")
    return folder / "财务状况.xlsx"


def research(folder, firms, year):
    """Text in GBK that calls itself a workbook, in 元, with full-width digits."""
    lines = [
        "统一社会信用代码,年度,研发费用（元）",
        f'{firms[0].uscc},{year}年,"１,２５０,０００"',
        f"{firms[3].uscc},{year},80000.00",
    ]
    (folder / "研发活动.xlsx").write_bytes("\r\n".join(lines).encode("gb18030"))
    return folder / "研发活动.xlsx"


def broken(folder, firms, year):
    """A heading over two merged columns, a code with a wrong digit, a number in words, a firm twice."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([f"{year}年12月生产经营情况", None, "营业情况（万元）", None])
    sheet.merge_cells("C1:D1")
    sheet.append(["统一社会信用代码", "所属期", "营业收入（万元）", "营业成本（万元）"])
    month = f"{year}年12月"
    sheet.append([firms[0].uscc, month, 1100, 900])
    sheet.append([firms[1].uscc[:-1] + "?", month, 80, 60])
    sheet.append([firms[2].uscc, month, "约八十", 60])
    sheet.append([firms[0].uscc, month, 1, 1])
    book.save(folder / "生产经营.xlsx")
    return folder / "生产经营.xlsx"


def imported(page, resource, file, period=""):
    """The file from the upload to the result; the worker's steps are done here."""
    page.goto("/enterprises/data/imports/")
    page.get_by_label("数据资源").select_option(resource)
    page.get_by_label("数据表").set_input_files(file)
    page.get_by_role("button", name="上传，下一步对列").click()
    if period:
        page.locator("[name=period]").fill(period)
    page.get_by_role("button", name="核对，先不导入").click()
    page.get_by_role("heading", name="正在核对").wait_for()
    FACTS.carry_on()  # the page asks every second and draws itself anew


def apply(page):
    page.get_by_role("button", name=re.compile(r"导入 \d+ 行")).click()
    page.get_by_role("heading", name="正在导入").wait_for()
    FACTS.carry_on()
    stale.carry_on()
    page.get_by_role("heading", name=re.compile("^已新增")).wait_for()


def test_three_workbooks_and_what_comes_of_them(town, firms, last_year, page, as_, tmp_path):
    year = date(last_year, 1, 1)
    delivered(town, firms[2], "annual_finance", "tax", year, revenue=9_000_000)
    portrait = f"/enterprises/{firms[0].uscc}/"
    as_(town.data_officer, portrait)
    expect(page.get_by_text("1.26")).to_have_count(0)

    imported(page, "annual_finance", finance(tmp_path, firms, last_year), period=f"{last_year}年")
    page.get_by_role("heading", name="会新增 6 行，变更 0 行，冲突 1 行").wait_for()
    apply(page)
    imported(page, "rd_activity", research(tmp_path, firms, last_year))
    page.get_by_role("heading", name="会新增 2 行").wait_for()
    expect(page.get_by_text("125 万元")).to_be_visible()
    apply(page)
    undone = page.url
    imported(page, "monthly_operation", broken(tmp_path, firms, last_year))
    page.get_by_role("heading", name="会新增 1 行，变更 0 行，冲突 0 行").wait_for()
    for said in ("没有这个代码的企业", "“约八十”：不是数字", "和第 3 行重复"):
        expect(page.get_by_text(said)).to_be_visible()
    apply(page)

    page.goto(portrait)
    expect(page.get_by_text("1.26").first).to_be_visible()  # 亿元
    page.goto(undone)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_role("heading", name="正在撤销").wait_for()
    FACTS.carry_on()
    page.get_by_role("heading", name="已撤销，数据恢复到导入以前").wait_for()
    page.goto(portrait + "facts/")
    expect(page.get_by_role("link", name="研发活动年报")).to_have_count(0)

    page.goto("/enterprises/data/conflicts/")
    expect(page.get_by_text("900 万元")).to_be_visible()
    page.get_by_placeholder("理由").fill("以年报为准")
    page.get_by_role("button", name="采用新值").click()
    page.get_by_text("没有冲突").wait_for()
    stale.carry_on()
    page.goto(f"/enterprises/{firms[2].uscc}/facts/")
    expect(page.get_by_text("950 万元")).to_be_visible()

    by_hand = sum(Decimal(re.sub("[, ]", "", said) or 0) >= AT_LEAST for said in REVENUES)
    page.goto("/enterprises/criteria/new/")
    page.get_by_label("指标").select_option("revenue_last_year")
    page.get_by_label("数值").fill(str(AT_LEAST))
    page.get_by_label("数值").press("Tab")
    fits = page.locator(".cr-counts div", has=page.get_by_text("符合", exact=True))
    expect(fits.locator("b")).to_have_text(str(by_hand))
