"""The demo's sign-ins: one user per role, named like the role's identifier, and the lobby's screen.

They exist only where DEMO is set.
"""

from django.conf import settings

from portal.people.models import User
from portal.people.roles import Role

DEMO_PASSWORD = "shaxi-demo-2026"
DEMO_BOARD = "/board/?key=shaxi-demo-2026-the-board-in-the-lobby-hall"  # what the lobby's screen opens


def demo_roles() -> list[Role]:
    """The roles one can sign in as, in the order of the handbook; none outside the demo."""
    if not settings.DEMO:
        return []
    there = set(User.objects.active().filter(username__in=Role.values).values_list("username", flat=True))
    return [role for role in Role if role in there]
