"""The rows of `test_urls` for checks that firms book themselves."""

from tests.inspections.bookings.conftest import booked

FIRM = "enterprise_member member_official"
TIES = "steward project_assistant"
HOUSING = "inspector deputy_head department_head stand_in"
KEEPER = "keeper_inspector police_head"
FIRE = "fire_inspector fire_head"
OVERSEE = "supervisor leader"
OFFICE = f"{HOUSING} {KEEPER} {FIRE} {OVERSEE}"
BOOKS = f"{FIRM} other_member {TIES}"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    return {
        ("bookings:bookings", "", "GET"): {200: f"{OFFICE} {BOOKS}"},
        ("bookings:export", "", "GET"): {200: OFFICE},
        ("bookings:new", "", "GET"): {200: BOOKS},
        ("bookings:new", "", "POST"): {422: BOOKS},
        ("bookings:booking", "booking", "GET"): {200: f"{FIRM} {TIES} {HOUSING} {OVERSEE}"},
        ("bookings:booking", "foreign booking", "GET"): {200: f"other_member {FIRE} {OVERSEE}"},
        ("bookings:act", "booking accept", "GET"): {200: HOUSING},
        ("bookings:act", "booking accept", "POST"): {422: HOUSING},
        ("bookings:act", "booking decline", "POST"): {422: HOUSING},
        ("bookings:act", "booking withdraw", "GET"): {200: f"{FIRM} {TIES}"},
        ("bookings:act", "booking withdraw", "POST"): {422: f"{FIRM} {TIES}"},
        ("bookings:act", "booking call off", "GET"): {409: HOUSING},
        ("bookings:act", "foreign booking accept", "GET"): {200: FIRE},
    }


def world(of):
    """The own firm's with housing, the foreign firm's with the fire station."""
    own = booked(of)
    foreign = booked(of, firm=of.town.foreign_firm, by=of.other_member, agency=of.fire)
    acts = {f"booking {verb.replace('_', ' ')}": (own.number, verb) for verb in ("accept", "decline", "withdraw")}
    return acts | {
        "booking": (own.number,),
        "foreign booking": (foreign.number,),
        "booking call off": (own.number, "call_off"),
        "foreign booking accept": (foreign.number, "accept"),
    }
