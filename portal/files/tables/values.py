"""What stands in a cell, as text, number or day; the same for Excel's typed cells and the texts of a CSV file."""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

Value = str | int | float | bool | date | datetime | time | timedelta | Decimal | None

DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|[+-]?\.\d+")


class Unreadable(ValueError):
    """The cell holds something else than asked for."""


def as_text(value: Value) -> str:
    """The cell as a person reads it, on one line; whole numbers without `.0`. Empty where there is nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    text = str(value)
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]  # how some programs keep a long number a text in CSV
    if not text.isprintable():
        # NUL and half characters are refused by PostgreSQL; other control characters are nobody's name.
        text = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    return " ".join(text.split())


def as_lines(value: Value) -> str:
    """The same with its lines kept, without empty ones: a text of several paragraphs."""
    if not isinstance(value, str):
        return as_text(value)
    return "\n".join(filter(None, map(as_text, value.splitlines())))


def as_number(value: Value) -> Decimal | None:
    """An exact number; a text may have thousands' commas and full-width digits. None for empty. Raises Unreadable."""
    if value is None:
        return None
    if isinstance(value, (bool, date, time, timedelta)):
        raise Unreadable(str(value))
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if not text:
        return None
    if not isinstance(value, str):
        text = repr(value) if isinstance(value, float) else text
    elif not NUMBER.fullmatch(text):
        raise Unreadable(text)
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise Unreadable(text) from error
    if not number.is_finite():
        raise Unreadable(text)
    return number


def as_day(value: Value) -> date | None:
    """A day: a date, `2026-11-24`, `2026/11/24`, `2026年11月24日`, `20261124`; None for empty. Raises Unreadable."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", as_text(value))
    if not text:
        return None
    found = DAY.fullmatch(text) or COMPACT_DAY.fullmatch(text)
    if found is None:
        raise Unreadable(text)
    try:
        return date(*(int(part) for part in found.groups()[:3]))
    except ValueError as error:
        raise Unreadable(text) from error
