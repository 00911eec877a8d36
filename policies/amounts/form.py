"""The form in which an officer writes an amount without programming (POL-3), between two clicks.

    data, faults = form.read(request.POST, "c0")      what the browser sent; None where no money is paid
    {**form.draw(data, "c0")}                         for `calculator/formula_fields.html`, as `amount_form`
    {**form.redraw(request.POST, "c0")}               the same from what was typed, complete or not, with its faults
                                                      (while one writes, `writing=True`: not of what is empty still)

Every change posts the form to `calculator:formula-draft`, which draws the fields anew; without scripts the page that
holds them does the same where a button's `act` begins with `formula:` (`form.acted`).
"""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Attribute, Kind
from enterprises.criteria.form import by_source
from enterprises.criteria.lines import based, typed
from enterprises.criteria.reading import Path
from enterprises.criteria.words import sign
from enterprises.measures import unit_name

from .check import Fault, checked
from .language import WAN, YUAN, Formula, Highest, Total
from .parts import KINDS, MOST_BANDS, MOST_TERMS, SOURCES, TEN_THOUSAND, USES_BASE, Part, part_of
from .words import sentence
from .working import most_of

JOINS = ("", "one", "sum", "highest")
MOST_ITEMS = 8
TEXTS = ("kind", "value", "source", "ask", "ask_unit", "ask_code", "ask_en", "cap", "floor", "by", "only", "kept")
LISTS = ("a", "upto", "incl", "grade")


@dataclass
class Draft:
    """`join`: no money, one amount, several together or the highest of several."""

    join: str = ""
    parts: list[Part] = field(default_factory=lambda: [Part()])
    cap: str = ""

    def data(self) -> dict[str, Any] | None:
        """The JSON of the formula, as complete as the form is."""
        if not self.join:
            return None
        asks: dict[str, Any] = {}
        for number, part in enumerate(self.parts):
            asks |= part.asks(_free(f"ask{number + 1}", asks))
        made = [part.tree() for part in self.parts]
        whole: dict[str, Any] = made[0] if self.join == "one" else {self.join: made}
        if self.join == "sum" and self.cap.strip():
            whole["cap"] = based(self.cap, TEN_THOUSAND)
        return whole | ({"asks": asks} if asks else {})


def _free(code: str, taken: dict[str, Any]) -> str:
    while code in taken:
        code += "a"
    return code


def drafted(data: Any) -> Draft:
    """The form that shows this formula."""
    formula, _faults = checked(data) if data is not None else (None, [])
    return Draft() if formula is None else _drafted(formula)


def _drafted(formula: Formula) -> Draft:
    amount, questions = formula.amount, formula.questions
    if isinstance(amount, Total | Highest):
        parts = [part_of(one, questions) for one in amount.parts]
        if isinstance(amount, Highest):
            return Draft("highest", parts)
        return Draft("sum", parts, "" if amount.cap is None else typed(amount.cap, TEN_THOUSAND))
    return Draft("one", [part_of(amount, questions)])


def typed_in(data: QueryDict, prefix: str) -> Draft:
    """What the browser sent; whatever does not belong there is left out."""
    join, size = data.get(f"{prefix}.join", ""), data.get(f"{prefix}.n", "")
    count = min(int(size), MOST_ITEMS) if size.isascii() and size.isdecimal() and len(size) < 4 else 1
    parts = [_part(data, f"{prefix}.{number}") for number in range(max(count, 1))]
    return Draft(join if join in JOINS else "", parts, data.get(f"{prefix}.cap", "")[:40])


def _part(data: QueryDict, name: str) -> Part:
    texts: dict[str, Any] = {key: data.get(f"{name}.{key}", "")[: 6000 if key == "kept" else 120] for key in TEXTS}
    lists: dict[str, Any] = {key: [one[:40] for one in data.getlist(f"{name}.{key}")[:20]] for key in LISTS}
    part = Part(**texts, **lists)
    part.kind = part.kind if part.kind in KINDS else "fixed"
    part.source = part.source if part.source in SOURCES else "value"
    part.ask_unit = part.ask_unit or YUAN
    part.a = part.a[:MOST_TERMS] or [""]
    return part


def act(draft: Draft, what: str, prefix: str) -> None:
    """What a button asked for: `formula:add:c0`, `formula:remove:c0.1`, `formula:more:c0.0`, `formula:band:c0.0`."""
    verb, _colon, name = what.removeprefix("formula:").partition(":")
    if verb == "add" and name == prefix and len(draft.parts) < MOST_ITEMS:
        draft.parts.append(Part())
        return
    above, _dot, number = name.rpartition(".")
    if above != prefix or not number.isdecimal() or len(number) > 3 or int(number) >= len(draft.parts):
        return
    part = draft.parts[int(number)]
    if verb == "remove" and len(draft.parts) > 1:
        draft.parts.remove(part)
    elif verb == "more" and len(part.a) < MOST_TERMS:
        part.a.append("")
    elif verb == "band" and len(part.upto) < MOST_BANDS:
        part.upto.insert(-1, "")
        part.incl.insert(-1, "<=")
        part.grade.insert(-1, "")


# For the pages that hold the form ---------------------------------------------------------------------------------


def read(data: QueryDict, prefix: str) -> tuple[dict[str, Any] | None, list[Fault]]:
    """The formula that was typed, and what is wrong with it; None and no fault where no money is paid."""
    made = typed_in(data, prefix).data()
    return made, ([] if made is None else checked(made)[1])


