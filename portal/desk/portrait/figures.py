"""Key figures with trend and place among peers, and panels of further values, as far as the reader may see (SEC-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import Attribute, Sensitivity
from enterprises.attributes.values import Held
from enterprises.criteria.naming import source_name
from enterprises.criteria.words import value_words
from enterprises.facts.saying import banded
from enterprises.measures import Kind, in_english, kept, unit_name
from enterprises.models import Line
from enterprises.portraying import Portrait, block
from portal.desk.portrait.kinds import Model, model_of
from portal.desk.portrait.trends import Trend, trends_of

if TYPE_CHECKING:
    from enterprises.attributes.peers import Standing

COUNTED = ("件", "项", "次")  # of such a band would tell the number itself
HUNDRED_MILLION = Decimal(10000)  # 万元 in 亿元


@dataclass(frozen=True)
class Figure:
    """One value of the firm. `held` None: nobody has said it; `hidden`: somebody has, and the reader may not see it."""

    attribute: Attribute
    held: Held | None
    hidden: bool = False
    standing: Standing | None = None
    trend: Trend | None = None
    lines: Mapping[str, str] = field(default_factory=dict)  # what they are called in English

    @property
    def shown(self) -> bool:
        return self.held is not None and not self.hidden

    @cached_property
    def parts(self) -> tuple[str, str]:
        """The number and its unit, as short as can be read at a glance."""
        assert self.held is not None
        value = self.held.value
        if not isinstance(value, Decimal) or isinstance(value, bool):
            return value_words(self.attribute, value), ""
        return shortened(self.attribute, value)

    @cached_property
    def source(self) -> str:
        """Whose word it is; where it is not shown, the line that has it or owes it."""
        name = self.held.source if self.held and self.held.source and not self.hidden else self.attribute.source
        return self.lines.get(name) or source_name(name)

    @cached_property
    def band(self) -> str:
        """For who may not read the value: between which round numbers it lies."""
        if self.held is None or self.attribute.kind != Kind.NUMBER or self.attribute.unit in COUNTED:
            return ""
        return banded(self.attribute, kept(self.attribute, self.held.value, {}))

    @property
    def change(self) -> str:
        return self.trend.change if self.trend else ""

    @property
    def ranked(self) -> bool:
        return self.standing is not None

    @property
    def place(self) -> str:
        """Where it stands among its peers, in words."""
        assert self.standing is not None
        if self.standing.percentile >= 100:
            return _("同行中最高")
        return _("高于 %(percent)s%% 同行") % {"percent": self.standing.percentile}

    @property
    def row(self) -> SafeString:
        """As a line of a panel. Made here and not of templates: a portrait has thirty."""
        if self.shown:
            number, unit = self.parts
            gap = " " if unit and unit != "%" else ""
            said = f"{escape(number)}{gap}{escape(unit)}"
            said += f' <span class="src">{escape(self.place)}</span>' if self.ranked else ""
        else:
            said = f'<span class="src">{escape(self._unsaid)}</span>'
        return mark_safe(f"<dt>{escape(str(self.attribute))}</dt><dd>{said}</dd>")

    @property
    def _unsaid(self) -> str:
        if not self.hidden:
            return _("没有数据")
        whose = _("由%(source)s掌握") % {"source": self.source}
        return self.band + _("，") + whose if self.band else whose


def shortened(attribute: Attribute, value: Decimal) -> tuple[str, str]:
    """Three digits or more, `2.61 亿元`, `312 人`, `4.6 %`: the exact value stands on the page of facts."""
    shown, unit = value / attribute.factor, attribute.display
    if unit == "万元" and abs(shown) >= HUNDRED_MILLION:
        shown, unit = shown / HUNDRED_MILLION, "亿元"
    places = 0 if abs(shown) >= 1000 or shown == shown.to_integral() else 1 if abs(shown) >= 100 else 2
    words = f"{round(shown, places):,}"
    words = words.rstrip("0").rstrip(".") if "." in words else words
    if unit in COUNTED and in_english():
        return words, ""  # “3”, of “valid patents”
    return words, _("亿元") if unit == "亿元" else unit_name(unit, shown)


@dataclass(frozen=True)
class Drawn:
    """A model's figures and panels for one reader."""

    model: Model
    figures: Sequence[Figure]
    panels: Sequence[tuple[Any, Sequence[Figure]]]

    @property
    def sensitive(self) -> bool:
        """Whether a value is shown that not every official may see: then it is recorded who looked (SEC-3)."""
        shown = [*self.figures, *(figure for _panel, figures in self.panels for figure in figures)]
        return any(figure.shown and figure.attribute.sensitivity != Sensitivity.OPEN for figure in shown)


def drawn(portrait: Portrait) -> Drawn:
    """Constant in queries: one for all places among peers, the trends' own."""
    from enterprises.attributes.peers import peers  # NumPy is loaded where it is used

    model = model_of(portrait.firm, portrait.known, timezone.localdate(portrait.now))
    readable = [one for one in model.attributes if one.code in portrait.known and one.code not in portrait.hidden]
    ranked = [one.code for one in readable if one.unit not in COUNTED]  # a place among a handful of cases says nothing
    places = peers(portrait.firm, ranked)
    trends = trends_of(portrait.firm, [one for one in model.figures if one in readable], portrait.now)
    figures = [_figure(one, portrait, places, trends) for one in model.figures]
    panels = [
        (panel, [_figure(one, portrait, places, {}) for one in panel.attributes if one not in model.figures])
        for panel in model.panels
    ]
    return Drawn(model, figures, [(panel, rows) for panel, rows in panels if any(row.held for row in rows)])


def _figure(
    attribute: Attribute, portrait: Portrait, places: Mapping[str, Standing], trends: Mapping[str, Trend]
) -> Figure:
    held = portrait.known.get(attribute.code)
    hidden = held is not None and attribute.code in portrait.hidden
    named = places.get(attribute.code), trends.get(attribute.code)
    return Figure(attribute, held, hidden, *named, lines=lines_in_english(portrait))


def lines_in_english(portrait: Portrait) -> Mapping[str, str]:
    """By their names; nothing where the page is not in English."""
    if not in_english():
        return {}
    named = Line.objects.exclude(name_en="").values_list("name", "name_en")
    found: Mapping[str, str] = portrait.once("lines in English", lambda: dict(named))
    return found


@block("figures", template="portrait/figures.html", order=10)
def figures(portrait: Portrait) -> Mapping[str, Any]:
    found = drawn(portrait)
    moved = next((one for one in found.figures if one.shown and one.change), None)
    says = _("%(what)s%(change)s") % {"what": moved.attribute, "change": moved.change} if moved else ""
    return {"drawn": found, "sensitive": found.sensitive, "says": says}
