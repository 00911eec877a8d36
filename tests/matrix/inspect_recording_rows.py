"""The rows of `test_urls` for records: a joint visit of housing and fire, housing's part recorded, fire's not yet.

A joint visit opens that visit only: fire reads housing's record of it, and nothing of housing's other visit. The agency
that keeps plans reads all.
"""

from datetime import date

from inspections.models import Signature
from inspections.recording import drafts, flow
from portal import files
from tests.inspections.factories import Agencies, need, visit
from tests.inspections.recording import conftest as make
from tests.inspections.recording.pictures import upload
from tests.matrix.inspections import FIRE, HOUSING, KEEPER

OVERSEE = "supervisor leader"
FIRM = "enterprise_member member_official"
JOINT = f"{HOUSING} {FIRE} {KEEPER} {OVERSEE} {FIRM}"
ALONE = f"{HOUSING} {KEEPER} {OVERSEE} other_member"  # housing's visit to the other firm, without fire
GOES = "inspector"  # named to go for housing
INSPECTORS = "inspector fire_inspector keeper_inspector"


def rows():
    return {
        ("recording:mine", "", "GET"): {200: INSPECTORS},
        ("recording:worker", "", "GET"): {200: INSPECTORS},
        ("recording:form", "part open", "GET"): {200: GOES},
        ("recording:form", "part recorded", "GET"): {302: GOES},
        ("recording:form", "part of fire", "GET"): {200: "fire_inspector"},
        ("recording:draft", "part open", "POST"): {422: GOES},
        ("recording:photos", "part open", "POST"): {422: GOES},
        ("recording:send", "part open", "POST"): {422: GOES},
        ("recording:send", "part recorded", "POST"): {422: GOES},
        ("recording:record", "part recorded", "GET"): {200: JOINT},
        ("recording:record", "part alone", "GET"): {200: ALONE},
        ("recording:record", "part open", "GET"): {},
        ("recording:paper", "part recorded", "GET"): {200: JOINT},
        ("recording:paper", "part alone", "GET"): {200: ALONE},
        ("recording:paper-word", "part recorded", "GET"): {200: JOINT},
        ("recording:paper-word", "part alone", "GET"): {200: ALONE},
        ("recording:amend", "part recorded", "GET"): {200: GOES},
        ("recording:amend", "part recorded", "POST"): {422: GOES},
        ("recording:amended", "photo amended", "GET"): {200: JOINT},
        ("recording:amended", "photo amended alone", "GET"): {200: ALONE},
        ("recording:photo", "photo recorded", "GET"): {200: JOINT},
        ("recording:photo", "photo alone", "GET"): {200: ALONE},
        ("recording:photo", "photo ahead", "GET"): {200: GOES},
        ("recording:photo", "photo recorded", "DELETE"): {},
        ("recording:photo", "photo ahead", "DELETE"): {204: GOES},
        ("recording:signature", "signature", "GET"): {200: JOINT},
        ("recording:signature", "signature alone", "GET"): {200: ALONE},
    }


def world(of: Agencies):
    """Checks on the spot, on days of their own: they stand in the way of no other part's visits."""
    joint = _visit(of, of.town.firm, 1, of.housing, of.fire)
    recorded, fire = joint.parts.get(agency=of.housing), joint.parts.get(agency=of.fire)
    shot = _record(of, recorded)
    alone = _visit(of, of.town.foreign_firm, 2, of.housing).parts.get()
    shot_alone = _record(of, alone)
    open_part = _visit(of, of.town.firm, 3, of.housing).parts.get()
    return {
        "part open": (open_part.pk,),
        "part recorded": (recorded.pk,),
        "part alone": (alone.pk,),
        "part of fire": (fire.pk,),
        "photo recorded": (shot,),
        "photo alone": (shot_alone,),
        "photo ahead": (_photo(of, open_part),),
        "photo amended": (_amended(of, recorded),),
        "photo amended alone": (_amended(of, alone),),
        "signature": (_firms(recorded),),
        "signature alone": (_firms(alone),),
    }


def _visit(of, firm, day, *parties):
    wanted = {"kind": "clue", "first": date(2026, 12, day), "last": date(2026, 12, day)}
    wishes = [need(of, firm, agency, **wanted) for agency in parties]
    return visit(of, firm, wishes, day=wanted["first"], status="under_way", begun_at=make.BEGUN, on_the_spot=True)


def _record(of, part):
    shot = _photo(of, part)
    sent = make.record(part, photos=frozenset([shot]))
    flow.record(part, by=of.town.inspector, record=sent, key=make.key(), at=make.AT)
    return shot


def _photo(of, part):
    shot = make.key()
    first = make.needs_of(part)[0]
    drafts.add_photo(part, of.town.inspector, shot, need=first.pk, item=None, upload=upload())
    return shot


def _amended(of, part):
    by = of.town.inspector
    stored = files.store(upload(), by=by)
    return flow.amend(part, by=by, text="补一张照片", photos=[stored], at=make.AT).photos.get().key


def _firms(part):
    return Signature.objects.get(part=part, whose="firm").pk
