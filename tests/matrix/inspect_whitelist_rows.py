"""The rows of `test_urls` for the whitelist, and what they are asked for; everything stands as of now."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from inspections.models import AppealFile
from inspections.whitelist import flow
from portal import files
from tests.files.factories import picture
from tests.inspections import factories as make
from tests.inspections.whitelist import walks
from tests.requests.factories import enterprise

KEEPER = "keeper_inspector police_head"
FIRE = "fire_inspector fire_head"
HOUSING = "inspector deputy_head department_head stand_in"
HEADS = "police_head deputy_head department_head stand_in fire_head"
OVERSEES = "supervisor leader"
WORKS = f"{KEEPER} {FIRE} {HOUSING} {OVERSEES}"
FIRM = "enterprise_member member_official"  # in his own firm's entries the official is the firm
OUT = "former_member nobody"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    from tests.matrix.inspections import INSPECTING
    from tests.matrix.rows import SIGNED_IN

    signed_in = f"{SIGNED_IN} {INSPECTING}"
    firms = f"{FIRM} other_member"
    elsewhere = " ".join(set(signed_in.split()) - set(f"{WORKS} {firms}".split()))
    return {
        ("whitelist:public", "", "GET"): {200: f"{signed_in} anonymous"},
        ("whitelist:mine", "", "GET"): {200: f"{firms} {OUT}"},
        ("whitelist:desk", "", "GET"): {200: WORKS},
        ("whitelist:all", "", "GET"): {200: WORKS, 302: f"{firms} {elsewhere} anonymous"},
        ("whitelist:export", "", "GET"): {200: WORKS},
        ("whitelist:candidates", "", "GET"): {200: f"{KEEPER} {OVERSEES}"},
        ("whitelist:candidate", "candidate firm", "GET"): {200: f"{KEEPER} {OVERSEES}"},
        ("whitelist:propose", "", "POST"): {302: f"{KEEPER} anonymous"},  # nothing was chosen
        ("whitelist:rounds", "", "GET"): {200: WORKS},
        ("whitelist:round", "whitelist round", "GET"): {200: WORKS},
        ("whitelist:batch", "whitelist agree", "POST"): {302: f"{FIRE} {HOUSING} anonymous"},
        ("whitelist:batch", "whitelist approve", "POST"): {302: "leader anonymous"},
        ("whitelist:batch", "whitelist renew", "POST"): {302: f"{KEEPER} anonymous"},
        ("whitelist:entry", "entry listed", "GET"): {200: signed_in},
        ("whitelist:entry", "entry under review", "GET"): {200: WORKS},
        ("whitelist:entry", "entry removed", "GET"): {200: f"{WORKS} {FIRM} steward project_assistant"},
        ("whitelist:entry", "entry appealed", "GET"): {200: f"{WORKS} other_member"},
        ("whitelist:appeal-file", "appeal file", "GET"): {200: f"{WORKS} other_member"},
        ("whitelist:appeal-file", "appeal file elsewhere", "GET"): {},
        ("whitelist:act", "entry reviewing", "GET"): {200: f"{FIRE} {HOUSING}"},
        ("whitelist:act", "entry reviewing", "POST"): {422: f"{FIRE} {HOUSING}"},
        ("whitelist:act", "entry dropping", "GET"): {200: KEEPER},
        ("whitelist:act", "entry approving", "GET"): {200: "leader"},
        ("whitelist:act", "entry approving", "POST"): {302: "leader anonymous"},
        ("whitelist:act", "entry removing", "GET"): {200: f"{HEADS} supervisor"},
        ("whitelist:act", "entry removing", "POST"): {422: f"{HEADS} supervisor"},
        ("whitelist:act", "entry renewing", "GET"): {409: KEEPER},  # its term has a year to go
        ("whitelist:act", "entry appealing", "GET"): {200: FIRM},
        ("whitelist:act", "entry appealing", "POST"): {422: FIRM},
        ("whitelist:act", "entry judging", "GET"): {200: "supervisor"},
        ("whitelist:act", "entry judging", "POST"): {422: "supervisor"},
        ("whitelist:act", "entry nonsense", "GET"): {},
    }


def world(of):
    """Firms of its own, so that nothing else of the world is barred; what the town's two firms have is over."""
    now = timezone.now()
    day = timezone.localdate(now)
    term = (day, day + timedelta(days=365))
    firms = [enterprise(f"白名单{n}有限公司", f"白名单{n}", of.town.place) for n in range(4)]
    walks.admitted(*firms, at=now)
    made = flow.propose(
        firms[1:], by=of.keeper_inspector, title="矩阵一批", term_from=term[0], term_until=term[1], at=now
    )
    review, approve, listed = made.entries
    for entry in (approve, listed):
        walks.said(of, entry, at=now)
    flow.approve(listed, by=of.leader, at=now)
    over = {"status": "removed", "term": term, "ended_by": of.police_head, "ended_for": "拒不整改"}
    removed, appealed = (make.listed(of, firm, **over) for firm in (of.town.firm, of.town.foreign_firm))
    paper = files.store(SimpleUploadedFile("凭证.png", picture("PNG"), "image/png"), by=of.other_member)
    flow.appeal(appealed, by=of.other_member, text="已整改", files=[paper], at=now)
    kept = AppealFile.objects.get(file=paper).pk
    return {
        "candidate firm": (firms[0].uscc,),
        "whitelist round": (made.round.pk,),
        "whitelist agree": ("agree",),
        "whitelist approve": ("approve",),
        "whitelist renew": ("renew",),
        "entry listed": (listed.number,),
        "entry under review": (review.number,),
        "entry removed": (removed.number,),
        "entry appealed": (appealed.number,),
        "appeal file": (appealed.number, kept),
        "appeal file elsewhere": (listed.number, kept),
        "entry reviewing": (review.number, "review"),
        "entry dropping": (review.number, "drop"),
        "entry approving": (approve.number, "approve"),
        "entry removing": (listed.number, "remove"),
        "entry renewing": (listed.number, "renew"),
        "entry appealing": (removed.number, "appeal"),
        "entry judging": (appealed.number, "dismiss"),
        "entry nonsense": (listed.number, "nonsense"),
    }
