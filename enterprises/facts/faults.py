"""What is wrong with a row of facts, as a sentence in the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..imports.words import PROBLEMS

FAULTS = {
    "empty": gettext_lazy("没有填"),
    "no_firm": gettext_lazy("没有填统一社会信用代码或企业名称"),
    "uscc_number": PROBLEMS["uscc_number"],
    "unknown_uscc": gettext_lazy("没有这个代码的企业"),
    "unknown_name": gettext_lazy("没有叫这个名称的企业，曾用名也没有"),
    "ambiguous_name": gettext_lazy("有几家企业叫或曾叫这个名称，请填统一社会信用代码"),
    "other_firm": gettext_lazy("代码和名称不是同一家企业"),
    "no_period": gettext_lazy("不是所属期"),
    "period_out_of_range": gettext_lazy("所属期太早，或还没有到"),
    "duplicate": gettext_lazy("和第 %(said)s 行重复"),
    "required": gettext_lazy("新的一行必须填"),
    "no_number": gettext_lazy("不是数字"),
    "no_whole": gettext_lazy("不是整数"),
    "too_small": gettext_lazy("小于允许的最小值"),
    "too_large": gettext_lazy("数值过大"),
    "no_day": gettext_lazy("不是日期"),
    "no_yes": gettext_lazy("请填是或否"),
    "no_choice": gettext_lazy("没有这个选项"),
    "too_long": gettext_lazy("最多 %(said)s 字"),
    "too_wide": gettext_lazy("含有不能保存的字符"),
    "unknown_column": gettext_lazy("没有这一项"),
}
# These say it without what stood in the cell.
WITHOUT_CONTENT = {"empty", "no_firm", "duplicate", "required", "too_long"}


def fault(found: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """`{"column": "value.revenue", "code": "no_number", "said": "五"}` as a sentence; labels as `Columns` has them."""
    sentence = str(FAULTS[found["code"]]) % {"said": found["said"]}
    label = labels.get(found["column"], found["column"])
    if found["code"] in WITHOUT_CONTENT or not found["said"]:
        return _("%(label)s：%(sentence)s") % {"label": label, "sentence": sentence}
    return _("%(label)s“%(said)s”：%(sentence)s") % {"label": label, "said": found["said"], "sentence": sentence}


def faults(found: Iterable[Mapping[str, str]], labels: Mapping[str, str]) -> str:
    return _("；").join(fault(one, labels) for one in found)
