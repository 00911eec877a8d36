"""Every status × verb × role of bookings, and who sees which, written by hand (SEC-1)."""

import pytest
from django.db import transaction

from inspections.bookings import flow
from inspections.bookings.capacity import verbs_of
from inspections.models import Booking
from portal.people.refusal import Refused
from tests.inspections.bookings.conftest import FIRST, LAST, LATER, booked, fresh

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk second_clerk triager handler"
    " deputy_head department_head revisitor steward project_assistant grid_member supervisor congress_observer leader"
    " data_officer policy_officer inspector evaluator auditor administrator stand_in nobody police_handler police_head"
    " keeper_inspector fire_inspector fire_head housing_second utilities_handler"
)
FIRM = "enterprise_member member_official"  # in his own firm's bookings the official is the firm
TIES = "steward project_assistant"
AGENCY = "inspector housing_second deputy_head department_head stand_in"
SEES = f"{FIRM} {TIES} {AGENCY} supervisor leader"

# The booking's status: {verb: who}; booked by `town.firm` with housing.
MAY = {
    "asked": {"accept": AGENCY, "decline": AGENCY, "withdraw": f"{FIRM} {TIES}"},
    "accepted": {"call_off": AGENCY},
    "declined": {},
    "withdrawn": {},
}
WORDS = {
    "accept": {"first": FIRST, "last": LAST},
    "decline": {"answer": "排不开"},
    "withdraw": {"reason": "改期了"},
    "call_off": {"reason": "企业改期"},
}
PATH = {
    "asked": (),
    "accepted": (("accept", "inspector"),),
    "declined": (("decline", "inspector"),),
    "withdrawn": (("withdraw", "enterprise_member"),),
}


def able(of, act):
    found = set()
    for name in PEOPLE.split():
        try:
            with transaction.atomic():
                act(of.town.people[name])
                transaction.set_rollback(True)
        except Refused:
            continue
        found.add(name)
    return found


@pytest.mark.parametrize("status", MAY)
def test_who_does_what(of, status):
    booking = booked(of)
    for verb, name in PATH[status]:
        getattr(flow, verb)(booking, by=of.town.people[name], at=LATER, **WORDS[verb])
    booking = fresh(booking)
    assert booking.status == status
    for verb, given in WORDS.items():
        may = able(of, lambda by, verb=verb, given=given: getattr(flow, verb)(booking, by=by, at=LATER, **given))
        assert may == set(MAY[status].get(verb, "").split()), verb
    for name in PEOPLE.split():
        expected = {verb for verb, who in MAY[status].items() if name in who.split()}
        assert set(verbs_of(booking, of.town.people[name], LATER)) == expected, name
    seen = {name for name in PEOPLE.split() if Booking.objects.visible_to(of.town.people[name]).exists()}
    assert seen == set(SEES.split())


def test_who_books_for_a_firm(of):
    assert able(of, lambda by: booked(of, by=by)) == set(f"{FIRM} {TIES}".split())
    assert able(of, lambda by: booked(of, by=by, firm=of.town.foreign_firm)) == {"other_member"}


def test_another_agencys_booking_is_not_there(of):
    booked(of, agency=of.fire)
    seen = {name for name in PEOPLE.split() if Booking.objects.visible_to(of.town.people[name]).exists()}
    assert seen == set(f"{FIRM} {TIES} fire_inspector fire_head supervisor leader".split())
