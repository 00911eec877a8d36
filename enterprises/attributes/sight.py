"""Which values of a firm a person may read (SEC-11). Criteria use all of them, whoever asks."""

from datetime import datetime

from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..models import Enterprise, firms_of, lines_of
from .catalogue import TOWN, Attribute, Catalogue, Sensitivity

FEW = 5  # of fewer firms neither a value nor a count is told: it could be told whose it is
SEES_LINES = (Role.LEADER, Role.SUPERVISOR)


def hidden_from(
    user: User,
    firm: Enterprise | None = None,
    *,
    catalogue: Catalogue = TOWN,
    at: datetime | None = None,
    serves: bool | None = None,
) -> frozenset[str]:
    """The attributes whose values stay unsaid to an official: of this firm, or of firms in general.

    What is open all read; what belongs to a line its data officers, the firm's stewards and leaders; what is closed
    the owning line alone. From a firm's own people nothing of it is hidden. `serves`: whether he is its steward,
    where that was asked before.
    """
    if firm is not None and firm.pk in firms_of(user, at):
        return frozenset()
    lines, rights = set(lines_of(user, at).values_list("name", flat=True)), rights_of(user, at)
    if serves is None:
        serves = firm is not None and not rights.has(*SEES_LINES) and _stewards(user, firm, at)
    sees_lines = serves or rights.has(*SEES_LINES)
    return frozenset(one.code for one in catalogue if not _sees(one, lines, sees_lines))


def closed_to(user: User, *, catalogue: Catalogue = TOWN, at: datetime | None = None) -> frozenset[str]:
    """Those among them that are closed: what decides by one must not let its value be found by trying."""
    hidden = hidden_from(user, catalogue=catalogue, at=at)
    return frozenset(code for code in hidden if catalogue[code].sensitivity == Sensitivity.CLOSED)


def _sees(attribute: Attribute, lines: set[str], sees_lines: bool) -> bool:
    if attribute.sensitivity == Sensitivity.OPEN or attribute.source in lines:
        return True
    return attribute.sensitivity == Sensitivity.LINE and sees_lines


def _stewards(user: User, firm: Enterprise, at: datetime | None) -> bool:
    return Enterprise.objects.filter(pk=firm.pk).stewarded_by(user, at).exists()
