"""The rows of `test_urls` for joint visits, their codes, checks on the spot and reports, and their objects."""

import uuid
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.models import VisitCode
from inspections.visits import flow, stages
from portal import files
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.files.factories import picture
from tests.inspections import factories as make

INSPECTING = "keeper_inspector police_head fire_inspector fire_head"
KEEPER = "keeper_inspector police_head"
FIRE = "fire_inspector fire_head"
HEADS = "deputy_head department_head stand_in"
GO = "inspector keeper_inspector fire_inspector"
OVERSEES = "supervisor leader"
NEAR = "steward project_assistant"
FIRM = "enterprise_member member_official"  # in his own firm's visits the official is the firm
OUT = "former_member nobody"  # told that they act for no firm
READS = f"inspector {HEADS} {OVERSEES} {KEEPER} {FIRE}"
OFFICE = f"inspector {HEADS} {OVERSEES} {KEEPER}"  # fire has no part in these visits
SEES = f"{OFFICE} {NEAR} {FIRM}"
LISTS = f"{READS} {NEAR}"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    return {**_lists(), **_visits(), **_codes(), **_reports()}


def _lists():
    return {
        ("inspections:home", "", "GET"): {302: f"{LISTS} {FIRM} other_member anonymous"},
        ("inspections:today", "", "GET"): {200: GO},
        ("inspections:visits", "", "GET"): {200: LISTS, 302: f"{FIRM} other_member anonymous"},
        ("inspections:visits-export", "", "GET"): {200: LISTS},
        ("inspections:spot", "", "GET"): {200: READS},
        ("inspections:spot-new", "", "GET"): {200: GO},
        ("inspections:spot-new", "", "POST"): {200: GO},
        ("inspections:mine", "", "GET"): {200: f"{FIRM} other_member {OUT}"},
        ("inspections:of-firm", "firm", "GET"): {200: LISTS, 302: f"{FIRM} anonymous"},
        ("inspections:of-firm", "foreign firm", "GET"): {200: LISTS, 302: "other_member anonymous"},
    }


def _visits():
    return {
        ("inspections:visit", "joint", "GET"): {200: SEES},
        ("inspections:visit", "joint hidden", "GET"): {200: OFFICE},
        ("inspections:visit", "joint foreign", "GET"): {200: f"{OFFICE} other_member"},
        ("inspections:visit", "joint proposed", "GET"): {},
        ("inspections:notice", "joint", "GET"): {200: SEES},
        ("inspections:notice", "joint hidden", "GET"): {200: OFFICE},
        ("inspections:notice", "joint foreign", "GET"): {200: f"{OFFICE} other_member"},
        ("inspections:notice-word", "joint", "GET"): {200: SEES},
        ("inspections:notice-word", "joint foreign", "GET"): {200: f"{OFFICE} other_member"},
        ("inspections:act", "joint beginning", "GET"): {409: "inspector"},  # its day is over
        ("inspections:act", "joint beginning", "POST"): {409: "inspector"},
        ("inspections:act", "joint putting off", "GET"): {200: f"{HEADS} {KEEPER}"},
        ("inspections:act", "joint putting off", "POST"): {422: f"{HEADS} {KEEPER}"},
        ("inspections:act", "joint cancelling", "GET"): {200: f"{HEADS} {KEEPER}"},
        ("inspections:act", "joint cancelling", "POST"): {422: f"{HEADS} {KEEPER}"},
        ("inspections:act", "joint naming", "GET"): {200: f"inspector {HEADS}"},
        ("inspections:act", "joint naming", "POST"): {422: f"inspector {HEADS}"},
        ("inspections:act", "joint nonsense", "GET"): {},
        ("inspections:act", "joint too late", "POST"): {409: f"{HEADS} {KEEPER}"},
    }


def _codes():
    from tests.matrix.rows import EVERYBODY  # which imports this module

    everyone = f"{EVERYBODY} {INSPECTING}"
    return {
        ("inspections:code", "joint", "GET"): {409: "inspector"},
        ("inspections:code", "joint now", "GET"): {200: "inspector"},
        ("inspections:code", "joint now", "POST"): {302: "inspector anonymous"},
        ("inspections:scan", "joint code", "GET"): {200: everyone},
        ("inspections:scan", "joint code dead", "GET"): {410: everyone},
        ("inspections:scan", "joint code forged", "GET"): {404: "anonymous"},
        ("inspections:arrival", "joint code", "POST"): {302: f"{FIRM} anonymous"},
        ("inspections:arrival", "joint code forged", "POST"): {},
    }


def _reports():
    return {
        ("inspections:reports", "", "GET"): {200: "supervisor"},
        ("inspections:reports-export", "", "GET"): {200: "supervisor"},
        ("inspections:report-new", "", "GET"): {200: f"{FIRM} other_member {OUT}"},
        ("inspections:report-new", "", "POST"): {422: f"{FIRM} other_member", 200: OUT},
        ("inspections:report-upload", "", "POST"): {422: f"{FIRM} other_member"},
        ("inspections:report", "codeless", "GET"): {200: "enterprise_member supervisor"},
        ("inspections:report-photo", "codeless photo", "GET"): {200: "enterprise_member supervisor"},
        ("inspections:report-answer", "codeless", "GET"): {200: "supervisor"},
        ("inspections:report-answer", "codeless", "POST"): {422: "supervisor"},
    }


def world(of):
    now, town = clock.now(), of.town
    joint = _visit(of, town.firm, 0)
    hidden = _visit(of, town.firm, 1, told_at=None, unannounced=True)
    foreign = _visit(of, town.foreign_firm, 0)
    proposed = _visit(of, town.firm, 2, status=stages.PROPOSED, told_at=None)
    under_way = _visit(of, town.firm, 3, day=local_day(now))
    flow.begin(under_way, by=of.inspector, at=now)
    dead = VisitCode.objects.create(
        visit=joint, issued_at=make.LONG_AGO, expires_at=make.LONG_AGO + timedelta(hours=1), issued_by=of.inspector
    )
    report = _report(of, now)
    acts = {"beginning": "begin", "putting off": "put_off", "cancelling": "cancel", "naming": "name_people"}
    return {
        "joint": (joint.number,),
        "joint hidden": (hidden.number,),
        "joint foreign": (foreign.number,),
        "joint proposed": (proposed.number,),
        "joint now": (under_way.number,),
        "joint code": (under_way.codes.get().token,),
        "joint code dead": (dead.token,),
        "joint code forged": ("A" * 22,),
        "joint nonsense": (joint.number, "nonsense"),
        "joint too late": (under_way.number, "cancel"),
        "codeless": (report.number,),
        "codeless photo": (report.number, report.photos.get().pk),
        **{f"joint {name}": (joint.number, verb) for name, verb in acts.items()},
    }


def _visit(of, firm, n, *, day=None, **fields):
    """Housing's, of its own week years ago, so that its day is over whenever the test runs."""
    day = day or date(2020, 1, 6) + timedelta(days=7 * n)
    wish = make.need(of, firm, first=day, last=day)
    return make.visit(of, firm, [wish], day=day, **fields)


def _report(of, now):
    photo = files.store(SimpleUploadedFile("门口.jpg", picture(), "image/jpeg"), by=of.enterprise_member)
    given = {"came_at": now - timedelta(days=1), "who": "两个人", "said": "要看账", "agency": of.housing}
    return flow.report(of.town.firm, by=of.enterprise_member, photos=[photo], key=uuid.uuid4(), at=now, **given)
