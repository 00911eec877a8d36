"""Every status × verb × role of needs, and who sees them, written by hand (SEC-1)."""

from datetime import timedelta

import pytest
from django.db import transaction

from inspections.models import Need
from inspections.needs import flow, stages
from inspections.needs.capacity import verbs_of
from portal.people.actors import CLOCK
from portal.people.refusal import Refused
from tests.inspections.factories import DAY, need, visit
from tests.requests.factories import MONDAY

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk triager handler deputy_head"
    " department_head revisitor steward project_assistant grid_member supervisor congress_observer leader"
    " data_officer policy_officer inspector evaluator auditor administrator stand_in nobody police_head"
    " utilities_handler housing_second keeper_inspector fire_inspector fire_head"
)
OWN = "inspector housing_second department_head deputy_head stand_in"  # of housing, whose need it is
KEEPER = "keeper_inspector police_head"
SEES = f"{OWN} {KEEPER} supervisor leader"
AT = MONDAY

MAY = {
    "open": {"edit": OWN, "withdraw": OWN, "settle": f"{OWN} clock", "lapse": "clock"},
    "planned": {},
    "done": {},
    "settled": {},
    "dropped": {},
    "lapsed": {},
}


@pytest.fixture
def everybody(of):
    return {name: of.town.people[name] for name in PEOPLE.split()} | {"clock": CLOCK}


@pytest.fixture(params=MAY)
def standing(request, of):
    """Housing's need in each status, its window over."""
    fields = {"status": request.param, "first": DAY - timedelta(days=20), "last": DAY - timedelta(days=10)}
    if request.param in stages.ENDED:
        fields["ended_at"] = MONDAY
    if request.param != "planned":
        return request.param, need(of, of.town.firm, **fields)
    one = need(of, of.town.firm, **fields | {"status": "open"})
    visit(of, of.town.firm, [one])
    one.refresh_from_db()
    return "planned", one


def call(verb, one, by):
    given = {
        "edit": {"fields": {"last": DAY + timedelta(days=1)}},
        "withdraw": {"reason": "不查了"},
        "settle": {"reasons": "台账齐全"},
    }.get(verb, {})
    return getattr(flow, verb)(one, by=by, at=AT, **given)


def done(verb, one, by):
    try:
        with transaction.atomic():
            call(verb, one, by)
            transaction.set_rollback(True)
    except Refused:
        return False
    return True


def test_the_literal_knows_every_status_and_verb():
    assert set(MAY) == set(stages.STATUSES)
    others = {"enter", "plan", "join", "put_back", "carry_out", "bar"}  # of other parts, or with arguments of their own
    assert {verb for verbs in MAY.values() for verb in verbs} == set(stages.VERBS) - others


def test_who_does_what_sees_what_and_has_which_buttons(standing, everybody):
    status, one = standing
    for verb in ("edit", "withdraw", "settle", "lapse"):
        able = {name for name, person in everybody.items() if done(verb, one, person)}
        expected = set(MAY[status].get(verb, "").split())
        if verb == "lapse" and expected:
            able &= {"clock"}  # asked by no page: it is time's
        assert able == expected, verb
    for name, person in everybody.items():
        buttons = set(verbs_of(one, person, AT)) & {"edit", "withdraw"}
        assert buttons == {verb for verb in ("edit", "withdraw") if name in MAY[status].get(verb, "").split()}, name
    del everybody["clock"]
    seen = {name for name, person in everybody.items() if Need.objects.visible_to(person).filter(pk=one.pk)}
    assert seen == set(SEES.split())


def test_who_enters_for_housing(of, everybody):
    wish = flow.Wish(of.housing, of.town.firm, of.subject(of.housing), "statutory", DAY, DAY)
    able = set()
    for name, person in everybody.items():
        try:
            with transaction.atomic():
                flow.enter(wish, by=person, at=AT)
                transaction.set_rollback(True)
        except Refused:
            continue
        able.add(name)
    assert able == set(f"{OWN} clock".split())
