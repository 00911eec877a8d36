"""Writing and reading what is known of the firms: one current value per firm and attribute, with source and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from ..measures import Kind, Plain, shown
from ..models import UNKNOWN, Enterprise, FirmOrigins, FirmValues, Word
from .catalogue import TOWN, Catalogue

CHUNK = 5000

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
    """All that is known of one firm: three queries."""
    return of_firms([enterprise.pk], catalogue)[enterprise.pk]


def of_firms(firms: Sequence[int], catalogue: Catalogue = TOWN) -> dict[int, dict[str, Held]]:
    rows = dict(FirmValues.objects.filter(pk__in=firms).values_list("pk", "values"))
    origins = {origin.pk: origin for origin in FirmOrigins.objects.filter(pk__in=firms)}
    numbers = {number for origin in origins.values() for number in origin.sources}
    worded = [a for a in catalogue if a.kind in (Kind.CHOICE, Kind.TEXT)]
    numbers |= {values[a.slot - 1] for values in rows.values() for a in worded if a.slot <= len(values)}
    texts = dict(Word.objects.filter(pk__in=numbers - {UNKNOWN, 0}).values_list("pk", "text"))
    return {firm: _known(rows.get(firm, []), origins.get(firm), texts, catalogue) for firm in firms}


def _known(
    values: Sequence[int], origin: FirmOrigins | None, texts: Mapping[int, str], catalogue: Catalogue
) -> dict[str, Held]:
    known = {}
    for attribute in catalogue:
        place = attribute.slot - 1
        if place < len(values) and values[place] != UNKNOWN and origin is not None:
            value = shown(attribute, values[place], texts)
            known[attribute.code] = Held(value, texts[origin.sources[place]], date.fromordinal(origin.days[place]))
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
