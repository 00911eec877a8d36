"""Writing and reading what is known of the firms: one current value per firm and attribute, with source and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from ..measures import Kind, Plain, shown
from ..models import UNKNOWN, Enterprise, Word
from .catalogue import TOWN, Catalogue

CHUNK = 5000

READ = """SELECT v.enterprise_id, v.values, o.sources, o.days FROM enterprises_firmvalues v
    JOIN enterprises_firmorigins o ON o.enterprise_id = v.enterprise_id WHERE v.enterprise_id = ANY(%s)"""
READ_WORDS = "SELECT id, text FROM enterprises_word WHERE id = ANY(%s)"
LOCK = "SELECT enterprise_id FROM enterprises_firmvalues WHERE enterprise_id = ANY(%s) ORDER BY 1 FOR NO KEY UPDATE"
START = """INSERT INTO enterprises_firmvalues (enterprise_id, values) SELECT f, '{}' FROM unnest(%s::bigint[]) f
    ORDER BY f ON CONFLICT DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Put:
    """One value to write; `value` None takes it away. `as_of` is the day it is true for."""

    firm: int
    code: str
    value: Plain | int | None
    source: str
    as_of: date
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A value as known now, with its source and day; `source` is empty where absence means zero."""

    value: Plain
    source: str = ""
    as_of: date | None = None


Known = Mapping[str, Held]


def put(firm: Enterprise, code: str, value: Plain | int | None, source: str, as_of: date, *, batch: int = 0) -> None:
    """Write one value. Raises Refused where it does not fit the attribute, KeyError for an unknown one (ENT-4)."""
    put_many([Put(firm.pk, code, value, source, as_of, batch)])


@transaction.atomic
def put_many(puts: Iterable[Put], catalogue: Catalogue = TOWN) -> int:
    """Write all or none, the last of two values for the same place; returns how many firms were written.

    Firms are locked in the order of their keys, so two writers wait for each other instead of blocking.
    """
    from .tables import write  # NumPy is loaded where it is used

    wanted = list(puts)
    words = Words({one.source for one in wanted} | {one.value for one in wanted if isinstance(one.value, str)})
    by_firm: dict[int, list[Put]] = {}
    for one in wanted:
        by_firm.setdefault(one.firm, []).append(one)
    firms = sorted(by_firm)
    for start in range(0, len(firms), CHUNK):
        write({firm: by_firm[firm] for firm in firms[start : start + CHUNK]}, words, catalogue)
    return len(firms)


def of_firm(enterprise: Enterprise, catalogue: Catalogue = TOWN) -> dict[str, Held]:
    """All that is known of one firm: two queries."""
    return of_firms([enterprise.pk], catalogue)[enterprise.pk]


def of_firms(firms: Sequence[int], catalogue: Catalogue = TOWN) -> dict[int, dict[str, Held]]:
    """All that is known of each of these firms: two queries, by hand, for every portrait asks them."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(firms)])
        rows = cursor.fetchall()
        worded = [a.slot for a in catalogue if a.kind in (Kind.CHOICE, Kind.TEXT)]
        numbers = {number for _firm, _values, sources, _days in rows for number in sources}
        numbers |= {row[slot - 1] for _firm, row, _sources, _days in rows for slot in worded if slot <= len(row)}
        cursor.execute(READ_WORDS, [list(numbers - {UNKNOWN, 0})])
        texts = dict(cursor.fetchall())
    known: dict[int, dict[str, Held]] = {firm: {} for firm in firms}
    for firm, values, sources, days in rows:
        known[firm] = _known(values, sources, days, texts, catalogue)
    return known


def _known(
    values: Sequence[int], sources: Sequence[int], days: Sequence[int], texts: Mapping[int, str], catalogue: Catalogue
) -> dict[str, Held]:
    known = {}
    for attribute in catalogue:
        place = attribute.slot - 1
        if place < len(values) and values[place] != UNKNOWN:
            value = shown(attribute, values[place], texts)
            known[attribute.code] = Held(value, texts[sources[place]], date.fromordinal(days[place]))
    return known


def numbers_of(words: Iterable[str]) -> dict[str, int]:
    """The numbers of those words that some firm has."""
    return dict(Word.objects.filter(text__in=set(words)).values_list("text", "pk"))


class Words(dict[str, int]):
    """The numbers of these words, those made that were missing."""

    def __init__(self, texts: set[str]) -> None:
        missing = texts - set(self._found(texts))
        Word.objects.bulk_create([Word(text=text) for text in sorted(missing)], ignore_conflicts=True)
        super().__init__(self._found(texts))

    @staticmethod
    def _found(texts: set[str]) -> dict[str, int]:
        return numbers_of(texts)


def lock(firms: Sequence[int]) -> None:
    """The values of these firms, in the order of their keys: a row each from now on, nobody else's until the end."""
    with connection.cursor() as cursor:
        cursor.execute(START, [list(firms)])
        cursor.execute(LOCK, [list(firms)])
