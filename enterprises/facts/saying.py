"""Values of facts in words: as the columns show them, and as a band for who may not read them (SEC-11)."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from ..criteria.words import amount, value_words
from ..measures import Kind, Measure, Plain, shown
from ..models import Fact, FormerFact, ResourceColumn, Word

WORDED = (Kind.TEXT, Kind.CHOICE)
STEPS = (1, 2, 5, 10)


def texts_of(columns: Iterable[ResourceColumn], rows: Iterable[Iterable[int | None]]) -> dict[int, str]:
    """The texts behind the numbers of these rows; one query, none where no column holds texts."""
    places = [column.place for column in columns if column.kind in WORDED]
    if not places:
        return {}
    listed = [list(values) for values in rows]
    return words_of({values[place - 1] for values in listed for place in places if len(values) >= place})


def words_of(numbers: Iterable[int | None]) -> dict[int, str]:
    found = {number for number in numbers if number is not None}
    return dict(Word.objects.filter(pk__in=found).values_list("pk", "text")) if found else {}


def worded(measure: Measure, number: int | None, texts: Mapping[int, str]) -> str:
    """`1,200.5 万元`, `是`, `2026-11-24`; empty where nothing was said."""
    if number is None or (measure.kind in WORDED and number not in texts):
        return ""
    return value_words(measure, shown(measure, number, texts))


def brief(measure: Measure, value: Plain | None) -> str:
    """The value for a table: a number to the decimals in which the column is shown, unless nothing would be left."""
    if value is None:
        return ""
    if isinstance(value, Decimal) and not isinstance(value, bool):
        shown_as = value / measure.factor
        rounded = round_half_up(shown_as, measure.decimals)
        if rounded or not shown_as:
            return amount_of(measure, rounded)
    return value_words(measure, value)


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def banded(measure: Measure, number: int | None) -> str:
    """`100 至 200 万元`: between which of 1, 2, 5, 10 … it lies, in display units; empty for what is no number."""
    if number is None or measure.kind != Kind.NUMBER:
        return ""
    value = Decimal(number).scaleb(-measure.scale) / measure.factor
    if abs(value) < 1:  # that there is nothing would be the value itself
        return _("不到 %(amount)s") % {"amount": amount_of(measure, Decimal(1))}
    size = Decimal(1).scaleb(abs(value).adjusted())
    low = max(step for step in STEPS if step * size <= abs(value))
    high = STEPS[STEPS.index(low) + 1]
    ends = {"low": amount_of(measure, low * size), "high": amount_of(measure, high * size)}
    return (_("负 %(low)s 至 %(high)s") if value < 0 else _("%(low)s 至 %(high)s")) % ends


def amount_of(measure: Measure, displayed: Decimal) -> str:
    return amount(measure, displayed * measure.factor)


def value_at(fact: Fact | FormerFact, place: int) -> int | None:
    """A row may be shorter than its resource, which got further columns since."""
    return fact.values[place - 1] if len(fact.values) >= place else None


def source_at(fact: Fact, place: int) -> int | None:
    return fact.deliveries[place - 1] if len(fact.deliveries) >= place else None
