"""Every status × verb × role of service orders, and who sees which, written by hand (SEC-1)."""

import pytest
from django.db import transaction

from policies.models import Provider, ServiceOrder
from policies.services import flow, keeping
from policies.services.capacity import verbs_of
from portal.people.refusal import Refused
from tests.policies.services.conftest import LATER, fresh, ordered

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk second_clerk triager handler"
    " deputy_head department_head revisitor steward project_assistant grid_member supervisor congress_observer leader"
    " data_officer policy_officer inspector evaluator auditor administrator stand_in nobody lawyer partner"
    " other_outsider"
)
FIRM = "enterprise_member member_official"  # in his own firm's orders the official is the firm
CENTRE = "intake_clerk second_clerk triager supervisor"
TIES = "steward project_assistant"
OFFICE = "lawyer partner"
SEES = f"{FIRM} {CENTRE} {TIES} {OFFICE} leader"

# The order's status: {verb: who}; ordered by `town.firm` of a provider that signs in.
MAY = {
    "ordered": {"take": OFFICE, "decline": OFFICE, "cancel": f"{FIRM} {CENTRE} {TIES}"},
    "taken": {"finish": OFFICE, "cancel": f"{FIRM} {CENTRE} {TIES}"},
    "done": {"rate": FIRM},
    "declined": {},
    "cancelled": {},
}
WORDS = {
    "take": {},
    "decline": {"reason": "排不开"},
    "finish": {"result": "已办"},
    "cancel": {"reason": "不需要了"},
    "rate": {"stars": 5},
}
PATH = {
    "ordered": (),
    "taken": ("take",),
    "done": ("take", "finish"),
    "declined": ("decline",),
    "cancelled": ("cancel",),
}


def brought(town, order, status):
    for verb in PATH[status]:
        by = town.enterprise_member if verb == "cancel" else town.people.get("lawyer", town.intake_clerk)
        getattr(flow, verb)(order, by=by, at=LATER, **WORDS[verb])
    return fresh(order)


def able(town, verb, order):
    found = set()
    for name in PEOPLE.split():
        try:
            with transaction.atomic():
                getattr(flow, verb)(order, by=town.people[name], at=LATER, **WORDS[verb])
                transaction.set_rollback(True)
        except Refused:
            continue
        found.add(name)
    return found


@pytest.mark.parametrize("status", MAY)
def test_who_does_what(town, firm_of_law, status):
    order = brought(town, ordered(firm_of_law, town), status)
    assert order.status == status
    for verb in WORDS:
        assert able(town, verb, order) == set(MAY[status].get(verb, "").split()), verb
    for name in PEOPLE.split():
        expected = {verb for verb, who in MAY[status].items() if name in who.split()}
        assert set(verbs_of(order, town.people[name], LATER)) == expected, name
    seen = {name for name in PEOPLE.split() if ServiceOrder.objects.visible_to(town.people[name]).exists()}
    assert seen == set(SEES.split())


def test_the_centre_records_for_a_provider_without_an_account(town, office, advisers):
    order = ordered(advisers, town)
    assert able(town, "take", order) == set(CENTRE.split())
    seen = {name for name in PEOPLE.split() if ServiceOrder.objects.visible_to(town.people[name]).exists()}
    assert seen == set(SEES.split()) - set(OFFICE.split())


def test_who_orders_for_a_firm(town, office, firm_of_law):
    of = {"乌有精密": ("enterprise_member", "member_official"), "子虚生物": ("other_member",)}
    found = {}
    for firm in (town.firm, town.foreign_firm):
        found[firm.short_name] = set()
        for name in PEOPLE.split():
            try:
                with transaction.atomic():
                    made = ordered(firm_of_law, town, by=town.people[name], firm=firm)
                    transaction.set_rollback(True)
            except Refused:
                continue
            assert made.sent is (name not in of[firm.short_name]), name
            found[firm.short_name].add(name)
    assert found[town.firm.short_name] == set(f"{FIRM} {CENTRE} {TIES}".split())
    assert found[town.foreign_firm.short_name] == set(f"other_member member_official {CENTRE}".split())


def test_who_keeps_the_catalogue(town, office, firm_of_law):
    fields = {"name": "某所", "kinds": ["rights"], "offers": "维权", "contact_name": "甲", "contact_phone": "05120000"}
    acts = {
        "add": lambda by: keeping.add_provider(fields, by=by),
        "edit": lambda by: keeping.edit_provider(firm_of_law, {"price": "面议"}, by=by),
        "end": lambda by: keeping.end_provider(firm_of_law, by=by, reason="不再合作"),
    }
    for act in acts.values():
        found = set()
        for name in PEOPLE.split():
            try:
                with transaction.atomic():
                    act(town.people[name])
                    transaction.set_rollback(True)
            except Refused:
                continue
            found.add(name)
        assert found == set(f"{CENTRE} member_official".split())


def test_one_taken_off_is_seen_by_who_keeps_it_alone(town, office, firm_of_law):
    keeping.end_provider(firm_of_law, by=town.supervisor, reason="两次未接单")
    seen = {name for name in PEOPLE.split() if Provider.objects.visible_to(town.people[name]).exists()}
    assert seen == set(f"{CENTRE} member_official leader".split())
    with pytest.raises(Refused):
        ordered(firm_of_law, town)
    keeping.relist_provider(Provider.objects.get(), by=town.triager)
    assert ordered(firm_of_law, town).status == "ordered"
