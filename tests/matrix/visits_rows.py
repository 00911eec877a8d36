"""The rows of `test_urls` for key lists and visits, and what they are asked for."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.keylists import flow as lists
from portal import files
from requests.models import VisitPhoto
from requests.visits.flow import planning, recording
from tests.files.factories import picture
from tests.requests import factories as make
from tests.visits.conftest import MONDAY, record, wanted

OVERSEES = "supervisor leader"
GOES = f"steward project_assistant grid_member {OVERSEES}"
FIRM = "enterprise_member member_official"  # in his own firm's visits the official is the firm
PROPOSES = "triager member_official department_head stand_in steward"
MAKES_LISTS = f"{PROPOSES} {OVERSEES}"
READ_FIRMS = f"intake_clerk triager handler deputy_head department_head stand_in police_handler economy_handler {GOES}"
READ_FIRMS += " member_official data_officer policy_officer inspector revisitor congress_observer"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    return {**_visits(), **_lists()}


def _visits():
    return {
        ("visits:mine", "", "GET"): {200: GOES},
        ("visits:new", "", "GET"): {200: GOES},
        ("visits:all", "", "GET"): {200: OVERSEES},
        ("visits:export", "", "GET"): {200: OVERSEES},
        ("visits:coverage", "", "GET"): {200: OVERSEES},
        ("visits:unvisited", "", "GET"): {200: OVERSEES},
        ("visits:unvisited-export", "", "GET"): {200: OVERSEES},
        ("visits:plan-new", "", "GET"): {200: OVERSEES},
        ("visits:plan-new", "", "POST"): {422: OVERSEES},
        ("visits:plan", "plan", "GET"): {200: f"steward {OVERSEES}"},
        ("visits:plan", "plan", "POST"): {422: f"steward {OVERSEES}"},
        ("visits:firm", "firm", "GET"): {200: f"{GOES} {FIRM}"},
        ("visits:firm", "foreign firm", "GET"): {200: f"{GOES} other_member"},
        ("visits:visit", "visit", "GET"): {200: GOES},
        ("visits:visit", "visit made", "GET"): {200: f"{GOES} {FIRM}"},
        ("visits:record", "visit", "GET"): {200: GOES},
        ("visits:record", "visit", "POST"): {422: GOES},
        ("visits:record", "visit made", "GET"): {302: GOES},
        ("visits:save", "visit", "POST"): {200: GOES, 403: "anonymous"},
        ("visits:photos", "visit", "POST"): {415: GOES, 403: "anonymous"},  # no file
        ("visits:photo-drop", "photo", "DELETE"): {403: "anonymous"},  # in nobody's draft any more
        ("visits:photo", "photo", "GET"): {200: GOES},
        ("visits:draft-drop", "visit", "POST"): {302: GOES},
        ("visits:act", "visit in vain", "GET"): {200: GOES},
        ("visits:act", "visit in vain", "POST"): {422: GOES},
        ("visits:act", "visit answered", "GET"): {200: FIRM},
        ("visits:act", "visit answered", "POST"): {422: FIRM},
    }


def _lists():
    return {
        ("enterprises:key-lists", "", "GET"): {302: READ_FIRMS},
        ("enterprises:key-list-new", "", "GET"): {200: "supervisor"},
        ("enterprises:key-list-new", "", "POST"): {422: "supervisor"},
        ("enterprises:key-list", "list", "GET"): {200: READ_FIRMS},
        ("enterprises:key-list", "list in the making", "GET"): {200: MAKES_LISTS},
        ("enterprises:key-list-export", "list", "GET"): {200: READ_FIRMS},
        ("enterprises:key-list-export", "list in the making", "GET"): {200: MAKES_LISTS},
        ("enterprises:key-list-compare", "list in the making", "GET"): {200: MAKES_LISTS},
        ("enterprises:key-list-propose", "list in the making", "GET"): {200: PROPOSES},
        ("enterprises:key-list-propose", "list in the making", "POST"): {422: PROPOSES},
        ("enterprises:key-list-suggest", "list in the making", "GET"): {200: "triager member_official"},
        ("enterprises:key-list-suggest", "list in the making", "POST"): {422: "triager member_official"},
        ("enterprises:key-list-act", "list to submit", "GET"): {200: "supervisor"},
        ("enterprises:key-list-act", "list to submit", "POST"): {422: "supervisor"},  # one is not reviewed yet
        ("enterprises:key-entry-act", "entry to accept", "GET"): {200: "supervisor"},
        ("enterprises:key-entry-act", "entry to accept", "POST"): {302: "supervisor"},
        ("enterprises:firm-key-lists", "firm", "GET"): {200: READ_FIRMS},
    }


def world(town):
    at = make.moment("2026-01-05 10:00")
    made = lists.open_list("town", 2026, by=town.supervisor, at=at)
    (entry,) = lists.propose(made, by=town.triager, firms=[town.firm], reason="龙头企业", at=at)
    lists.accept(entry, by=town.supervisor, at=at)
    lists.name_people(entry, by=town.supervisor, leader=town.leader, at=at)
    lists.submit(made, by=town.supervisor, at=at)
    lists.approve(made, by=town.leader, at=at)
    following = lists.open_list("town", 2027, by=town.supervisor, at=make.moment("2026-11-02 10:00"))
    (proposed,) = lists.propose(
        following, by=town.triager, firms=[town.foreign_firm], reason="增长快", at=make.moment("2026-11-02 10:00")
    )
    plan = planning.plan_visits(wanted(firms=[town.firm], times=2), by=town.supervisor, at=MONDAY).plan
    visited, coming = plan.visits.order_by("pk")
    recording.record_visit(visited, by=town.steward, record=record(MONDAY), key=uuid.uuid4(), at=MONDAY)
    stored = files.store(SimpleUploadedFile("门口.png", picture("PNG"), "image/png"), by=town.steward)
    photo = VisitPhoto.objects.create(visit=visited, file=stored)
    return {
        "list": ("town", "2026"),
        "list in the making": ("town", "2027"),
        "list to submit": ("town", "2027", "submit"),
        "entry to accept": (proposed.pk, "accept"),
        "plan": (plan.pk,),
        "visit": (coming.key,),
        "visit made": (visited.key,),
        "visit in vain": (coming.key, "not_reached"),
        "visit answered": (visited.key, "answer"),
        "photo": (visited.key, photo.pk),
    }
