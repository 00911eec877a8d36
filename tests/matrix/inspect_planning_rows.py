"""The rows of `test_urls` for plans of joint visits."""

from inspections.needs import stages as needs
from inspections.planning import stages
from inspections.visits import stages as visits
from tests.inspections.factories import DAY, need, plan, visit

KEEPER = "keeper_inspector police_head"
HOUSING = "inspector deputy_head department_head stand_in"
FIRE = "fire_inspector fire_head"
OVERSEE = "supervisor leader"
MAKERS = f"{KEEPER} {OVERSEE}"
ALL = f"{MAKERS} {HOUSING} {FIRE}"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    return {
        ("planning:plans", "", "GET"): {200: ALL},
        ("planning:new", "", "GET"): {200: KEEPER},
        ("planning:new", "", "POST"): {422: KEEPER},
        ("planning:waiting", "", "GET"): {200: KEEPER},
        ("planning:plan", "plan under way", "GET"): {200: MAKERS},
        ("planning:plan", "plan approved", "GET"): {200: ALL},
        ("planning:progress", "plan under way", "GET"): {200: MAKERS},
        ("planning:calendar", "plan under way", "GET"): {200: MAKERS},
        ("planning:calendar", "plan approved", "GET"): {200: ALL},
        ("planning:export", "plan under way", "GET"): {200: MAKERS},
        ("planning:export", "plan approved", "GET"): {200: ALL},
        ("planning:needs", "plan under way", "GET"): {200: MAKERS},
        ("planning:needs", "plan approved", "GET"): {200: ALL},
        ("planning:take-out", "plan under way", "POST"): {302: f"{KEEPER} anonymous"},
        ("planning:take-out", "plan approved", "POST"): {302: f"{KEEPER} anonymous"},
        ("planning:where", "plan under way", "GET"): {},  # of nothing named there is no day
        ("planning:move", "plan under way", "POST"): {302: f"{KEEPER} anonymous"},
        ("planning:move", "plan approved", "POST"): {302: f"{KEEPER} anonymous"},
        ("planning:lock", "plan visit", "POST"): {302: f"{KEEPER} anonymous"},
        ("planning:lock", "plan others visit", "POST"): {},
        ("planning:act", "plan compute", "GET"): {},
        ("planning:act", "plan compute", "POST"): {302: f"{KEEPER} anonymous"},
        ("planning:act", "plan submit", "POST"): {302: f"{KEEPER} anonymous"},
        ("planning:act", "plan drop", "GET"): {200: KEEPER},
        ("planning:act", "plan drop", "POST"): {422: KEEPER},
        ("planning:act", "plan approve", "POST"): {302: "police_head anonymous"},
        ("planning:act", "plan send back", "GET"): {200: "police_head"},
        ("planning:act", "plan send back", "POST"): {422: "police_head"},
        ("planning:act", "plan approved send back", "GET"): {409: "police_head"},
        ("planning:act", "plan nonsense", "GET"): {},
    }


def world(of):
    """One plan under way with a proposed visit, one submitted, one approved with housing's visit to the own firm."""
    under_way = plan(of)
    own = need(of, of.town.firm, kind=needs.STATUTORY)
    proposed = visit(of, of.town.firm, [own], plan=under_way, status=visits.PROPOSED, told_at=None, day=DAY)
    submitted = plan(of, status=stages.SUBMITTED, submitted_by=of.keeper_second)
    approved = plan(of, status=stages.APPROVED)
    others = visit(of, of.town.firm, [need(of, of.town.firm, kind=needs.CLUE)], plan=approved)
    number = under_way.number
    return {
        "plan under way": (number,),
        "plan approved": (approved.number,),
        "plan visit": (number, proposed.pk),
        "plan others visit": (number, others.pk),
        "plan compute": (number, "compute"),
        "plan submit": (number, "submit"),
        "plan drop": (number, "drop"),
        "plan approve": (submitted.number, "approve"),
        "plan send back": (submitted.number, "send_back"),
        "plan approved send back": (approved.number, "send_back"),
        "plan nonsense": (number, "nonsense"),
    }
