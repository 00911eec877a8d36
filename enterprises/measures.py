"""How a value is measured and kept: one whole number for every kind, so that nothing is ever rounded (ENT-2, ENT-4).

A number is kept in units of its last decimal, a date as its day since 1 January 1 (`date.toordinal`), yes and no as 1
and 0, a text or choice as the number of its word. Attributes and the columns of resources are both measures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.utils.translation import get_language, gettext_lazy, npgettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from portal.people.refusal import Refused

LARGEST = 10**17  # what is kept stays below it, so that sums of a few fit 64 bits

Plain = Decimal | date | bool | str


class Kind(StrEnum):
    NUMBER = "number"
    BOOL = "bool"
    DATE = "date"
    TEXT = "text"
    CHOICE = "choice"


class Sensitivity(StrEnum):
    """SEC-11: for all officials; for the owning line, the firm's stewards and leaders; for the owning line alone."""

    OPEN = "open"
    LINE = "line"
    CLOSED = "closed"


# What a unit is called in the language of whoever reads.
UNITS = {
    "元": gettext_lazy("元"),
    "万元": gettext_lazy("万元"),
    "万元/亩": gettext_lazy("万元/亩"),
    "万元/人": gettext_lazy("万元/人"),
    "人": gettext_lazy("人"),
    "人次": gettext_lazy("人次"),
    "件": pgettext_lazy("计量单位", "件"),
    "项": pgettext_lazy("计量单位", "项"),
    "次": pgettext_lazy("计量单位", "次"),
    "类": pgettext_lazy("计量单位", "类"),
    "家": gettext_lazy("家"),
    "分": pgettext_lazy("计量单位", "分"),
    "亩": gettext_lazy("亩"),
    "平方米": gettext_lazy("平方米"),
    "立方米": gettext_lazy("立方米"),
    "吨": gettext_lazy("吨"),
    "吨标煤": gettext_lazy("吨标煤"),
    "吨标煤/万元": gettext_lazy("吨标煤/万元"),
    "千瓦时": gettext_lazy("千瓦时"),
    "万千瓦时": gettext_lazy("万千瓦时"),
    "千伏安": gettext_lazy("千伏安"),
    "千瓦": gettext_lazy("千瓦"),
    "人月": gettext_lazy("人月"),
    "台": pgettext_lazy("计量单位", "台"),
    "辆": pgettext_lazy("计量单位", "辆"),
    "个": pgettext_lazy("计量单位", "个"),
}


# The units that change after a number in languages that count: “1 item”, “2 items”.
COUNTED = {
    "人": npgettext_lazy("数后", "人", "人"),
    "人次": npgettext_lazy("数后", "人次", "人次"),
    "人月": npgettext_lazy("数后", "人月", "人月"),
    "件": npgettext_lazy("数后", "件", "件"),
    "项": npgettext_lazy("数后", "项", "项"),
    "次": npgettext_lazy("数后", "次", "次"),
    "类": npgettext_lazy("数后", "类", "类"),
    "家": npgettext_lazy("数后", "家", "家"),
    "分": npgettext_lazy("数后", "分", "分"),
    "台": npgettext_lazy("数后", "台", "台"),
    "辆": npgettext_lazy("数后", "辆", "辆"),
    "个": npgettext_lazy("数后", "个", "个"),
}


def unit_name(unit: str, number: Decimal | int | None = None) -> str:
    """What the unit is called alone, or after this number of it: “items”, “1 item”."""
    if number is not None and unit in COUNTED:
        return str(COUNTED[unit] % (1 if number == 1 else 2))
    return str(UNITS.get(unit, unit))


@dataclass(frozen=True)
class Choice:
    code: str
    name: str
    name_en: str

    def __str__(self) -> str:
        return self.name_en if in_english() else self.name


