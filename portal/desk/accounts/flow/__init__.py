"""The verbs on accounts: people, the roles they hold, deputies, hand-over, departments and task groups.

Each is one transaction and leaves an event (APP-19). `at` is for the demo and tests; None is the database's now().
The clock, which acts for the demo and for imports, is not asked for a role.
"""

from portal.desk.accounts.flow.core import Refused
from portal.desk.accounts.flow.deputies import delegate, end_delegation
from portal.desk.accounts.flow.factor import offered, renew_codes, reset_factor, set_factor
from portal.desk.accounts.flow.leaving import (
    Work,
    able_to_take_over,
    deactivate,
    hand_over,
    open_work,
    reactivate,
)
from portal.desk.accounts.flow.own import change_password, edit_own
from portal.desk.accounts.flow.roles import assign_duty, end, grant
from portal.desk.accounts.flow.units import create_department, create_group, edit_department, edit_group, join, leave
from portal.desk.accounts.flow.users import create_user, edit_user, reset_password, unlock

__all__ = [
    "Refused",
    "Work",
    "able_to_take_over",
    "assign_duty",
    "change_password",
    "create_department",
    "create_group",
    "create_user",
    "deactivate",
    "delegate",
    "edit_department",
    "edit_group",
    "edit_own",
    "edit_user",
    "end",
    "end_delegation",
    "grant",
    "hand_over",
    "join",
    "leave",
    "offered",
    "open_work",
    "reactivate",
    "renew_codes",
    "reset_factor",
    "reset_password",
    "set_factor",
    "unlock",
]
