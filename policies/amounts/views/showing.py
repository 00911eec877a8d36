"""What the pages of visitors and firms show alike."""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Attribute
from enterprises.attributes.values import Held
from enterprises.criteria.words import value_words

from ..answers import SECTION, Answers, sections

MOST_ASKED = 60


def typed_asks(data: QueryDict) -> dict[str, str]:
    """Answers to what formulas ask, `w-<clause>-<code>`, as they were typed."""
    found = {key: value.strip()[:30] for key, value in data.items() if key.startswith("w-") and len(key) < 80}
    return {key: value for key, value in list(found.items())[:MOST_ASKED] if value}


def answered_words(given: Answers) -> list[tuple[str, str, str]]:
    """Name, value, and the address without this answer and those after it."""
    rows = []
    for place, one in enumerate(given.given):
        said = _("跳过") if one.value is None else words_of(one.attribute, one.value)
        rows.append((str(one.attribute), said, given.before(place).query()))
    return rows


def words_of(attribute: Attribute, value: object) -> str:
    if attribute.code == SECTION:
        return f"{value} {sections().get(str(value), '')}".strip()
    return value_words(attribute, value)  # type: ignore[arg-type]


def source_words(held: Held) -> str:
    """Where a value of one's own comes from, and as of when."""
    if held.as_of is None or not held.source:
        return held.source
    return _("%(source)s，截至 %(day)s") % {"source": held.source, "day": held.as_of.isoformat()}


def held_words(known: Mapping[str, Held], code: str) -> str:
    held = known.get(code)
    return _("没有数据") if held is None else words_of(TOWN[code], held.value)
