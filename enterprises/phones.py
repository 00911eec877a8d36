"""Telephone numbers compared by their digits: people write them, and exchanges report them, in many forms (APP-1)."""

import re
import unicodedata

from django.db import models
from django.db.models import F, Func, Q, Value

AREA_CODE = "0512"  # the town's own; callers from the town show up with and without it


class Digits(Func):
    """The digits of a stored number, without the extension after 转."""

    output_field = models.TextField()
    template = "regexp_replace(split_part(%(expressions)s, '转', 1), '\\D', '', 'g')"


def digits(number: str) -> str:
    """The digits of `number` without country code, the town's area code and extension; empty if there are none."""
    number = unicodedata.normalize("NFKC", number).strip()
    found = re.sub(r"[^0-9]", "", number.split("转")[0])
    found = re.sub(r"^(00)?86(?=1\d{10}$|0?\d{10,11}$)", "", found)
    if found.startswith(AREA_CODE[1:]) and len(found) == 11 and number.startswith(("+", "00", "86")):
        found = "0" + found  # +86 512 … drops the area code's zero
    return found.removeprefix(AREA_CODE) if len(found) == len(AREA_CODE) + 8 else found


def matching(field: str, number: str) -> Q:
    """A condition: the number stored in `field` is this one, however written; false for less than 5 digits."""
    plain = digits(number)
    if len(plain) < 5:
        return Q(pk__in=[])
    forms = [plain, f"86{plain}", f"0086{plain}"]
    if len(plain) == 8:
        forms += [f"{AREA_CODE}{plain}", f"86{AREA_CODE[1:]}{plain}", f"0086{AREA_CODE[1:]}{plain}"]
    return Q(models.lookups.In(Digits(F(field)), [Value(f) for f in forms]))


def is_mobile(number: str) -> bool:
    """Whether it is a person's own number rather than a firm's line (SEC-3)."""
    return re.fullmatch(r"1\d{10}", digits(number)) is not None