@dataclass(frozen=True, eq=False, kw_only=True)
class Measure:
    """`unit` with `scale` decimals is how a value is kept; `display` is `factor` units, shown to `decimals` places."""

    code: str
    name: str
    kind: Kind
    name_en: str = ""
    unit: str = ""
    scale: int = 0
    display: str = ""
    factor: Decimal = Decimal(1)
    decimals: int = 0
    minimum: Decimal | None = None
    choices: tuple[Choice, ...] = ()

    def __str__(self) -> str:
        return self.name_en if self.name_en and in_english() else self.name

    @cached_property
    def step(self) -> int:
        """One display unit, in units of the last decimal kept; 0 where it would be a fraction of it."""
        step = self.factor.scaleb(self.scale - self.decimals)
        return int(step) if step == int(step) else 0

    @cached_property
    def lowest(self) -> int | None:
        """The minimum in units of the last decimal kept."""
        return None if self.minimum is None else int(self.minimum.scaleb(self.scale))

    def choice(self, code: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.code == code), None)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices)


def choices_of(text: str) -> tuple[Choice, ...]:
    """`code:name:English|…`, as the tables shipped with the project write them."""
    return tuple(Choice(*choice.split(":")) for choice in text.split("|") if choice)


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def kept(measure: Measure, value: Plain | int, words: Mapping[str, int]) -> int:
    """The whole number under which `value` is kept. Raises Refused where it does not fit; NaN is no number."""
    if measure.kind == Kind.NUMBER and isinstance(value, Decimal | int) and not isinstance(value, bool):
        return _kept_number(measure, Decimal(value))
    if measure.kind == Kind.BOOL and isinstance(value, bool):
        return int(value)
    if measure.kind == Kind.DATE and type(value) is date:
        return value.toordinal()
    if measure.kind == Kind.CHOICE and isinstance(value, str) and value in measure.codes:
        return words[value]
    if measure.kind == Kind.TEXT and isinstance(value, str) and value.strip():
        return words[value]
    raise Refused(_("“%(value)s”不是“%(name)s”的有效值") % {"value": value, "name": measure})


def _kept_number(measure: Measure, value: Decimal) -> int:
    if not value.is_finite():
        raise _refused(measure, _("“%(value)s”不是“%(name)s”的有效值"), _in_display(measure, value))
    if abs(value) >= Decimal(LARGEST).scaleb(-measure.scale):
        raise _refused(measure, _("“%(name)s”的数值过大：%(value)s"), _in_display(measure, value))
    scaled = value.scaleb(measure.scale)
    if scaled != int(scaled):
        # the decimals are those of the unit kept
        in_unit = f"{value:f} {unit_name(measure.unit, value)}".rstrip()
        raise _refused(measure, _("“%(name)s”最多 %(scale)s 位小数：%(value)s"), in_unit)
    if measure.minimum is not None and value < measure.minimum:
        minimum = _in_display(measure, measure.minimum)
        raise _refused(measure, _("“%(name)s”不能小于 %(minimum)s：%(value)s"), _in_display(measure, value), minimum)
    return int(scaled)


def _refused(measure: Measure, why: str, value: str, minimum: str = "") -> Refused:
    return Refused(why % {"value": value, "name": measure, "scale": measure.scale, "minimum": minimum})


def _in_display(measure: Measure, value: Decimal) -> str:
    """As people type it: in the unit it is shown in, without an exponent."""
    if not value.is_finite():
        return str(value)
    number = value / measure.factor
    unit = f" {unit_name(measure.display, number)}" if measure.display else ""
    return f"{number.normalize():f}{unit}"


def shown(measure: Measure, number: int, texts: Mapping[int, str]) -> Plain:
    """The value that is kept under `number`."""
    if measure.kind == Kind.NUMBER:
        return Decimal(number).scaleb(-measure.scale)
    if measure.kind == Kind.BOOL:
        return bool(number)
    return date.fromordinal(number) if measure.kind == Kind.DATE else texts[number]
