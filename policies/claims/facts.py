"""What the data say of a firm for a clause (POL-5): the values it is judged by, as seen then and as found later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Kind, Plain
from enterprises.attributes.values import Held, Known
from enterprises.criteria import words
from enterprises.criteria.almost import smallest
from enterprises.criteria.language import Condition, attributes_of
from enterprises.criteria.one import Finding, absent, evaluate
from enterprises.criteria.reading import parse
from enterprises.models import Declaration
from policies.amounts import language
from policies.amounts.reads import attributes_read
from policies.amounts.working import Worked, amount_of, read_or_none
from policies.models import Claim, ClauseVersion
from portal.worktime.words import local_day

Entry = dict[str, Any]  # {"attribute", "value", "source", "day", "declared"}; value None: not known


@dataclass(frozen=True)
class Weighed:
    """A firm and a clause, weighed on a day: `finding` None where the clause has no condition over data."""

    finding: Finding | None
    seen: list[Entry]
    worked: Worked
    known: Known
    declared: Collection[str]

    @property
    def outcome(self) -> bool | None:
        """None also where no data decide."""
        return None if self.finding is None else self.finding.outcome

    @property
    def missing(self) -> list[str]:
        """The attributes because of which the condition or the amount is open."""
        of_condition = [one.code for one in self.finding.missing] if self.finding and self.outcome is None else []
        return list(dict.fromkeys([*of_condition, *self.worked.missing]))


def weigh(
    clause: ClauseVersion, known: Known, declared: Collection[str], answers: Mapping[str, Any], day: date
) -> Weighed:
    """What the clause gives a firm of which `known` is known. Costs no query."""
    node = None if clause.tree is None else parse(clause.tree)
    finding = None if node is None else evaluate(node, known, day)
    worked = amount_of(clause.formula, known, answers, day)
    return Weighed(finding, seen(codes_of(clause), known, declared), worked, known, declared)


def retold(claim: Claim) -> list[tuple[str, str]]:
    """The working kept on the claim, line by line in the reader's language, and the language of each where it is
    another.

    It is reckoned again with the values and answers of that day; a line that does not come out as it was kept, such as
    one of a shared cap, stays as it was written.
    """
    kept = [(line, settings.LANGUAGE_CODE) for line in claim.working]
    formula = read_or_none(claim.round.clause.formula)
    if formula is None or get_language() == settings.LANGUAGE_CODE:
        return [(line, "") for line, _code in kept]
    values = {one["attribute"]: read(one["attribute"], one.get("value")) for one in claim.seen if "attribute" in one}
    known = {code: Held(value) for code, value in values.items() if value is not None}
    day = local_day(claim.filed_at or claim.created_at)
    with for_the_record():
        then = amount_of(formula, known, claim.answers, day).lines
    now = amount_of(formula, known, claim.answers, day).lines
    same = zip(claim.working, then, now, strict=False)
    said = [(ours, "") if line == theirs else (line, settings.LANGUAGE_CODE) for line, theirs, ours in same]
    return [*said, *kept[len(said) :]]


def for_the_record() -> AbstractContextManager[None]:
    """What is written down is read by everybody: in the portal's own language, whoever does it."""
    return translation.override(settings.LANGUAGE_CODE)


def codes_of(clause: ClauseVersion) -> list[str]:
    """The attributes that its condition and its amount read, each once."""
    codes = list(attributes_of(parse(clause.tree))) if clause.tree is not None else []
    if clause.formula is not None:
        read = attributes_read(language.parse(clause.formula))
        codes += sorted(read, key=lambda code: TOWN[code].slot)
    return list(dict.fromkeys(codes))


def declared_by(firms: Collection[int]) -> dict[int, set[str]]:
    """Of each firm the attributes that stand by its own word alone; one query."""
    rows = Declaration.objects.open().filter(enterprise__in=firms).order_by()
    found: dict[int, set[str]] = {firm: set() for firm in firms}
    for firm, code in rows.values_list("enterprise", "attribute"):
        found[firm].add(code)
    return found


