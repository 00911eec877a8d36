"""Reading the cells of a column of facts into kept numbers: units, percent signs, dates, yes and no, choices, texts.

An empty cell, or a dash for one, says nothing. A number with more decimals than are kept is rounded half up, as the
sheet that worked it out would show it; half a person is refused.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from typing import Any

from portal.files.tables import Unreadable, as_day, as_number, as_text
from portal.files.tables.values import Value

from ..measures import LARGEST, Kind, Measure
from .periods import DAY_ONE, SERIALS
from .staging import LONGEST_TEXT

DASHES = frozenset("-－—–―/／\\＼") | {"——", "--", "－－"}
WHOLE = frozenset({"人", "人次", "项", "家", "类", "个", "件"})
CURRENCY = re.compile(r"^(?:人民币|rmb|cny|[¥￥])\s*|\s*(?:人民币)$", re.IGNORECASE)
YES = frozenset(["是", "有", "对", "真", "yes", "y", "true", "t", "1", "√", "✓", "✔", "已", "正常"])
NO = frozenset(["否", "无", "没有", "错", "假", "no", "n", "false", "f", "0", "×", "x", "✗", "✘", "未", "异常"])
LARGEST_DIGITS = len(str(LARGEST)) - 1
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class Fault(Exception):
    """A cell that cannot be taken: a code of `faults.FAULTS`; `said` is what stood there or what was expected."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code)
        self.code, self.said = code, said[:60]


# What a unit is in another, by the unit a measure is kept in: the first is the kept one.
UNITS: Mapping[str, Mapping[str, Decimal]] = {
    kept: {name: Decimal(times) for name, times in (pair.split("=") for pair in pairs.split())}
    for kept, pairs in {
        "元": "元=1 千元=1000 万元=10000 百万元=1000000 亿元=100000000",
        "1": "%=0.01 ‰=0.001 小数=1",
        "千瓦时": "千瓦时=1 度=1 万千瓦时=10000 万度=10000 兆瓦时=1000",
        "千伏安": "千伏安=1 万千伏安=10000",
        "吨": "吨=1 千克=0.001 公斤=0.001 万吨=10000",
        "吨标煤": "吨标煤=1 吨标准煤=1 万吨标煤=10000 万吨标准煤=10000",
        "亩": "亩=1 公顷=15 平方公里=1500",
        "平方米": "平方米=1 万平方米=10000",
        "立方米": "立方米=1 方=1 万立方米=10000 万方=10000",
        "人": "人=1 万人=10000",
        "人次": "人次=1 万人次=10000",
    }.items()
}
ALIASES = {
    "kwh": "千瓦时",
    "千瓦·时": "千瓦时",
    "kva": "千伏安",
    "㎡": "平方米",
    "m2": "平方米",
    "m3": "立方米",
    "％": "%",
}


def units_of(measure: Measure) -> list[str]:
    """The units in which a file may have a measure's values; the one it is kept in first. Empty where none matters."""
    if measure.kind != Kind.NUMBER:
        return []
    return list(UNITS.get(measure.unit, {measure.unit: Decimal(1)} if measure.unit else {}))


def named_unit(text: str, measure: Measure) -> str:
    """The unit that a heading or a title says for the measure, or nothing."""
    plain = unicodedata.normalize("NFKC", text).lower().replace(" ", "")
    for alias, name in ALIASES.items():
        plain = plain.replace(alias, name)
    for unit in sorted(units_of(measure), key=len, reverse=True):
        mark = re.escape(unicodedata.normalize("NFKC", unit).lower())
        if re.search(rf"[(\[【:/,、;]{mark}(?:$|[)\]】,、;/])", plain):
            return unit
    return ""


Read = Callable[[Value], int | str | None]
Wrong = Callable[[int, "Fault"], None]


def reader_of(measure: Measure, unit: str = "") -> Read:
    """Reads one cell: a kept number, the text of a text or choice (its word's number is looked up later), or None.

    Raises Fault. `unit` is one of `units_of`; without one, numbers are in what the measure is shown in.
    """
    if measure.kind == Kind.NUMBER:
        return _Number(measure, unit)
    read: dict[Kind, Read] = {
        Kind.DATE: _read_day,
        Kind.BOOL: _read_yes,
        Kind.TEXT: _read_text,
        Kind.CHOICE: partial(_read_choice, _names(measure)),
    }
    return read[measure.kind]


def read_alike(read: Read, cells: Sequence[Value]) -> list[str]:
    """What `read_column` would find, as digits, where the cells are numbers of one shape; else nothing."""
    return read.alike(cells) if isinstance(read, _Number) else []


def read_column(read: Read, cells: Sequence[Value], wrong: Wrong) -> list[Any]:
    """Reads the cells of one column; `wrong` hears of each that cannot be taken, by its place, and it says nothing."""
    found: list[Any] = read.plain(cells) if isinstance(read, _Number) else [None] * len(cells)
    for place, cell in enumerate(cells) if None in found else ():
        if found[place] is None and cell is not None and cell != "":
            try:
                found[place] = read(cell)
            except Fault as fault:
                wrong(place, fault)
    return found


