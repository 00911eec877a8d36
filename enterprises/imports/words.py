"""What is wrong with a row and what became of it, as sentences in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Enterprise
from .columns import BY_NAME

PROBLEMS = {
    "empty": gettext_lazy("没有填"),
    "uscc_length": gettext_lazy("应为 18 位"),
    "uscc_shape": gettext_lazy("有不该出现的字符"),
    "uscc_checksum": gettext_lazy("校验位不对，请对照营业执照"),
    "uscc_number": gettext_lazy("在表里是数字，后几位已丢失，请设为文本再填"),
    "duplicate": gettext_lazy("和第 %(said)s 行重复"),
    "too_long": gettext_lazy("太长"),
    "no_capital": gettext_lazy("不是以万元计的金额"),
    "no_day": gettext_lazy("不是日期"),
    "day_out_of_range": gettext_lazy("日期在 1900 年以前或今天以后"),
    "unknown_place": gettext_lazy("没有这个网格"),
    "ambiguous_place": gettext_lazy("有几个网格叫这个名字，请填编码"),
    "no_place": gettext_lazy("新企业要有网格"),
    "unknown_industry": gettext_lazy("没有这个行业，请填国标代码"),
    "unknown_status": gettext_lazy("没有这个登记状态"),
    "unknown_kind": gettext_lazy("没有这个类型"),
}
# These name the cell's content themselves, or it would only repeat the column beside it.
WITHOUT_CONTENT = {"empty", "duplicate", "no_place", "uscc_length", "uscc_shape", "uscc_checksum", "too_long"}


def problem(found: Mapping[str, str]) -> str:
    """`{"column": "place", "code": "unknown_place", "said": "东村"}` as a sentence."""
    sentence = str(PROBLEMS[found["code"]]) % {"said": found["said"]}
    label = str(BY_NAME[found["column"]].label)
    if found["code"] in WITHOUT_CONTENT or not found["said"]:
        return _("%(label)s：%(sentence)s") % {"label": label, "sentence": sentence}
    return _("%(label)s“%(said)s”：%(sentence)s") % {"label": label, "said": found["said"], "sentence": sentence}


def problems(found: Iterable[Mapping[str, str]]) -> str:
    return _("；").join(problem(one) for one in found)


def kept(found: Iterable[str]) -> str:
    """Why undoing left a firm or some of its columns as they are."""
    found = list(found)
    if found == ["used"]:
        return _("导入后已经用到，保留")
    return _("导入后又改过，保留：%(columns)s") % {
        "columns": _("、").join(str(BY_NAME[name].label) for name in found if name in BY_NAME)
    }


def shown(name: str, value: Any, places: Mapping[int, str], industries: Mapping[int, str]) -> str:
    """A stored value as the preview shows it."""
    if value in (None, ""):
        return ""
    if name == "place":
        return places.get(value, "")
    if name == "industry":
        return industries.get(value, "")
    if name == "kind":
        return str(Enterprise.Kind(value).label)
    if name == "status":
        return str(Enterprise.Status(value).label)
    return str(value)
