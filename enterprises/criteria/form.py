"""What the criteria form draws: groups and lines with their names, choices and faults."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..attributes.catalogue import TOWN, Attribute, Choice, Kind
from ..measures import unit_name
from .check import checked
from .drafts import ROOT, Group
from .language import OPERATORS
from .lines import MOST_BANDS, MOST_OPERANDS, Line
from .reading import DEEPEST
from .words import day_sign, sentence, sign


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)
    note = forms.CharField(label=gettext_lazy("修改说明"), max_length=200, required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


@dataclass
class Row:
    """One group or line as the template draws it."""

    name: str
    item: Group | Line
    faults: list[str]
    place: str  # 第2条
    rows: list["Row"]

    @property
    def is_group(self) -> bool:
        return isinstance(self.item, Group)

    @property
    def is_root(self) -> bool:
        return self.name == ROOT

    @property
    def depth(self) -> int:
        return self.name.count(".")

    @property
    def may_nest(self) -> bool:
        """A group in the deepest one would not be read."""
        return self.depth < DEEPEST - 1

    @property
    def number(self) -> int:
        return len(self.rows)

    @property
    def kept_words(self) -> str:
        """A condition without fields of its own, in words."""
        if not isinstance(self.item, Line) or not self.item.kept:
            return ""
        node, faults = checked(self.item.tree())
        return "" if node is None or faults else sentence(node)

    @property
    def operators(self) -> list[tuple[str, str]]:
        assert isinstance(self.item, Line)
        return _operators(self.item)

    @property
    def operands(self) -> list[tuple[int, str, str]]:
        """Number, attribute and weight of each operand; two for what needs two."""
        assert isinstance(self.item, Line)
        least = 1 if self.item.how == "value" else 2
        codes = self.item.a if self.item.how != "value" else self.item.a[:1]
        codes = codes[:2] if self.item.how in ("ratio", "growth") else codes
        codes = codes + [""] * (least - len(codes))
        weights = self.item.w + [""] * len(codes)
        return [(number, code, weights[number]) for number, code in enumerate(codes)]

    @property
    def may_grow(self) -> bool:
        assert isinstance(self.item, Line)
        return self.item.how in ("sum", "share", "weighted") and len(self.item.a) < MOST_OPERANDS

    @property
    def bands(self) -> list[tuple[str, str, str]]:
        """The bands of tiers; at least one with a limit and the last without."""
        assert isinstance(self.item, Line)
        found = list(zip(self.item.upto, self.item.incl, self.item.grade, strict=False))
        return found or [("", "<=", ""), ("", "<=", "")]

    @property
    def may_add_band(self) -> bool:
        return len(self.bands) < MOST_BANDS

    @property
    def unit(self) -> str:
        assert isinstance(self.item, Line)
        return unit_name(self.item.unit)

    @property
    def by_unit(self) -> str:
        assert isinstance(self.item, Line)
        return unit_name(TOWN[self.item.by].display) if self.item.by in TOWN else ""

    @property
    def levels(self) -> tuple[Choice, ...]:
        assert isinstance(self.item, Line)
        return self.item.attribute.choices if self.item.attribute else ()


def rows(group: Group, faults: dict[str, list[str]]) -> Row:
    return _row(group, ROOT, faults, "")


def _row(item: Group | Line, name: str, faults: dict[str, list[str]], place: str) -> Row:
    inside = item.items if isinstance(item, Group) else []
    numbered = [_("第%(number)s条") % {"number": number + 1} for number in range(len(inside))]
    places = [f"{place} › {one}" if place else one for one in numbered]
    made = [
        _row(one, f"{name}.{number}", faults, where)
        for number, (one, where) in enumerate(zip(inside, places, strict=True))
    ]
    return Row(name, item, faults.get(name, []), place, made)


def _operators(line: Line) -> list[tuple[str, str]]:
    between = ("between", _("在两者之间"))
    if line.kind == Kind.NUMBER:
        return [
            *((one, sign(one)) for one in (">=", ">", "<=", "<", "=", "!=")),
            between,
            ("tiers", _("不低于，按分档")),
        ]
    if line.kind == Kind.DATE:
        spans = [("full", _("已满")), ("short", _("未满"))]
        return [*spans, *((one, day_sign(one)) for one in OPERATORS), between]
    return [("yes", _("是")), ("no", _("不是"))]


def choices() -> dict[str, Any]:
    """What every line chooses from."""
    numbers = [one for one in TOWN if one.kind == Kind.NUMBER]
    return {
        "attributes": by_source(list(TOWN)),
        "numbers": by_source(numbers),
        "hows": [
            ("value", _("指标")),
            ("sum", _("合计")),
            ("ratio", _("一项占另一项的比例")),
            ("growth", _("增长率")),
            ("share", _("第一项占合计的比重")),
            ("weighted", _("加权计分")),
            ("words", _("用一句话写")),
        ],
        "joins": [("all", _("都要符合")), ("any", _("至少一条符合")), ("none", _("一条也不能符合"))],
        "spans": [("years", _("年")), ("months", _("个月")), ("days", _("天"))],
        "included": [("<=", sign("<=")), ("<", sign("<"))],
    }


def by_source(attributes: list[Attribute]) -> list[tuple[str, list[Attribute]]]:
    """Grouped by the line they come from, in the order of the catalogue."""
    found: dict[str, list[Attribute]] = {}
    for attribute in attributes:
        found.setdefault(attribute.source, []).append(attribute)
    return list(found.items())


def outcome_words(outcome: str) -> str:
    return {"yes": _("符合"), "almost": _("差一点"), "unknown": _("待补充"), "no": _("不符合")}[outcome]
