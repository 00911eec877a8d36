"""The catalogue of attributes (ENT-4): what is known of a firm, in which unit, from whom, and what no value means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ..data import rows_of
from ..measures import Choice, Kind, Measure, Plain, Sensitivity, choices_of, in_english

__all__ = ["TOWN", "Attribute", "Catalogue", "Choice", "Kind", "Plain", "Sensitivity", "in_english"]

ATTRIBUTES = Path(__file__).parents[1] / "data/attributes.csv"


@dataclass(frozen=True, eq=False, kw_only=True)
class Attribute(Measure):
    """A measure with its place in the firm's row, its source and what no value means.

    `zero_if_delivered`: its source is a complete register, so that a firm of which it says nothing gets a zero when the
    value is computed; before the first delivery it is unknown like any other.
    """

    slot: int
    source: str = ""
    sensitivity: Sensitivity = Sensitivity.OPEN
    changeable: bool = False
    absent_is_zero: bool = False  # whatever is known of the source: for catalogues that nobody computes
    zero_if_delivered: bool = False
    fresh_days: int | None = None
    definition: str = ""
    definition_en: str = ""

    def __post_init__(self) -> None:
        if self.kind == Kind.NUMBER and self.step < 1:
            raise ValueError(f"{self.code}: a step of what is shown is finer than what is kept")
        if self.factor != Decimal(1).scaleb(self.factor.adjusted()):
            raise ValueError(f"{self.code}: a display unit is a power of ten of the unit kept")
        if (self.absent_is_zero or self.zero_if_delivered) and self.kind in (Kind.DATE, Kind.TEXT):
            raise ValueError(f"{self.code}: no {self.kind} is zero")
        if self.changeable and self.kind == Kind.TEXT:
            raise ValueError(f"{self.code}: a text has no next value")

    @property
    def is_worded(self) -> bool:
        """Whether what is kept is the number of a word."""
        return self.kind in (Kind.CHOICE, Kind.TEXT)

    @property
    def meaning(self) -> str:
        """Its definition, in the language of whoever reads."""
        return self.definition_en if self.definition_en and in_english() else self.definition

    @property
    def zero(self) -> Plain:
        """What absence stands for where the source is a complete register."""
        if self.kind == Kind.CHOICE:
            return self.choices[0].code
        return False if self.kind == Kind.BOOL else Decimal(0)


class Catalogue:
    """Attributes by their code, in the order of their slots."""

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self.attributes = tuple(sorted(attributes, key=lambda attribute: attribute.slot))
        self._by_code = {attribute.code: attribute for attribute in self.attributes}
        if len(self._by_code) != len(self.attributes) or len({a.slot for a in self.attributes}) != len(self.attributes):
            raise ValueError("two attributes share a code or a slot")

    def __iter__(self) -> Iterator[Attribute]:
        return iter(self.attributes)

    def __getitem__(self, code: str) -> Attribute:
        return self._by_code[code]

    def get(self, code: str) -> Attribute | None:
        return self._by_code.get(code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @property
    def width(self) -> int:
        return self.attributes[-1].slot


def read(file: Path = ATTRIBUTES) -> Catalogue:
    return Catalogue(_attribute(row) for row in rows_of(file))


def _attribute(row: dict[str, str]) -> Attribute:
    return Attribute(
        slot=int(row["slot"]),
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        kind=Kind(row["kind"]),
        unit=row["unit"],
        scale=int(row["scale"] or 0),
        display=row["display"],
        factor=Decimal(row["factor"] or 1),
        decimals=int(row["decimals"] or 0),
        minimum=Decimal(row["minimum"]) if row["minimum"] else None,
        source=row["source"],
        sensitivity=Sensitivity(row["sensitivity"]),
        changeable=row["changeable"] == "yes",
        zero_if_delivered=row["absence"] == "zero",
        fresh_days=int(row["fresh_days"]) if row["fresh_days"] else None,
        choices=choices_of(row["choices"]),
        definition=row["definition"],
        definition_en=row["definition_en"],
    )


TOWN = read()
