"""Who acts: a person, the clock that ends what nobody ended in time (timed verbs), or the holder of a one-time link."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from portal.people.models import User


class Clock:
    """The actor of timed verbs. It holds no role and has no row."""

    pk = None
    is_authenticated = False
    is_active = True
    name = _("系统")

    def __str__(self) -> str:
        return str(self.name)


CLOCK = Clock()


@dataclass(frozen=True)
class LinkHolder:
    """Whoever came by a one-time link sent to a telephone (APP-12): no account, no row; `link` says what it opens.

    In the trail his events have no actor and `role` in the place of a role.
    """

    link: Any
    role: ClassVar[str] = "link"
    name: ClassVar[Any] = _("来电人（一次性链接）")
    pk: ClassVar[None] = None
    is_authenticated: ClassVar[bool] = False
    is_active: ClassVar[bool] = True

    def __str__(self) -> str:
        return str(self.name)


Actor = User | Clock | LinkHolder


def person(by: Actor) -> User | None:
    """The account of whoever acts, for the columns that name one."""
    return None if isinstance(by, Clock | LinkHolder) else by
