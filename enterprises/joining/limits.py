"""How often strangers may ask: for codes by text message, which cost money, and for firms by their code."""

from django.http import HttpRequest

from portal.people.lockout import client_address, tries

HOUR = 3600


def within(name: str, most: int, seconds: int) -> bool:
    """Counts one more; False from the time on that there were more than `most` since the first of them."""
    return tries(f"joining:{name}", seconds) <= most


def may_send_code(request: HttpRequest, mobile: str) -> bool:
    """One a minute and five an hour for a number, thirty an hour for an address (an office shares one)."""
    return (
        within(f"just:{mobile}", 1, 60)
        and within(f"number:{mobile}", 5, HOUR)
        and within(f"address:{client_address(request)}", 30, HOUR)
    )


def may_look_up(request: HttpRequest) -> bool:
    return within(f"look:{client_address(request)}", 60, 10 * 60)


def may_ask(request: HttpRequest) -> bool:
    """Requests and accounts from one address."""
    return within(f"ask:{client_address(request)}", 30, HOUR)
