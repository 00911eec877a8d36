"""Who acts: a person, or the clock that ends what nobody ended in time (timed verbs)."""

from django.utils.translation import gettext_lazy as _

from portal.people.models import User


class Clock:
    """The actor of timed verbs. It holds no role and has no row."""

    pk = None
    is_authenticated = False
    is_active = True
    name = _("系统时钟")

    def __str__(self) -> str:
        return str(self.name)


CLOCK = Clock()

Actor = User | Clock
