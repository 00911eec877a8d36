"""Which change makes an almost (POL-2): what a firm can sensibly be advised to do, of all that would formally do."""

from typing import Any

from enterprises.attributes.catalogue import Attribute
from enterprises.attributes.values import Known
from enterprises.criteria.almost import Change
from enterprises.measures import Kind

FEW = 5  # 万元, people, patents, percentage points: so much is near even to who has nothing yet

# What a firm would lose by the change, whatever a clause asks: nobody is advised to do that.
BETTER_KEPT = frozenset({"above_scale", "high_tech", "tech_sme", "own_technology", "technology_products"})
BETTER_LOW = frozenset({"risk_level", "pollution_level"})
# Numbers of which less is better; of all others nobody is advised to have less.
BETTER_FEWER = frozenset(
    {
        "energy_used",
        "electricity_used",
        "energy_per_output",
        "open_hazards",
        "major_hazards",
        "penalties",
        "environment_penalties",
        "accidents",
        "tax_arrears",
        "debt_ratio",
        "liabilities_last_year",
        "wage_arrears",
        "labour_disputes",
        "staff_short",
    }
)


def is_advice(change: Change, known: Known) -> bool:
    """Whether it can be told as something to do: near enough, no quality given up, nothing made worse."""
    attribute, held = change.attribute, known.get(change.attribute.code) if change.attribute else None
    if attribute is None or attribute.kind not in (Kind.BOOL, Kind.CHOICE, Kind.NUMBER):
        return True
    if attribute.kind == Kind.BOOL:
        return bool(change.value) or attribute.code not in BETTER_KEPT
    if attribute.kind == Kind.NUMBER:
        return _is_near(attribute, change.value, attribute.zero if held is None else held.value)
    now = str(attribute.zero if held is None else held.value)
    rises = attribute.codes.index(str(change.value)) > attribute.codes.index(now)
    return rises != (attribute.code in BETTER_LOW)


def _is_near(attribute: Attribute, target: Any, now: Any) -> bool:
    """In the good direction, and no more than what is there again, or a few of the unit shown."""
    far = max(abs(now), FEW * attribute.factor)
    return abs(target - now) <= far and (target > now or attribute.code in BETTER_FEWER)
