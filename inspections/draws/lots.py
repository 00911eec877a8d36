"""The lots of a draw (INS-5): whole numbers of SHA-256 and nothing else, so that anyone gets the same.

A firm of weight w has w lots. A lot is SHA-256 of "seed|handle|number" in hexadecimal digits, its number counting from
1; the firm goes by the smallest of its lots, and the firms with the smallest are drawn, in that order. The smallest of
w equal chances is what Efraimidis and Spirakis call the key u^(1/w), turned round: weighted drawing without putting
back, without a logarithm and so without a rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

TEAM = 2  # inspectors at least (双人执法)


@dataclass(frozen=True)
class Firm:
    """A row of the list: whom nobody can name by its handle, what it weighs, which subjects concern it."""

    handle: str
    weight: int
    subjects: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """An inspector of the list."""

    handle: str
    skills: tuple[str, ...] = ()


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def handle_of(salt: str, code: str) -> str:
    """What stands for a firm (by its code) or an inspector (by the certificate) in public."""
    return digest(f"{salt}|{code}")


@dataclass(frozen=True)
class Head:
    """What was announced with the list: whence and on which day the public number comes, and the days of the checks."""

    number: str
    formula: str
    take: int
    first: str  # 2026-11-16
    last: str
    source: str
    known_on: str = ""  # empty in draws of before it was announced


def listing(head: Head, firms: Iterable[Firm], people: Iterable[Person]) -> str:
    """The list as text, of which the digest is published: a line for each, in the order of handles."""
    lines = [f"draw|{head.number}", f"formula|{head.formula}", f"take|{head.take}"]
    lines += [f"days|{head.first}|{head.last}", f"source|{head.source}"]
    lines += [f"known_on|{head.known_on}"] if head.known_on else []
    for firm in sorted(firms, key=lambda one: one.handle):
        lines.append(f"firm|{firm.handle}|{firm.weight}|{','.join(firm.subjects)}|{','.join(firm.skills)}")
    for one in sorted(people, key=lambda one: one.handle):
        lines.append(f"inspector|{one.handle}|{','.join(one.skills)}")
    return "\n".join(lines)


def seed_of(secret: str, text: str, list_digest: str) -> str:
    """Of the platform's secret (its digest stood before), the public number (unknown before) and the list."""
    return digest(f"{secret}|{text}|{list_digest}")


def lot(seed: str, handle: str, weight: int) -> str:
    """The smallest of the firm's lots."""
    return min(digest(f"{seed}|{handle}|{n}") for n in range(1, weight + 1))


def drawn(seed: str, firms: Iterable[Firm]) -> list[tuple[str, Firm]]:
    """All firms with their smallest lot, the first to be drawn first."""
    return sorted(
        ((lot(seed, firm.handle, firm.weight), firm) for firm in firms), key=lambda one: (one[0], one[1].handle)
    )


def crews(seed: str, people: Iterable[Person]) -> list[list[tuple[str, Person]]]:
    """The inspectors in the order of their lots, two by two; one who is left over joins the last team.

    Raises ValueError where there are not two.
    """
    order = sorted((lot(seed, one.handle, 1), one.handle, one) for one in people)
    if len(order) < TEAM:
        raise ValueError("a team is two inspectors")
    made = [[(key, one) for key, _handle, one in order[at : at + TEAM]] for at in range(0, len(order), TEAM)]
    if len(made[-1]) < TEAM:
        made[-2:] = [made[-2] + made[-1]]
    return made


def sent(firms: Sequence[Firm], teams: Sequence[Iterable[Person]]) -> dict[str, int]:
    """Which team goes to which of the drawn firms, by handle, counted from 1: of those with most of the skills that
    the firm asks for, the one with the fewest firms so far, and of these the first.
    """
    held = [{skill for one in team for skill in one.skills} for team in teams]
    load = [0] * len(held)
    where: dict[str, int] = {}
    for firm in firms:
        missing = [len(set(firm.skills) - skills) for skills in held]
        team = min(range(len(held)), key=lambda n: (missing[n], load[n], n))
        load[team] += 1
        where[firm.handle] = team + 1
    return where


def chance(weight: int, weights: Mapping[int, int]) -> float:
    """How likely a firm of this weight is drawn first; `weights`: how many firms have which. For showing only."""
    return weight / sum(one * count for one, count in weights.items())
