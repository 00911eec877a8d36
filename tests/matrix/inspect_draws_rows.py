"""The rows of `test_urls` for draws and off-site comparison. A draw is public, its firms are not."""

from datetime import timedelta

from inspections.draws import flow
from inspections.draws.confirming import confirm
from tests.inspections.factories import need, subject
from tests.requests.factories import MONDAY

KNOWN_ON = MONDAY.date() + timedelta(days=1)
LATER = MONDAY + timedelta(days=2)
HOUSING = "inspector deputy_head department_head stand_in"
HEADS = "deputy_head department_head stand_in"
KEEPER = "keeper_inspector police_head"
FIRE = "fire_inspector fire_head"
OVERSEE = "supervisor leader"
NAMED = f"{HOUSING} {KEEPER} {OVERSEE}"  # who reads which firms are on housing's list


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    from tests.matrix.rows import EVERYBODY  # which asks for these rows

    everybody = f"{EVERYBODY} {KEEPER} {FIRE}"
    return {
        ("draws:draws", "", "GET"): {200: everybody},
        ("draws:draw", "draw", "GET"): {200: everybody},
        ("draws:draw", "unannounced draw", "GET"): {200: NAMED, 404: "anonymous"},
        ("draws:json", "draw", "GET"): {404: "anonymous"},  # before it is drawn it has a secret
        ("draws:csv", "draw", "GET"): {404: "anonymous"},
        ("draws:json", "draw confirmed", "GET"): {200: NAMED, 404: "anonymous"},
        ("draws:csv", "draw confirmed", "GET"): {200: NAMED, 404: "anonymous"},
        ("draws:json", "draw over", "GET"): {200: everybody},
        ("draws:csv", "draw over", "GET"): {200: everybody},
        ("draws:new", "", "GET"): {200: f"{HOUSING} {KEEPER} {FIRE}"},
        ("draws:new", "", "POST"): {422: f"{HOUSING} {KEEPER} {FIRE}"},
        ("draws:act", "draw draw", "GET"): {200: HOUSING},
        ("draws:act", "draw draw", "POST"): {422: HOUSING},
        ("draws:act", "draw confirm", "GET"): {409: HOUSING},
        ("draws:act", "draw drop", "GET"): {200: HEADS},
        ("draws:act", "draw drop", "POST"): {422: HEADS},
        ("draws:offsite", "", "GET"): {200: f"{NAMED} {FIRE}"},
        ("draws:settle", "", "POST"): {302: f"{HOUSING} {KEEPER} {FIRE} anonymous"},
        ("draws:settled", "settled need", "GET"): {200: f"{NAMED} enterprise_member member_official"},
    }


def world(of):
    """Draws of housing by a subject that concerns nobody but the foreign firm: with a list, confirmed, and over."""
    from inspections.models import Need, Settlement  # models only when the tests have begun

    asked = subject(of.housing)
    hidden = subject(of.housing, unannounced=True)

    def frozen(title, what, days):
        wanted = flow.Asked(title, [what], **days, basis="计划", source="彩票", known_on=KNOWN_ON, take=1)
        return flow.freeze(of.housing, wanted, by=of.inspector, at=MONDAY)

    window = {"first": MONDAY.date().replace(day=16), "last": MONDAY.date().replace(day=20)}
    later = {"first": MONDAY.date().replace(day=23), "last": MONDAY.date().replace(day=27)}
    listed, secret = frozen("一", asked, window), frozen("二", hidden, window)
    done, over = frozen("三", asked, later), frozen("四", asked, later)
    for one in (over, done):
        one = flow.draw(one, by=of.inspector, text="1", at=LATER)
        confirm(one, by=of.inspector, at=LATER)
        if one == over:
            Need.objects.filter(came_by="draw").update(status="done", ended_at=MONDAY)
    return {
        "draw": (listed.number,),
        "unannounced draw": (secret.number,),
        "draw confirmed": (done.number,),
        "draw over": (over.number,),
        "draw draw": (listed.number, "draw"),
        "draw confirm": (listed.number, "confirm"),
        "draw drop": (listed.number, "drop"),
        "settled need": (_settled(of, Settlement),),
    }


def _settled(of, settlement):
    """A need of the own firm that data settled."""
    from enterprises.criteria.flow import define
    from portal.people.actors import CLOCK

    own = need(of, of.town.firm, first=MONDAY.date().replace(day=2), status="settled", ended_at=MONDAY)
    criterion = define("settled-in-matrix", "数据办结", {"holds": "high_tech"}, by=CLOCK)
    settlement.objects.create(need=own, criterion=criterion.current, lines=[[0, True, "高企：符合"]], at=MONDAY)
    return own.number
