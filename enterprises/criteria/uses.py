"""What a criterion is used by. The rooms above register a function each, so that this one need not know them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..models import Criterion


@dataclass(frozen=True)
class Use:
    """One tag, clause, warning …, named for the person, with the address of its page.

    `keeps`: what the criterion asks is written there and reviewed there; nobody changes it here.
    """

    label: str
    url: str = ""
    keeps: bool = False


Asker = Callable[[Criterion], Iterable[Use]]
_askers: list[Asker] = []


def register(asker: Asker) -> Asker:
    """Ask this function what uses a criterion; for `ready` of an app."""
    if asker not in _askers:
        _askers.append(asker)
    return asker


def uses_of(criterion: Criterion) -> list[Use]:
    return [use for asker in _askers for use in asker(criterion)]


def kept_elsewhere(criterion: Criterion) -> bool:
    """Whether something that uses it says alone what it asks."""
    return any(use.keeps for use in uses_of(criterion))
