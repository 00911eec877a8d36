"""How an attribute comes about, in words, from its definition."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models import Resource, ResourceColumn
from .catalogue import Attribute, Catalogue
from .definitions import DERIVED, Definition, How
from .windows import MONTHS


@dataclass(frozen=True)
class Told:
    """One definition in words, with the resource it reads; `resource` None: identity, other attributes, declared."""

    words: str
    resource: Resource | None = None


def told(one: Definition, resources: Mapping[str, Resource], catalogue: Catalogue) -> Told:
    """`resources` by their codes, with their columns; one that is not there is named by its code."""
    if one.how == How.DECLARED:
        return Told(_("由企业申报，不从数据推算"))
    if one.how == How.IDENTITY:
        return Told(_("企业名录中登记的内容"))
    if one.how in DERIVED:
        return Told(_derived(one, [catalogue[code] for code in one.operands]))
    resource = resources.get(one.resource)
    columns = {column.code: column for column in resource.columns.all()} if resource else {}
    named = {"what": str(columns.get(one.column, "")), "register": str(resource or one.resource)}
    named["item"] = f"{named['register']} · {named['what']}" if named["what"] else named["register"]
    return Told(_of_facts(one, named, resource) + _limits(one, columns), resource)


def _derived(one: Definition, operands: list[Attribute]) -> str:
    first, second = operands[:2]
    if one.how == How.RATIO:
        return _("%(first)s ÷ %(second)s") % {"first": first, "second": second}
    if one.how == How.GROWTH:
        return _("（%(first)s − %(second)s）÷ %(second)s") % {"first": first, "second": second}
    total = " + ".join(map(str, operands))
    return _("%(first)s ÷（%(total)s）") % {"first": first, "total": total}


def _of_facts(one: Definition, named: Mapping[str, str], resource: Resource | None) -> str:
    if one.how == How.AT:
        return _summed(one, named, resource)
    sentences = {
        How.LISTED: _("%(when)s的%(register)s中有该企业"),
        How.LATEST: _("%(item)s，最近一期"),
        How.BEFORE: _("%(item)s，最近一期的上年同期"),
        How.COUNT: _("%(register)s中当日有效的条数"),
        How.ANY: _("%(register)s中有当日有效的记录"),
        How.BEST: _("%(item)s，当日有效的最高一级"),
        How.LAST: _("%(item)s，最晚的一个"),
        How.TOTAL: _("%(item)s，当日有效的合计"),
    }
    return sentences[one.how] % {**named, "when": _when(one)}


def _summed(one: Definition, named: Mapping[str, str], resource: Resource | None) -> str:
    per = one.when.partition("-")[0]
    if resource is None or one.when == "delivered" or MONTHS.get(resource.per) == MONTHS.get(per):
        return _("%(item)s，%(when)s") % {**named, "when": _when(one)}
    if resource.complete:
        return _("%(item)s，%(when)s各期合计，没有记录的期为零") % {**named, "when": _when(one)}
    return _("%(item)s，%(when)s各期合计，缺一期即为未知") % {**named, "when": _when(one)}


def _when(one: Definition) -> str:
    known = {"year": _("本年"), "year-1": _("上年"), "year-2": _("前年"), "year-3": _("大前年")}
    known |= {"month-1": _("上月"), "quarter-1": _("上季"), "delivered": _("最近一次提供")}
    return known.get(one.when, one.when)


def _limits(one: Definition, columns: Mapping[str, ResourceColumn]) -> str:
    said = ""
    if one.where and one.where[0] in columns:
        measure = columns[one.where[0]].measure
        names = _("、").join(str(measure.choice(code) or code) for code in one.where[1])
        said += _("，限%(choices)s") % {"choices": names}
    if one.within:
        said += _("，近 %(count)s 个月") % {"count": one.within}
    return said
