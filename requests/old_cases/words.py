"""What is wrong with a row of old cases and what became of it, as sentences in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests.models import CaseImportRow, Result
from requests.old_cases.columns import BY_NAME

PROBLEMS = {
    "empty": gettext_lazy("没有填"),
    "uscc_length": gettext_lazy("应为 18 位"),
    "uscc_shape": gettext_lazy("有不该出现的字符"),
    "uscc_checksum": gettext_lazy("校验位不对，请对照营业执照"),
    "duplicate": gettext_lazy("和第 %(said)s 行重复"),
    "too_long": gettext_lazy("太长"),
    "no_day": gettext_lazy("不是日期"),
    "day_out_of_range": gettext_lazy("日期不对，办结和提交都不能在今天以后"),
    "closed_before": gettext_lazy("比提交日期还早"),
    "not_closed": gettext_lazy("没有办结日期，不该有这一项"),
    "no_firm": gettext_lazy("信用代码和企业名称至少填一个"),
    "unknown_firm": gettext_lazy("名录里没有这家企业，请再填企业名称"),
    "unknown_categories": gettext_lazy("没有这个类别"),
    "unknown_departments": gettext_lazy("没有这个部门"),
    "ambiguous_name": gettext_lazy("有几个叫这个名字"),
    "unknown_outcome": gettext_lazy("不是已解决、部分解决、解释说明、不能办理"),
    "unknown_score": gettext_lazy("不是 1 到 5 分，也不是很满意到很不满意"),
}
WITHOUT_CONTENT = {"empty", "duplicate", "too_long", "closed_before", "not_closed", "no_firm", "uscc_length"}


def problem(found: Mapping[str, str]) -> str:
    sentence = str(PROBLEMS[found["code"]]) % {"said": found["said"]}
    label = str(BY_NAME[found["column"]].label)
    if found["code"] in WITHOUT_CONTENT or not found["said"]:
        return _("%(label)s：%(sentence)s") % {"label": label, "sentence": sentence}
    return _("%(label)s“%(said)s”：%(sentence)s") % {"label": label, "said": found["said"], "sentence": sentence}


def problems(found: Iterable[Mapping[str, str]]) -> str:
    return _("；").join(problem(one) for one in found)


def shown(row: CaseImportRow, departments: Mapping[int, str]) -> list[str]:
    """What a row brings, in short: firm, dates, department, result, satisfaction."""
    values: Mapping[str, Any] = row.values
    said = [row.firm.name if row.firm else _("%(name)s（名录里没有）") % {"name": values.get("firm", "")}]
    if "closed" in values:
        said.append(_("%(filed)s 提交，%(closed)s 办结") % values)
    else:
        said.append(_("%(filed)s 提交，在办，导入后待研判") % values)
    if "department" in values:
        said.append(departments.get(values["department"], ""))
    if "outcome" in values:
        said.append(str(Result.Kind(values["outcome"]).label))
    if "score" in values:
        said.append(_("%(score)s 分") % values)
    return said
