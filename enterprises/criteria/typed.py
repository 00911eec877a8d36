"""A sentence read from left to right, for what people type of conditions and amounts (`from_words`)."""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cache

from django.utils import translation
from django.utils.translation import gettext as _

from ..attributes.catalogue import TOWN, Attribute
from .check import PURE

LONGEST = 4000  # characters of a cell that is read at all
DEEPEST = 12
NUMERAL = r"-?\d+(?:\.\d+)?"
MOST_DIGITS = 15
MONEY = {"亿元": 10**8, "亿": 10**8, "万元": 10**4, "万": 10**4, "元": 1}
ENDS = re.compile(r"[;\n,)”\"]|的,|$")
SHOWN = 24  # characters that a fault cites


class Unread(Exception):
    """What could not be read, as a sentence for the person who typed it."""


class Words:
    """A text read from left to right; blanks, width of characters and thousands separators do not matter."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self._depth = normal(text).strip(";,。\n"), 0, 0
        if self.text.count("(") != self.text.count(")"):
            raise Unread(_("括号没有配对"))

    @property
    def rest(self) -> str:
        return self.text[self.at :]

    def sees(self, *options: str) -> bool:
        return self.text.startswith(options, self.at)

    def take(self, *options: str) -> str:
        """The longest of these that comes next; empty for none."""
        found = max((one for one in options if self.sees(one)), key=len, default="")
        self.at += len(found)
        return found

    def match(self, pattern: str | re.Pattern[str]) -> re.Match[str] | None:
        found = re.compile(pattern).match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found

    def need(self, *options: str) -> str:
        found = self.take(*options)
        if not found:
            raise self.fault(
                _("“%(said)s”前面缺“%(wanted)s”") if self.rest else _("末尾缺“%(wanted)s”"), wanted=options[0]
            )
        return found

    def fault(self, sentence: str, **named: object) -> Unread:
        said = ENDS.split(self.rest, maxsplit=1)[0] or self.rest
        return Unread(sentence % {"said": said[:SHOWN], **named})

    def number(self) -> Decimal:
        digits = self.match(NUMERAL)
        if digits is None:
            raise self.fault(_("“%(said)s”应是一个数") if self.rest else _("写到一半，末尾还缺一个数"))
        if len(digits[0]) > MOST_DIGITS:
            raise Unread(_("数值过大"))
        return Decimal(digits[0])

    @contextmanager
    def inside(self) -> Iterator[None]:
        """One level of brackets deeper."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unread(_("括号套得太深，最多 %(most)s 层") % {"most": DEEPEST})
        yield
        self._depth -= 1

    def attribute(self) -> Attribute | None:
        """The attribute whose name comes next, the longest of several."""
        found = self.take(*_names())
        return _names()[found] if found else None

    def closes(self) -> int:
        """Where the bracket that opens here is closed; -1 where it is not."""
        depth = 0
        for place in range(self.at, len(self.text)):
            depth += {"(": 1, ")": -1}.get(self.text[place], 0)
            if not depth:
                return place
        return -1


def normal(text: str) -> str:
    said = unicodedata.normalize("NFKC", text).replace("\r\n", "\n").replace("\r", "\n")
    said = re.sub(r"[^\S\n]", "", said)
    said = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", said)
    return re.sub(r"\n{2,}", "\n", said.replace("「", "“").replace("」", "”"))


@cache
def _names() -> Mapping[str, Attribute]:
    with translation.override("zh-hans"):
        return {normal(str(one)): one for one in TOWN}


def no_attribute(words: Words) -> Unread:
    """What stands there is the name of none; the ones most like it are offered."""
    said = re.split(r"[;\n,)]|不低于|不超过|不少于|大于|小于|等于|已满|为|[<>=≥≤]|\d", words.rest, maxsplit=1)[0]
    near = difflib.get_close_matches(said, list(_names()), 3, 0.5)
    if not words.rest:
        return Unread(_("写到一半，末尾还缺一个指标"))
    if not near:
        return words.fault(_("“%(said)s”不是目录里的指标"))
    return words.fault(_("“%(said)s”不是目录里的指标，是不是：%(near)s"), near=_("、").join(near))


def short(value: Decimal) -> Decimal:
    """Without idle zeros, as the form keeps it."""
    return Decimal(f"{value.normalize():f}")


def units_of(attribute: Attribute) -> Mapping[str, Decimal]:
    """The units in which it may be typed, with how much of the unit kept each is."""
    if attribute.unit == "元":
        return {name: Decimal(factor) for name, factor in MONEY.items()}
    return {normal(attribute.display): attribute.factor} | (
        {attribute.unit: Decimal(1)} if attribute.unit != PURE else {}
    )
