"""Which resources a person may read, of one firm or of firms in general (SEC-11). Criteria use all, whoever asks."""

from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AnonymousUser

from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..measures import Sensitivity
from ..models import READS_EVERY_FIRM, Enterprise, Resource, firms_of, lines_of

SEES_LINES = (Role.LEADER, Role.SUPERVISOR)


class Sight:
    """What one person sees: open all officials; a line's its data officers, the firm's stewards, leaders and
    supervisors; closed the line's data officers alone. A firm's own people see all of their firm.
    """

    def __init__(
        self,
        user: User | AnonymousUser,
        firm: Enterprise | None = None,
        at: datetime | None = None,
        *,
        serves: bool | None = None,
    ) -> None:
        """`serves`: whether he is the firm's steward, where that was asked before."""
        self.user, self.firm, self.at, self.serves = user, firm, at, serves
        self.rights = rights_of(user, at)

    def sees(self, resource: Resource) -> bool:
        """Whether he reads its values; three queries for any number of resources."""
        if self.is_own:
            return True
        if not self.rights.has(*READS_EVERY_FIRM) or self.rights.is_outside:
            return False
        if resource.sensitivity == Sensitivity.OPEN or resource.pk in self.of_his_lines:
            return True
        return resource.sensitivity == Sensitivity.LINE and self.sees_lines

    @cached_property
    def is_own(self) -> bool:
        return self.firm is not None and self.firm.pk in firms_of(self.user, self.at)

    @cached_property
    def of_his_lines(self) -> frozenset[int]:
        """The resources that his lines own or supply."""
        if not self.rights.has(Role.DATA_OFFICER):
            return frozenset()
        lines = lines_of(self.user, self.at)
        owned = Resource.objects.filter(line__in=lines).order_by().values_list("pk", flat=True)
        supplied = Resource.suppliers.through.objects.filter(line__in=lines).values_list("resource", flat=True)
        return frozenset(owned.union(supplied))

    @cached_property
    def sees_lines(self) -> bool:
        if self.rights.has(*SEES_LINES):
            return True
        if self.serves is not None:
            return self.serves
        if self.firm is None or not isinstance(self.user, User):
            return False
        return Enterprise.objects.filter(pk=self.firm.pk).stewarded_by(self.user, self.at).exists()
