"""What one agency's teams do on one day while a plan is being made: which kind of team does which check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .model import Kind, Need


def dispatch(needs: Iterable[Need], whole: Mapping[Kind, int]) -> dict[int, Kind] | None:
    """Who does what, `whole` being the parts each kind has; None where this finds no way.

    Whoever needs a qualification chooses first, the longest first; the least qualified kind that has time goes. Where
    an agency's kinds differ in one qualification, as they mostly do, None means that there is no way at all.
    """
    free = dict(whole)
    by: dict[int, Kind] = {}
    for need in sorted(needs, key=lambda one: (one.skill is None, -one.parts, one.key)):
        kind = next((k for k, left in free.items() if left >= need.parts and is_able(need, k)), None)
        if kind is None:
            return None
        free[kind] -= need.parts
        by[need.key] = kind
    return by


def is_able(need: Need, kind: Kind) -> bool:
    return need.skill is None or need.skill in kind.skills


class Roster:
    """`whole`: the parts each kind has, the least qualified first."""

    __slots__ = ("all", "by", "free", "left", "needs", "refused", "whole")

    def __init__(self, whole: Mapping[Kind, int]) -> None:
        self.whole = whole
        self.free = dict(whole)
        self.left = self.all = sum(whole.values())
        self.needs: dict[int, Need] = {}
        self.by: dict[int, Kind] = {}
        self.refused: set[tuple[str | None, int]] = set()  # what was found not to fit, until something leaves

    def fits(self, need: Need) -> bool:
        if self.left < need.parts or (need.skill, need.parts) in self.refused:
            return False
        if self._kind(need) is not None:
            return True
        if len(self.free) > 1 and dispatch([*self.needs.values(), need], self.whole) is not None:
            return True
        self.refused.add((need.skill, need.parts))
        return False

    def _kind(self, need: Need) -> Kind | None:
        for kind, left in self.free.items():
            if left >= need.parts and is_able(need, kind):
                return kind
        return None

    def put(self, need: Need, kind: Kind | None = None) -> None:
        """Takes what `fits`, by that kind or any; where only another order of things makes room, in that order."""
        kind = kind or self._kind(need)
        self.needs[need.key] = need
        self.left -= need.parts
        if kind is not None:
            self.by[need.key] = kind
            self.free[kind] -= need.parts
            return
        by = dispatch(self.needs.values(), self.whole)
        if by is None:
            raise ValueError(f"need {need.key} does not fit")
        self.by, self.free = by, dict(self.whole)
        for key, one in by.items():
            self.free[one] -= self.needs[key].parts

    def take(self, need: Need) -> None:
        del self.needs[need.key]
        self.free[self.by.pop(need.key)] += need.parts
        self.left += need.parts
        self.refused.clear()

    def arrange(self, by: Mapping[Need, Kind]) -> None:
        """Exactly these, done by those: as they once stood, which `dispatch` might not find again."""
        self.needs = {need.key: need for need in by}
        self.by = {need.key: kind for need, kind in by.items()}
        self.free, self.left = dict(self.whole), self.all
        for need, kind in by.items():
            self.free[kind] -= need.parts
            self.left -= need.parts
        self.refused.clear()

    def share_left(self, parts: int) -> float:
        """The share of the day that would be left after so many parts more."""
        return (self.left - parts) / self.all
