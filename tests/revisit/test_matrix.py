"""Orders, sealed replies, the congress observer's question: person by person, offered where there is something to do.

Written out by hand from SLA-13, SEC-1, APP-11 and §1; nothing is derived from `requests/stages.py`.
"""

from datetime import timedelta

import pytest

from portal.people.models import User
from tests.matrix.test_verbs import DONE, everybody, tried
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.walks import verbs_for
from tests.revisit.stands import DAY, FIRST

pytestmark = pytest.mark.django_db
VERBS = {"issue_order", "answer_order", "amend_order", "judge_order", "deliver_scan", "verify"}
LEAD = {"handler", "colleague", "deputy_head", "department_head", "stand_in"}
SUPERVISOR, CONGRESS = {"supervisor"}, {"congress_observer"}
LATER = overdue.NOW + timedelta(hours=2)

# stand: (when, {verb: who may do it}); whoever and whatever is not named may not
MAY = {
    "received": (make.MONDAY, {}),
    "handling": (make.MONDAY + DAY + timedelta(hours=2), {}),
    "late": (overdue.NOW, {"issue_order": SUPERVISOR, "verify": CONGRESS}),
    "by hand": (
        overdue.NOW + timedelta(hours=2),
        {"answer_order": LEAD, "amend_order": SUPERVISOR, "verify": CONGRESS},
    ),
    "solved": (make.MONDAY + 2 * DAY + timedelta(hours=2), {}),
    "unsealed": (make.MONDAY + 2 * DAY + timedelta(hours=2), {"deliver_scan": LEAD}),
    "second": (FIRST + timedelta(hours=1), {}),
    "ordered": (FIRST + 2 * DAY + timedelta(hours=1), {"amend_order": SUPERVISOR}),
    "answered": (FIRST + 3 * DAY + timedelta(hours=2), {"deliver_scan": LEAD, "judge_order": SUPERVISOR}),
    "revisiting": (FIRST + timedelta(hours=1), {}),
    "closed": (FIRST + 2 * DAY, {"verify": CONGRESS}),
}


@pytest.mark.parametrize("stand", MAY)
def test_what_is_offered_is_what_is_done_and_the_rest_is_refused(town, at, stand):
    now, may = MAY[stand]
    ticket, wrong = at(stand), []
    for name, by in everybody(town).items():
        expected = {verb for verb, who in may.items() if name in who}
        offered = VERBS & set(verbs_for(make.fresh(ticket), by, now))
        if offered != expected:
            wrong.append((name, "is offered", offered))
        tries = VERBS if isinstance(by, User) else VERBS - {"deliver_scan"}  # nobody else can upload
        done = {verb for verb in tries if tried(town, verb, ticket, by, now) == DONE}
        if done != expected:
            wrong.append((name, "may do", done))
    assert wrong == []
