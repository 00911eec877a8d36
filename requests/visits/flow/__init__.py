"""The verbs on visits and their plans (ENT-10): the only code that moves a visit.

Every verb has one shape: `verb(subject, *, by, …, at=None)`, one transaction, `Refused` where the table or the rules
say no. `at=None` is the database's `now()`; only the demo and tests give another instant.
"""

from requests.visits.flow.acts import answer, cancel, hand_over, move, not_reached, reassign
from requests.visits.flow.planning import Planned, Wanted, call_off, plan_visits
from requests.visits.flow.recording import Fix, Found, Record, record_visit, visit_unplanned

__all__ = [
    "Fix",
    "Found",
    "Planned",
    "Record",
    "Wanted",
    "answer",
    "call_off",
    "cancel",
    "hand_over",
    "move",
    "not_reached",
    "plan_visits",
    "reassign",
    "record_visit",
    "visit_unplanned",
]
