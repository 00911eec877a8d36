"""What a paper is: one description, from which the printable page and the Word file are both made (APP-22).

Papers are official documents of the town and always in Chinese, whatever language their reader has chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from portal.worktime.words import local_day

CENTRE = "沙溪镇企业服务中心"
NOT_SAID = "按保密件办理，本件不载明"  # of whoever complained, on what is handed on (APP-18)


@dataclass(frozen=True)
class Facts:
    """Rows of a form: label and value. A value may have several lines; an empty one is left to be written by hand."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Prose:
    """Paragraphs under a heading, or without one."""

    text: str
    heading: str = ""
    kind: str = "prose"

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]


@dataclass(frozen=True)
class Grid:
    """A table with headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    heading: str = ""
    kind: str = "grid"


@dataclass(frozen=True)
class Picture:
    """`url` shows it on the page, `content` gives its bytes for the Word file; `caption` stands below it."""

    caption: str
    url: str
    content: Callable[[], bytes]


@dataclass(frozen=True)
class Pictures:
    """Photos or signatures, three in a row."""

    pictures: tuple[Picture, ...]
    heading: str = ""
    kind: str = "pictures"


Block = Facts | Prose | Grid | Pictures


@dataclass(frozen=True)
class Paper:
    """`unit` signs on `day` where the seal goes; `foot` are the small lines below everything."""

    title: str
    number: str
    blocks: tuple[Block, ...]
    unit: str = CENTRE
    addressee: str = ""
    day: date | None = None
    sealed: bool = True
    foot: tuple[str, ...] = ()
    form: bool = False  # a form of rows rather than a letter: smaller type

    @property
    def to(self) -> str:
        return f"{self.addressee}：" if self.addressee else ""

    @property
    def dated(self) -> str:
        return full_day(self.day) if self.day else ""

    @property
    def file_name(self) -> str:
        return f"{self.title} {self.number}".strip() + ".docx"


def full_day(value: date | datetime) -> str:
    """“2026年11月22日”, as papers are dated."""
    day = local_day(value)
    return f"{day.year}年{day.month}月{day.day}日"
