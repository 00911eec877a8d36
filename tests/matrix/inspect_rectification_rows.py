"""The rows of `test_urls` for what follows a finding: rectifications in each state, warnings, points, ratings, cases.

A joint visit opens that visit only: fire took part in the joint one and reads what housing ordered there, and nothing
of housing's other visit; it decides on neither. The agency that keeps plans reads all and decides on its own alone.
"""

from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.models import Rectification
from inspections.recording import stages as findings
from inspections.rectification import flow
from inspections.visits import stages as visits
from portal import files
from portal.worktime.limits import SHANGHAI
from tests.files.factories import picture
from tests.inspections import factories as make
from tests.inspections.rectification.world import finding, recorded
from tests.matrix.inspections import FIRE, HOUSING, KEEPER

OVERSEE = "supervisor leader"
HEADS = "deputy_head department_head stand_in"
FIRM = "enterprise_member member_official"
ACTING = f"{FIRM} other_member"  # whoever acts for a firm
READS = f"{HOUSING} {FIRE} {KEEPER} {OVERSEE}"
JOINT = f"{READS} {FIRM}"
ALONE = f"{HOUSING} {KEEPER} {OVERSEE} other_member"  # housing's visit to the other firm, without fire
DAY = date(2020, 3, 2)


def rows():
    return {**_lists(), **_records(), **_afterwards()}


def _lists():
    return {
        ("rectification:all", "", "GET"): {200: READS, 302: f"{ACTING} anonymous"},
        ("rectification:export", "", "GET"): {200: READS},
        ("rectification:mine", "", "GET"): {200: ACTING},
        ("rectification:upload", "", "POST"): {422: ACTING},
        ("rectification:points", "", "GET"): {200: ACTING},
        ("rectification:points-of", "firm", "GET"): {200: JOINT},
        ("rectification:points-of", "foreign firm", "GET"): {200: f"{READS} other_member"},
        ("rectification:ratings", "", "GET"): {200: READS},
    }


def _records():
    return {
        ("rectification:rectification", "rectify open", "GET"): {200: JOINT},
        ("rectification:rectification", "rectify alone", "GET"): {200: ALONE},
        ("rectification:file", "rectify file", "GET"): {200: JOINT},
        ("rectification:file", "rectify file alone", "GET"): {200: ALONE},
        ("rectification:file", "rectify file elsewhere", "GET"): {},
        ("rectification:paper", "rectify paper", "GET"): {200: JOINT},
        ("rectification:paper", "rectify paper alone", "GET"): {200: ALONE},
        ("rectification:paper", "rectify paper not yet", "GET"): {},
        ("rectification:paper-word", "rectify paper", "GET"): {200: JOINT},
        ("rectification:act", "rectify submitting", "GET"): {200: FIRM},
        ("rectification:act", "rectify submitting", "POST"): {422: FIRM},
        ("rectification:act", "rectify submitting alone", "GET"): {409: "other_member"},
        ("rectification:act", "rectify asking", "GET"): {409: FIRM},  # it is late
        ("rectification:act", "rectify giving", "POST"): {409: HOUSING},
        ("rectification:act", "rectify withdrawing", "GET"): {200: HEADS},
        ("rectification:act", "rectify withdrawing", "POST"): {422: HEADS},
        ("rectification:act", "rectify accepting", "GET"): {409: HOUSING},
        ("rectification:act", "rectify accepting alone", "GET"): {200: HOUSING},
        ("rectification:act", "rectify sending back", "POST"): {422: HOUSING},
        ("rectification:act", "rectify calling", "GET"): {200: HOUSING},
        ("rectification:act", "rectify nonsense", "GET"): {},
        ("rectification:act", "rectify by the clock", "POST"): {},
    }


