"""What other parts of the room add to the pages of visits and of firms; each registers its own when the site starts.

@of_visit(order=10)
def record(visit, user) -> Section | None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from enterprises.models import Enterprise
from portal.people.models import User

from ..models import JointVisit


@dataclass(frozen=True)
class Section:
    """A tile: its template reads `section.content`; `side` stands beside the story, with facts and people."""

    template: str
    content: Mapping[str, Any]
    side: bool = False


@dataclass(frozen=True)
class Way:
    """A page on which the visit goes on: a button on the visit's page and in my day; `first` is the filled one."""

    name: str
    url: str
    first: bool = False


OfVisit = Callable[[JointVisit, User], Section | None]
OfFirm = Callable[[Enterprise, User], Section | None]
Ways = Callable[[Sequence[JointVisit], User], Iterable[tuple[int, Way]]]
Rectified = Callable[[Sequence[int]], Mapping[int, bool]]
F = TypeVar("F", bound=Callable[..., Any])

VISIT: list[tuple[int, OfVisit]] = []
FIRM: list[tuple[int, OfFirm]] = []
WAYS: list[Ways] = []
RECTIFIED: list[Rectified] = []


def of_visit(order: int) -> Callable[[F], F]:
    """A tile of a visit's page, by its place from the top; None where the reader has nothing to see."""

    def register(make: F) -> F:
        VISIT.append((order, make))
        return make

    return register


def of_firm(order: int) -> Callable[[F], F]:
    """A tile of the page of a firm's inspections: the firm's own, and what officials see of it."""

    def register(make: F) -> F:
        FIRM.append((order, make))
        return make

    return register


def ways(source: F) -> F:
    """Where visits go on, by their keys: the form of the record, a rating; no more queries for many than for one."""
    WAYS.append(source)
    return source


def rectified(source: F) -> F:
    """For the keys of visits: True where all that had to be put right is, False where something is open; else nothing.

    One query for any number of visits: it draws the last station of the line.
    """
    RECTIFIED.append(source)
    return source


def sections_of_visit(visit: JointVisit, user: User) -> list[Section]:
    made = (make(visit, user) for _order, make in sorted(VISIT, key=lambda one: one[0]))
    return [section for section in made if section is not None]


def sections_of_firm(firm: Enterprise, user: User) -> list[Section]:
    made = (make(firm, user) for _order, make in sorted(FIRM, key=lambda one: one[0]))
    return [section for section in made if section is not None]


def ways_of(visits: Sequence[JointVisit], user: User) -> dict[int, list[Way]]:
    found: dict[int, list[Way]] = {visit.pk: [] for visit in visits}
    for source in WAYS:
        for visit, way in source(visits, user):
            found[visit].append(way)
    return found


def ways_on(visit: JointVisit, user: User) -> list[Way]:
    return ways_of([visit], user)[visit.pk]


def rectified_of(visits: Sequence[int]) -> dict[int, bool]:
    found: dict[int, bool] = {}
    for source in RECTIFIED:
        found |= source(visits)
    return found