def verified(claim: Claim) -> dict[str, str]:
    """What became of the firm's own words that the claim rests on: to verify, verified, refuted and why; one query."""
    codes = [one["attribute"] for one in claim.seen if one.get("declared")]
    if not codes:
        return {}
    rows = Declaration.objects.filter(enterprise=claim.enterprise_id, attribute__in=codes)
    found = {}
    for row in rows.filter(at__lte=claim.filed_at or claim.created_at).order_by("at", "pk"):
        named = {"name": row.get_state_display(), "note": row.reason}
        found[row.attribute] = _("%(name)s：%(note)s") % named if row.reason else named["name"]
    return found


def seen(codes: Iterable[str], known: Known, declared: Collection[str]) -> list[Entry]:
    entries: list[Entry] = []
    for code in codes:
        held = held_of(known, code)
        entries.append(
            {
                "attribute": code,
                "value": None if held is None else written(held.value),
                "source": held.source if held else "",
                "day": held.as_of.isoformat() if held and held.as_of else "",
                "declared": code in declared,
            }
        )
    return entries


def held_of(known: Known, code: str) -> Held | None:
    """The value, also where absence means zero; None where it is not known."""
    held = known.get(code)
    return absent(TOWN[code]) if held is None and code in TOWN else held


def written(value: Plain) -> str | bool:
    """As a row keeps it: exact text; yes and no as such."""
    if isinstance(value, bool):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value


def read(code: str, value: str | bool | None) -> Plain | None:
    """The value that `written` wrote; None where it was not known, or where the catalogue has the attribute no more."""
    if value is None or code not in TOWN:
        return None
    kind = TOWN[code].kind
    if kind == Kind.NUMBER:
        return Decimal(str(value))
    return date.fromisoformat(str(value)) if kind == Kind.DATE else value


def in_words(code: str, value: str | bool | None) -> str:
    """“1,200 万元”, “是”, “未知”."""
    plain = read(code, value)
    return _("未知") if plain is None else words.value_words(TOWN[code], plain)


def deviations(said: Iterable[Entry], found: Weighed, asked: Decimal | None) -> list[dict[str, Any]]:
    """Where what was said when it was filed is not what the facts say now; what has become known is none by itself."""
    now = {entry["attribute"]: entry["value"] for entry in found.seen}
    rows: list[dict[str, Any]] = [
        {"attribute": entry["attribute"], "said": entry["value"], "found": now.get(entry["attribute"])}
        for entry in said
        if entry["value"] is not None and entry["value"] != now.get(entry["attribute"])
    ]
    if found.outcome is False:
        rows.append({"condition": failing(found.finding), "said": "", "found": "no"})
    amount = found.worked.amount
    # More than was asked for, with the same facts, is what a shared cap had cut off.
    if asked is not None and (amount is None or amount < asked or (rows and amount > asked)):
        rows.append({"formula": True, "said": f"{asked:f}", "found": None if amount is None else f"{amount:f}"})
    return rows


def found_amount(rows: Iterable[Mapping[str, Any]]) -> Decimal | None:
    """The amount that the check came to, where it is another than was asked for."""
    row = next((row for row in rows if row.get("formula")), None)
    return Decimal(row["found"]) if row and row["found"] is not None else None


def failing(finding: Finding | None) -> str:
    """The parts of the condition that do not hold, in words."""
    if finding is None:
        return ""
    parts = [part for part in finding.parts if part.outcome is False] or [finding]
    return _("；").join(words.sentence(part.node) for part in parts)


def change_needed(node: Condition, known: Known, day: date) -> str:
    """The smallest change that would do, of a number or by waiting; empty where no single one would.

    A yes or a level that would have to change is said by what fails, and may be nothing to wish for.
    """
    change = smallest(node, known, day)
    told = change is not None and (change.attribute is None or isinstance(change.value, Decimal))
    return words.change_words(change, known) if change and told else ""
