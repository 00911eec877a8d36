"""How each attribute comes from identity and facts (ENT-4): read from `data/attribute_definitions.csv`, as data.

An attribute with several definitions of facts has them in the rank of their sources. What is derived from other
attributes is reckoned after those; what is declared is never computed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from ..data import rows_of
from .catalogue import TOWN, Catalogue
from .windows import WHENS

FILE = Path(__file__).parents[1] / "data/attribute_definitions.csv"


class How(StrEnum):
    IDENTITY = "identity"
    AT = "at"
    LISTED = "listed"
    LATEST = "latest"
    BEFORE = "before"
    COUNT = "count"
    ANY = "any"
    BEST = "best"
    LAST = "last"
    TOTAL = "total"
    RATIO = "ratio"
    SHARE = "share"
    GROWTH = "growth"
    DECLARED = "declared"


WINDOWED = frozenset({How.AT, How.LISTED})
NEWEST = frozenset({How.LATEST, How.BEFORE})
REGISTER = frozenset({How.COUNT, How.ANY, How.BEST, How.LAST, How.TOTAL})
DERIVED = frozenset({How.RATIO, How.SHARE, How.GROWTH})
IDENTITY = frozenset(
    {"established_on", "registered_capital", "registered_province", "registered_city", "firm_kind", "place"}
    | {"industry_section", "industry_class", "registration_status"}
)


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One way to an attribute's value; see the head of the table for the words.

    `differs`: the share by which this source may differ from a higher one of the same day before the value says so;
    None: it is not compared. `within` is in months, `times` what the first of two attributes is multiplied by.
    """

    attribute: str
    how: How
    resource: str = ""
    column: str = ""
    when: str = ""
    since: str = ""
    until: str = ""
    ended: str = ""
    within: int | None = None
    where: tuple[str, tuple[str, ...]] | None = None
    differs: Decimal | None = None
    times: int = 1

    @cached_property
    def operands(self) -> tuple[str, ...]:
        """The attributes it is derived from."""
        return tuple(self.column.split()) if self.how in DERIVED else ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of its resource that it reads."""
        named = (self.column, self.since, self.until, self.ended, self.where[0] if self.where else "")
        return tuple(dict.fromkeys(name for name in named if name)) if self.resource else ()


class Definitions:
    """Those of facts and identity in their rank, those derived, and those declared, by attribute."""

    def __init__(self, definitions: Iterable[Definition], catalogue: Catalogue = TOWN) -> None:
        self.catalogue = catalogue
        self.all = tuple(definitions)
        self.sources: dict[str, list[Definition]] = {}
        self.derived: dict[str, Definition] = {}
        self.declared: set[str] = set()
        for one in self.all:
            self._take(one)
        clash = self.derived.keys() & self.sources.keys() | self.declared & (self.sources.keys() | self.derived.keys())
        nested = {code for one in self.derived.values() for code in one.operands if code not in self.sources}
        if clash or nested:
            raise ValueError(f"defined twice: {sorted(clash)}, derived from what is not of facts: {sorted(nested)}")

    def _take(self, one: Definition) -> None:
        if one.attribute not in self.catalogue or any(code not in self.catalogue for code in one.operands):
            raise ValueError(f"{one.attribute}: there is no such attribute")
        if one.how in DERIVED:
            self.derived[one.attribute] = one
        elif one.how == How.DECLARED:
            self.declared.add(one.attribute)
        else:
            self.sources.setdefault(one.attribute, []).append(one)

    def of(self, code: str) -> tuple[Definition, ...]:
        """The definitions of one attribute, in their rank; none where it is declared."""
        return (self.derived[code],) if code in self.derived else tuple(self.sources.get(code, ()))

    def needed(self, codes: Iterable[str]) -> set[str]:
        """These attributes and those they are derived from."""
        wanted = set(codes)
        return wanted | {code for one in wanted & self.derived.keys() for code in self.derived[one].operands}

    def resources(self, code: str) -> list[str]:
        """The codes of the resources an attribute comes from, directly or through others."""
        reached = [one.resource for needed in [code, *self._operands(code)] for one in self.of(needed)]
        return list(dict.fromkeys(filter(None, reached)))

    def _operands(self, code: str) -> tuple[str, ...]:
        return self.derived[code].operands if code in self.derived else ()


def read(file: Path = FILE, catalogue: Catalogue = TOWN) -> Definitions:
    return Definitions((_definition(row) for row in rows_of(file)), catalogue)


def _definition(row: dict[str, str]) -> Definition:
    column, _equals, choices = row["where"].partition("=")
    plain = {name: row[name] for name in ("attribute", "resource", "column", "when", "since", "until", "ended")}
    made = Definition(
        how=How(row["how"]),
        within=int(row["within"]) if row["within"] else None,
        where=(column, tuple(choices.split("/"))) if column else None,
        differs=Decimal(row["differs"]) if row["differs"] else None,
        times=int(row["times"] or 1),
        **plain,
    )
    _demand_sense(made)
    return made


def _demand_sense(one: Definition) -> None:
    whens = WHENS | {"delivered"} if one.how in WINDOWED else {"", "begun"} if one.how in NEWEST else {""}
    if one.when not in whens:
        raise ValueError(f"{one.attribute}: “{one.when}” is no period for “{one.how}”")
    if one.how == How.IDENTITY and one.column not in IDENTITY:
        raise ValueError(f"{one.attribute}: a firm has no field “{one.column}”")
    if one.how in WINDOWED | NEWEST | REGISTER and not one.resource:
        raise ValueError(f"{one.attribute}: no resource is named")
    if one.how in DERIVED and len(one.operands) < 2:
        raise ValueError(f"{one.attribute}: needs two attributes")


TOWN_DEFINITIONS = read()
