"""The verbs on joint visits, their codes, and reports of checks without a code (INS-6).

Every verb has one shape: `verb(subject, *, by, …, at=None)`, one transaction, `Refused` where the table or the rules
say no. `at=None` is the database's `now()`; only the demo and tests give another instant.
"""

from .acts import begin, cancel, miss, name_people, put_off
from .codes import confirm_arrival, find, issue_code, scanned
from .reporting import answer, report
from .spot import begin_on_the_spot

__all__ = [
    "answer",
    "begin",
    "begin_on_the_spot",
    "cancel",
    "confirm_arrival",
    "find",
    "issue_code",
    "miss",
    "name_people",
    "put_off",
    "report",
    "scanned",
]