@lru_cache(64)
def _lines(digits: int, decimals: int) -> re.Pattern[str]:
    """Lines of up to so many digits, each with so many decimals."""
    line = rf"[0-9]{{1,{max(digits, 1)}}}" + (rf"\.[0-9]{{{decimals}}}" if decimals else "")
    return re.compile(rf"{line}(?:\n{line})*+")


class _Number:
    """A number by the rules; `plain` reads most cells without Decimal."""

    def __init__(self, measure: Measure, unit: str) -> None:
        self.measure = measure
        times = UNITS.get(measure.unit, {}).get(unit) if unit else None
        self.times = (measure.factor if times is None else times).scaleb(measure.scale)
        self.per_cent = Decimal("0.01").scaleb(measure.scale) if measure.unit == "1" else None
        power = self.times.normalize().as_tuple()
        self.power = int(power.exponent) if power.digits == (1,) else -1
        self.steps = [10**step for step in range(self.power + 1)]
        self.whole = measure.unit in WHOLE
        self.lowest = -LARGEST + 1 if measure.lowest is None else measure.lowest

    def __call__(self, cell: Value) -> int | None:
        number = self._exact(cell)
        if number is None:
            return None
        if not self.lowest <= number < LARGEST:
            raise Fault("too_small" if number < self.lowest else "too_large", as_text(cell))
        return number

    def plain(self, cells: Sequence[Value]) -> list[int | None]:
        """The numbers of cells of plain digits, which most are; None where a cell needs a closer look."""
        power, steps, least = self.power, self.steps, self.lowest
        found: list[int | None] = []
        for cell in cells if power >= 0 else ():
            number = None
            if type(cell) is str and len(cell) < 18 and cell.isascii():
                whole, _dot, part = cell.partition(".")
                if whole.isdigit() and len(part) <= power and (part.isdigit() or not part):  # "5." is 5
                    number = int(whole + part) * steps[power - len(part)]
            found.append(number if number is not None and least <= number < LARGEST else None)
        return found or [None] * len(cells)

    def alike(self, cells: Sequence[Value]) -> list[str]:
        """The digits of the numbers where all cells have as many decimals, as programs write them; else nothing."""
        if self.power < 0 or self.lowest > 0 or set(map(type, cells)) != {str}:
            return []
        text = "\n".join(cells)  # type: ignore[arg-type]
        decimals = len(text.partition("\n")[0].partition(".")[2])
        if decimals > self.power or not _lines(LARGEST_DIGITS - self.power, decimals).fullmatch(text):
            return []
        digits = text.replace(".", "").replace("\n", "0" * (self.power - decimals) + "\n").split("\n")
        digits[-1] += "0" * (self.power - decimals)
        return digits if len(digits) == len(cells) else []  # a cell may have two lines

    def _exact(self, cell: Value) -> int | None:
        said, times = cell, self.times
        if isinstance(cell, str):
            if any(unicodedata.category(char) == "No" for char in cell):
                raise Fault("no_number", cell)  # the mark of a footnote would become a digit
            text = unicodedata.normalize("NFKC", cell).strip()
            if text in DASHES:
                return None
            if text.endswith("%") and self.per_cent is not None:
                text, times = text[:-1].strip(), self.per_cent
            said = CURRENCY.sub("", text)
        try:
            number = as_number(round(said, 12) if isinstance(said, float) else said)
        except Unreadable as error:
            raise Fault("no_number", as_text(cell)) from error
        if number is None:
            return None
        if abs(number.adjusted()) > 40:
            raise Fault("too_large", as_text(cell))
        scaled = number * times
        if self.whole and scaled != int(scaled):
            raise Fault("no_whole", as_text(cell))
        return int(scaled.to_integral_value(ROUND_HALF_UP))


def _read_day(cell: Value) -> int | None:
    text = unicodedata.normalize("NFKC", as_text(cell))
    if not text or text in DASHES:
        return None
    try:
        serial = int(text) if text.isdecimal() and len(text) == 5 else 0
        day = DAY_ONE + timedelta(days=serial) if serial in SERIALS else as_day(cell)
    except Unreadable as error:
        raise Fault("no_day", text) from error
    if day is None or not EARLIEST <= day <= LATEST:
        raise Fault("no_day", text)
    return day.toordinal()


def _read_yes(cell: Value) -> int | None:
    if isinstance(cell, bool):
        return int(cell)
    text = _key(cell)
    if not text or text in DASHES:
        return None
    if text in YES or text in NO:
        return int(text in YES)
    raise Fault("no_yes", text)


def _read_text(cell: Value) -> str | None:
    text = as_text(cell)
    if len(text) > LONGEST_TEXT:
        raise Fault("too_long", str(LONGEST_TEXT))
    return text or None


def _key(cell: Value) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", as_text(cell))).lower()


def _names(measure: Measure) -> dict[str, str]:
    names = {_key(name): choice.code for choice in measure.choices for name in (choice.name_en, choice.name)}
    return names | {_key(choice.code): choice.code for choice in measure.choices}


def _read_choice(names: Mapping[str, str], cell: Value) -> str | None:
    text = _key(cell)
    if not text or text in DASHES:
        return None
    if text not in names:
        raise Fault("no_choice", as_text(cell))
    return names[text]
