"""What a version changed, to be read: element by element, texts word by word, conditions part by part (POL-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from enterprises.criteria.differing import differences
from enterprises.criteria.reading import Malformed, parse

from ..models import PolicyVersion
from .content import NOT_COMPARED, Element, clause_content, in_words, of_clause, of_policy

Piece = tuple[str, str]  # "=", "-" or "+", and the words
TOKEN = re.compile(r"[A-Za-z0-9.,%]+|\s+|.", re.DOTALL)
SENTENCE = re.compile(r"[^。；\n]*[。；\n]?")
MOST = 600_000  # compared pairs of tokens: what differs more is shown as a whole
ISLAND = 2  # characters left equal between two changes that only make the reading harder


@dataclass(frozen=True)
class Change:
    label: str
    pieces: list[Piece]
    lines: bool = False  # each piece is a line of its own


@dataclass(frozen=True)
class ClauseChange:
    number: int
    title: str
    sign: str  # "+" added, "-" taken out, "=" changed
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    elements: list[Change]
    clauses: list[ClauseChange]
    files: list[Piece]

    @property
    def nothing(self) -> bool:
        return not (self.elements or self.clauses or self.files)


def of_versions(before: PolicyVersion, after: PolicyVersion) -> Difference:
    """What `after` says otherwise than `before`."""
    pairs = ((one, getattr(before, one.name), getattr(after, one.name)) for one in of_policy())
    elements = [changed(*pair) for pair in pairs if pair[0].name not in NOT_COMPARED and pair[1] != pair[2]]
    return Difference([one for one in elements if one], list(_clauses(before, after)), _files(before, after))


def _clauses(before: PolicyVersion, after: PolicyVersion) -> Iterator[ClauseChange]:
    old, new = _by_number(before), _by_number(after)
    for number in sorted(old.keys() | new.keys()):
        if number not in old:
            yield ClauseChange(number, new[number]["title"], "+", _whole(new[number], "+"))
        elif number not in new:
            yield ClauseChange(number, old[number]["title"], "-")
        elif changes := _changes_of_clause(old[number], new[number]):
            yield ClauseChange(number, new[number]["title"], "=", changes)


def _by_number(version: PolicyVersion) -> dict[int, dict[str, Any]]:
    rows = version.clauses.select_related("clause", "responsible").prefetch_related("reviewers")
    return {row.clause.number: clause_content(row) for row in rows}


def _whole(said: dict[str, Any], sign: str) -> list[Change]:
    found = ((one.label, in_words(one, said[one.name])) for one in of_clause() if one.name != "title")
    return [Change(label, [(sign, words)]) for label, words in found if words]


def _changes_of_clause(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    found = []
    for element in of_clause():
        before, after = old[element.name], new[element.name]
        if before != after and (change := changed(element, before, after)):
            found.append(change)
    return found


def changed(element: Element, before: Any, after: Any) -> Change | None:
    """How one element was changed; None where a person would read the same."""
    if element.kind == "tree" and before is not None and after is not None:
        try:
            return Change(element.label, differences(parse(before), parse(after)), lines=True)
        except Malformed:
            pass
    if element.kind in ("materials", "units", "words"):
        return _listed(element, before or [], after or [])
    old, new = in_words(element, before), in_words(element, after)
    if old == new:
        return None
    if element.kind in ("line", "text", "formula"):
        return Change(element.label, word_by_word(old, new))
    return Change(element.label, [(sign, words) for sign, words in (("-", old), ("+", new)) if words])


def _listed(element: Element, before: Sequence[Any], after: Sequence[Any]) -> Change | None:
    old = [in_words(element, [one]) for one in before]
    new = [in_words(element, [one]) for one in after]
    pieces = [("-", one) for one in old if one not in new] + [("+", one) for one in new if one not in old]
    return Change(element.label, pieces, lines=True) if pieces else None


def _files(before: PolicyVersion, after: PolicyVersion) -> list[Piece]:
    old, new = (
        {one.file_id: one.title or one.file.name for one in of.files.select_related("file")} for of in (before, after)
    )
    gone = [("-", name) for pk, name in old.items() if pk not in new]
    return gone + [("+", name) for pk, name in new.items() if pk not in old]


# Words --------------------------------------------------------------------------------------------------------------


def word_by_word(before: str, after: str) -> list[Piece]:
    """The words of both, marked: sentences that stand in both are found first, then what changed within the others."""
    old, new = SENTENCE.findall(before), SENTENCE.findall(after)
    pieces: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if what == "equal":
            pieces.append(("=", gone))
        elif what == "replace":
            pieces += _within(gone, come)
        else:
            pieces.append(("-", gone) if gone else ("+", come))
    return _joined(pieces)


def _within(gone: str, come: str) -> list[Piece]:
    old, new = TOKEN.findall(gone), TOKEN.findall(come)
    if len(old) * len(new) > MOST:
        return [("-", gone), ("+", come)]
    pieces: list[Piece] = []
    for what, a, b, c, d in _without_islands(SequenceMatcher(None, old, new, autojunk=False).get_opcodes(), old):
        if what == "equal":
            pieces.append(("=", "".join(old[a:b])))
            continue
        pieces += [("-", "".join(old[a:b]))] if b > a else []
        pieces += [("+", "".join(new[c:d]))] if d > c else []
    return pieces


Opcode = tuple[str, int, int, int, int]


def _without_islands(codes: list[Any], old: list[str]) -> list[Opcode]:
    """Changes that only a character or two keep apart become one."""
    found: list[Opcode] = []
    for place, (what, a, b, c, d) in enumerate(codes):
        inner = 0 < place < len(codes) - 1
        island = what == "equal" and inner and len("".join(old[a:b])) < ISLAND
        if found and found[-1][0] != "equal" and (island or what != "equal"):
            _what, first, _b, third, _d = found[-1]
            found[-1] = ("replace", first, b, third, d)
        else:
            found.append((what, a, b, c, d))
    return found


def _joined(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for sign, words in pieces:
        if not words:
            continue
        if found and found[-1][0] == sign:
            found[-1] = (sign, found[-1][1] + words)
        else:
            found.append((sign, words))
    return found


def summed(difference: Difference) -> str:
    """In one line what was changed: the labels of elements and the numbers of clauses."""
    said = [str(one.label) for one in difference.elements[:4]]
    for one in difference.clauses[:6]:
        named = {"+": _("新增第 %(n)s 条"), "-": _("删去第 %(n)s 条"), "=": _("改第 %(n)s 条")}[one.sign]
        said.append(named % {"n": one.number})
    return _("、").join(said)