def draw(data: Any, prefix: str) -> dict[str, Any]:
    """What `calculator/formula_fields.html` draws for a formula that is there, or for none."""
    return {"amount_form": shown(drafted(data), prefix, touched=False)}


def redraw(data: QueryDict, prefix: str, *, writing: bool = False) -> dict[str, Any]:
    """The same from what was typed, after the button that was pressed."""
    draft = typed_in(data, prefix)
    act(draft, data.get("act", ""), prefix)
    return {"amount_form": shown(draft, prefix, writing=writing)}


def acted(data: QueryDict) -> bool:
    """Whether a button of such a form was pressed, and the page is only to be drawn anew."""
    return data.get("act", "").startswith("formula:")


@dataclass
class Row:
    """One part as the template draws it."""

    name: str
    part: Part
    faults: list[str]
    words: str  # of what has no fields of its own
    number: int

    @property
    def uses_base(self) -> bool:
        return self.part.kind in USES_BASE

    @property
    def operands(self) -> list[tuple[int, str]]:
        most = {"value": 1, "more": 2}.get(self.part.source, MOST_TERMS)
        least = 2 if self.part.source in ("more", "sum") else 1
        codes = self.part.a[:most] + [""] * (least - len(self.part.a))
        return list(enumerate(codes))

    @property
    def may_grow(self) -> bool:
        return self.part.source == "sum" and len(self.part.a) < MOST_TERMS

    @property
    def bands(self) -> list[tuple[str, str, str]]:
        found = list(zip(self.part.upto, self.part.incl, self.part.grade, strict=False))
        return found if len(found) > 1 else [("", "<=", ""), *(found or [("", "<=", "")])]

    @property
    def may_add_band(self) -> bool:
        return len(self.bands) < MOST_BANDS

    @property
    def value_unit(self) -> str:
        if self.part.kind == "each":
            unit = unit_name(self.part.each_unit)
            return _("元/%(unit)s") % {"unit": unit} if unit else _("元")
        return "%" if self.part.kind == "rate" else _("万元")

    @property
    def border_unit(self) -> str:
        return unit_name(self.part.border_unit)

    @property
    def levels(self) -> list[tuple[Any, str]]:
        attribute = TOWN.get(self.part.by)
        if attribute is None or attribute.kind != Kind.CHOICE:
            return []
        grades = self.part.grade + [""] * len(attribute.choices)
        return list(zip(attribute.choices, grades, strict=False))


def shown(draft: Draft, prefix: str, *, touched: bool = True, writing: bool = False) -> dict[str, Any]:
    data = draft.data()
    formula, faults = (None, []) if data is None else checked(data)
    placed: dict[int, list[str]] = {}
    for fault in [one for one in faults if touched and not (writing and one.blank)]:
        placed.setdefault(_place(fault.path, draft), []).append(fault.sentence)
    whole = placed.pop(-1, [])
    good = formula is not None and not faults
    parts = draft.parts if draft.join in ("sum", "highest") else draft.parts[:1]
    return {
        "prefix": prefix,
        "draft": draft,
        "rows": [_row(f"{prefix}.{n}", part, placed.get(n, []), n) for n, part in enumerate(parts)],
        "faults": whole,
        "sentence": sentence(formula) if good and formula is not None else "",
        "most": most_of(formula.amount) if good and formula is not None else None,
        "data": data if good else None,
        "count": len(parts),
        **choices(),
    }


def _row(name: str, part: Part, faults: list[str], number: int) -> Row:
    formula, wrong = checked({**part.tree(), "asks": part.asks("ask")}) if part.kept else (None, [])
    words = sentence(formula) if formula is not None and not wrong else ""
    return Row(name, part, list(dict.fromkeys(faults)), words, number)


def _place(path: Path, draft: Draft) -> int:
    """The number of the part that a fault's path leads to; -1 for the whole."""
    if path[:1] == ("asks",):
        codes = [part.ask_code for part in draft.parts]
        return codes.index(path[1]) if len(path) > 1 and path[1] in codes else -1
    if draft.join == "one":
        return 0
    return path[1] if len(path) > 1 and isinstance(path[1], int) and path[1] < len(draft.parts) else -1


def choices() -> dict[str, Any]:
    """What every part chooses from."""
    numbers = [one for one in TOWN if one.kind == Kind.NUMBER]
    money = [one for one in numbers if one.unit == YUAN]
    return {
        "joins": [
            ("", _("没有金额")),
            ("one", _("一种算法")),
            ("sum", _("几项相加")),
            ("highest", _("几项取最高")),
        ],
        "kinds": [
            ("fixed", _("固定金额")),
            ("rate", _("按比例")),
            ("each", _("按数量")),
            ("tiers", _("按档次")),
            ("marginal", _("分段按比例")),
            ("levels", _("按等级")),
        ],
        "sources": [
            ("value", _("一项指标")),
            ("sum", _("几项指标合计")),
            ("more", _("比上期的增加额")),
            ("ask", _("由企业填报")),
        ],
        "numbers": by_source(numbers),
        "money": by_source(money),
        "levelled": by_source([one for one in TOWN if one.kind == Kind.CHOICE]),
        "truths": by_source(_truths()),
        "included": [("<=", sign("<=")), ("<", sign("<"))],
        "units": [(unit, unit_name(unit)) for unit in (YUAN, WAN, "人", "件", "亩", "平方米", "台", "项", "次")],
    }


def _truths() -> list[Attribute]:
    return [one for one in TOWN if one.kind == Kind.BOOL]
