"""The rows of inspections: each part has a module `inspect_<part>_rows` with `rows()` and `world(of)`.

Beside everybody else, people of two other agencies are asked here: of the one that keeps plans, and of one that has no
part in `town.firm`'s joint visit with housing.
"""

from types import ModuleType

from tests.inspections.factories import agencies

INSPECTING = "keeper_inspector police_head fire_inspector fire_head"  # asked beside EVERYBODY, in these rooms alone
KEEPER = "keeper_inspector police_head"
FIRE = "fire_inspector fire_head"
HOUSING = "inspector deputy_head department_head stand_in"  # of the agency whose visit to the own firm it is

from tests.matrix import (  # noqa: E402  they take the people above
    inspect_bookings_rows,
    inspect_draws_rows,
    inspect_figures_rows,
    inspect_needs_rows,
    inspect_planning_rows,
    inspect_recording_rows,
    inspect_rectification_rows,
    inspect_visits_rows,
    inspect_whitelist_rows,
)

ROOMS = [
    "whitelist",
    "needs",
    "draws",
    "planning",
    "agencies",
    "recording",
    "rectification",
    "inspection-figures",
    "bookings",
    "inspections",
    "needs-api",
]
PARTS: list[ModuleType] = [
    inspect_bookings_rows,
    inspect_draws_rows,
    inspect_figures_rows,
    inspect_needs_rows,
    inspect_planning_rows,
    inspect_recording_rows,
    inspect_rectification_rows,
    inspect_visits_rows,
    inspect_whitelist_rows,
]


def rows():
    return {row: answers for part in PARTS for row, answers in part.rows().items()}


def world(town):
    if not PARTS:
        return {}
    of = agencies(town)
    return {name: args for part in PARTS for name, args in part.world(of).items()}
