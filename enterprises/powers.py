"""What an official may do with a firm; flow refuses by it and pages show only what it allows."""

from dataclasses import dataclass
from datetime import datetime

from portal.people.models import User
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role

from .models import Enterprise

MANAGES_FIRMS = (Role.INTAKE_CLERK, Role.SUPERVISOR)
RENAMES_FIRMS = (*MANAGES_FIRMS, Role.DATA_OFFICER)
CALLS_FIRMS = (*MANAGES_FIRMS, Role.REVISITOR)
FILES_FOR_FIRMS = (Role.STEWARD, Role.PROJECT_ASSISTANT)
OWN_FIRM = (*FILES_FOR_FIRMS, Role.GRID_MEMBER)
HANDS_OVER = (Role.ADMINISTRATOR, *MANAGES_FIRMS)


@dataclass(frozen=True)
class Powers:
    people: bool = False  # add and end the firm's people
    stewards: bool = False  # name and change stewards
    rename: bool = False
    files: bool = False  # file a matter on its behalf
    phones: bool = False  # see whole numbers (SEC-3: the task needs them); each look is recorded
    grant: Grant | None = None  # the right he acts by: for the trail, which says for whom a deputy acts


def powers_over(enterprise: Enterprise, user: User, at: datetime | None = None) -> Powers:
    """The powers of `user` over this firm: stewards and grid members over their own firms, its own people none."""
    rights = rights_of(user, at)
    manages = rights.has(*MANAGES_FIRMS)
    stewarded = rights.has(*FILES_FOR_FIRMS) and _stewarded(user, enterprise, at)
    own = not manages and (stewarded or (rights.has(Role.GRID_MEMBER) and _placed(user, enterprise, at)))
    return Powers(
        people=manages or own,
        stewards=manages,
        rename=rights.has(*RENAMES_FIRMS),
        files=stewarded,
        phones=own or rights.has(*CALLS_FIRMS),
        grant=next(filter(None, map(rights.grant, (*RENAMES_FIRMS, *(OWN_FIRM if own else ()), *CALLS_FIRMS))), None),
    )


def _stewarded(user: User, enterprise: Enterprise, at: datetime | None) -> bool:
    return Enterprise.objects.filter(pk=enterprise.pk).stewarded_by(user, at).exists()


def _placed(user: User, enterprise: Enterprise, at: datetime | None) -> bool:
    return Enterprise.objects.filter(pk=enterprise.pk).placed_under(user, at).exists()
