"""The sheets of the template that say how a table of policies is filled in: what goes where, and what is measured.

What is typed is Chinese, as the documents are, so examples and names of attributes are too, whoever downloads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.attributes.catalogue import TOWN, Attribute, Kind
from enterprises.criteria.typed import units_of

from ...models import ClauseVersion, PolicyVersion
from ..content import Element, in_words
from .columns import columns, labelled

Sheet = tuple[str, Sequence[str], list[list[Any]]]

CONDITIONS = (
    "规上企业",
    "规上企业；并且上年营业收入不低于 2,000 万元；并且不属于“经营异常”",
    "国家高新技术企业；或者科技型中小企业；或者专精特新等级为省级、国家级",
    "成立日期已满 1 年；并且（国家高新技术企业；或者有效发明专利不低于 2 件）",
    "成立日期未满 3 年；并且参保人数在 5 人 至 300 人 之间（含）",
    "上年研发费用占上年营业收入的比例不低于 5%",
    "上年营业收入比前年营业收入的增长率不低于 10%",
    "（有效发明专利 + 有效实用新型专利）不低于 3 件",
    "（5 × 有效发明专利 + 2 × 有效实用新型专利 + 1 × 有效外观设计专利）不低于 20",
    "上年研发费用占比不低于 按上年营业收入分档（不超过 5,000 万元的 5%，不超过 20,000 万元的 4%，其余 3%）",
)
AMOUNTS = (
    "20 万元",
    "上年研发费用的 10%，最低 1 万元，最高 100 万元",
    "上年研发费用比前年研发费用的增加额的 5%，最高 30 万元",
    "有效发明专利每件 5,000 元，最高 15 万元",
    "按上年营业收入分档：不超过 5,000 万元的 3 万元，不超过 1 亿元的 6 万元，其余 10 万元",
    "上年出口额分段计算：1,000 万元以内的部分 0.5%，1,000 万元以上的部分 0.3%，最高 20 万元",
    "专精特新等级为国家级的，40 万元；其他的，20 万元",
    "参保人数每人 200 元 + 认定人才每人 1 万元，最高 20 万元",
    "“上年支付的流动资金贷款利息（元）”的 15%，最高 20 万元",
)
HINTS = {
    "day": gettext_lazy("日期，如 2026-01-31"),
    "words": gettext_lazy("多个用逗号分开"),
    "unit": gettext_lazy("部门的名称或简称"),
    "units": gettext_lazy("部门的名称或简称，多个用顿号分开"),
    "number": gettext_lazy("整数"),
    "materials": gettext_lazy("一行一项，或者用分号分开"),
    "tree": gettext_lazy(
        "用“指标”表里的名称写，和政策页面上的说法一样；一行一个条件，或者用“并且”“或者”连起来，两种都有时用括号。"
        "数据判断不了的不写，留给审查"
    ),
    "formula": gettext_lazy(
        "金额写数和单位，不写单位的按元算；没有数据、要企业自己填的，写成“名称（单位）”。不发钱的不写"
    ),
}


def how_to() -> Sheet:
    """A row for each column: whether it must be there and how it is written; conditions and amounts by example."""
    rows: list[list[Any]] = []
    for column in columns().values():
        needed = _("必填") if column.element.required else ""
        examples = {"tree": CONDITIONS, "formula": AMOUNTS}.get(column.element.kind, ())
        rows.append([labelled(column), needed, _hint(column.element), *examples[:1]])
        rows += [["", "", "", example] for example in examples[1:]]
    return _("填写说明"), [_("栏目"), _("必填"), _("写法"), _("例子")], rows


def _hint(element: Element) -> str:
    if element.kind == "choice":
        return _("选一个：%(values)s") % {"values": _("、").join(_choices(element))}
    if element.kind == "flag":
        return _("选一个：%(values)s") % {"values": _("、").join(in_words(element, one) for one in (True, False))}
    if element.kind in HINTS:
        return str(HINTS[element.kind])
    return _("最多 %(most)s 字") % {"most": element.longest} if element.longest else ""


def _choices(element: Element) -> Iterator[str]:
    model: Any = ClauseVersion if element.of_clause else PolicyVersion
    return (str(label) for _value, label in model._meta.get_field(element.name).flatchoices)


def measures() -> Sheet:
    """Every attribute that a condition or an amount may name."""
    hints = {Kind.DATE: _("已满、未满几年，或者日期"), Kind.BOOL: _("直接写名称；不是的写：不属于“名称”")}
    with translation.override("zh-hans"):
        rows = [[str(one), hints.get(one.kind) or _written(one), one.source, one.definition] for one in TOWN]
    return _("指标"), [_("名称"), _("单位或取值"), _("数据来源"), _("含义")], rows


def _written(one: Attribute) -> str:
    """The units of an amount, the values of a list, both as they are typed."""
    return "、".join(units_of(one) if one.kind == Kind.NUMBER else map(str, one.choices))