def _afterwards():
    return {
        ("rectification:warning", "warned", "GET"): {200: JOINT},
        ("rectification:warning", "warned alone", "GET"): {200: ALONE},
        ("rectification:warning-word", "warned", "GET"): {200: JOINT},
        ("rectification:rate", "rated", "GET"): {302: f"{FIRM} anonymous"},
        ("rectification:rate", "unrated", "GET"): {200: "other_member"},
        ("rectification:rate", "unrated", "POST"): {422: "other_member"},
        ("rectification:rated", "rated", "GET"): {200: f"{FIRM} {OVERSEE}"},
        ("rectification:rated", "unrated", "GET"): {},
        ("rectification:case", "case open", "GET"): {200: HOUSING},
        ("rectification:case", "case open", "POST"): {422: HOUSING},
        ("rectification:case", "case over", "GET"): {200: HEADS, 409: "inspector"},
        ("rectification:case", "case over", "POST"): {422: HEADS, 409: "inspector"},
        ("rectification:case", "case none", "GET"): {},
    }


def world(of):
    at = datetime(2020, 3, 2, 10, tzinfo=SHANGHAI)
    joint = _check(of, of.town.firm, at, of.housing, of.fire)
    alone = _check(of, of.town.foreign_firm, at, of.housing)
    late = flow.order(finding(joint), by=of.inspector, days=5, at=at)
    shown = flow.order(finding(joint, item=None), by=of.inspector, days=5, at=at)
    flow.submit(shown, by=of.enterprise_member, text="已整改", files=[_file(of.enterprise_member)], at=at)
    sent = flow.order(finding(alone), by=of.inspector, days=5, at=at)
    flow.submit(sent, by=of.other_member, text="已整改", files=[_file(of.other_member)], at=at)
    warned = flow.warn(finding(joint, findings.WARN, item=1), by=of.inspector, at=at)
    warned_alone = flow.warn(finding(alone, findings.WARN, item=1), by=of.inspector, at=at)
    case, over = finding(joint, findings.CASE, item=None), finding(joint, findings.CASE, item=None)
    flow.conclude(over, by=of.inspector, punished=False, decided_on=DAY, remarks="情节轻微", at=at)
    conduct = dict.fromkeys(("showed_papers", "showed_code", "told_rights", "was_civil", "asked_no_more"), True)
    flow.rate(joint.part.visit, by=of.enterprise_member, stars=5, at=at, **conduct)
    acts = {
        "submitting": "submit",
        "asking": "ask_time",
        "giving": "give_time",
        "withdrawing": "withdraw",
        "accepting": "accept",
        "calling": "call_recheck",
        "nonsense": "nonsense",
        "by the clock": "pass_recheck",
    }
    return {
        "rectify open": (late.number,),
        "rectify alone": (sent.number,),
        "rectify file": (shown.number, _of(shown)),
        "rectify file alone": (sent.number, _of(sent)),
        "rectify file elsewhere": (shown.number, _of(sent)),
        "rectify paper": (late.number, "order"),
        "rectify paper alone": (sent.number, "order"),
        "rectify paper not yet": (late.number, "closing"),
        "rectify submitting alone": (sent.number, "submit"),
        "rectify accepting alone": (sent.number, "accept"),
        "rectify sending back": (sent.number, "send_back"),
        **{f"rectify {name}": (late.number, verb) for name, verb in acts.items()},
        "warned": (warned.number,),
        "warned alone": (warned_alone.number,),
        "rated": (joint.part.visit.number,),
        "unrated": (alone.part.visit.number,),
        "case open": (case.pk,),
        "case over": (over.pk,),
        "case none": (late.finding_id,),
    }


def _check(of, firm, at, *agencies):
    """A visit of years ago, housing's part recorded; on a week of its own, in nobody's way."""
    wishes = [make.need(of, firm, agency, first=DAY, last=DAY) for agency in agencies]
    visit = make.visit(of, firm, wishes, day=DAY, status=visits.DONE, begun_at=at, done_at=at)
    return recorded(of, visit.parts.get(agency=of.housing), wishes[0], at=at, by=of.inspector)


def _file(by):
    return files.store(SimpleUploadedFile("整改后.jpg", picture(), "image/jpeg"), by=by)


def _of(one: Rectification) -> int:
    return one.proofs.get().files.get().pk
