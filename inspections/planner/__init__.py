"""The planner of joint visits (INS-4): needs of several agencies become as few visits as the rules allow.

`plan(instance, seconds)` → `Planned`: a start that is built at once, improved by CP-SAT within a time limit and never
made worse. It knows days, firms and teams as numbers; the room around it knows what they are.

    model      what is given, and what comes out; faults: what of it does not fit together
    rules      which rules a plan breaks: written apart from whatever makes plans, so that neither hides a mistake
    making     a plan while it is being made; roster: one agency's day of it; moves: small changes that better it
    units      what could be one visit; laying: one firm's checks on as few days as can be; bounds: how few there can be
    start      a plan built in one pass, or begun with what stands
    fitting    whole visits change days until they fit; loads: what they ask of each agency's day
    annealing  and then for fewer journeys and an even load
    exact      the rules as a model for CP-SAT; OR-tools are loaded with it, and only then; around: of a few days
    improving  which of these comes when; clock: how long there is
    planning   start, improvement, figures
    moving     what a person does on the calendar
    reasons    why a need found no place
"""

from .clock import Progress
from .model import PARTS, SIZES, Figures, Firm, Instance, Kind, Need, Plan, Team, Visit
from .moving import moved
from .planning import LocksBreak, Planned, check_locks, plan
from .reasons import Reason, Why, reasons
from .rules import Broken, Rule, broken, broken_by
from .start import start

__all__ = [
    "PARTS",
    "SIZES",
    "Broken",
    "Figures",
    "Firm",
    "Instance",
    "Kind",
    "LocksBreak",
    "Need",
    "Plan",
    "Planned",
    "Progress",
    "Reason",
    "Rule",
    "Team",
    "Visit",
    "Why",
    "broken",
    "broken_by",
    "check_locks",
    "moved",
    "plan",
    "reasons",
    "start",
]
