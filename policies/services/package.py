"""一企一服务包 (POL-7): what the town has for one firm on one page, as far as the reader may see each part.

Every part goes through its own `visible_to`; confidential matters are in it for nobody, not even for who filed them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.keylists.standing import leader_contacts
from enterprises.models import Enterprise, Stewardship, firms_of
from enterprises.tags.showing import unsaid_to
from portal.people.models import Department, User
from portal.worktime.words import local_day
from requests import stages as loop
from requests.models import Ticket, TicketDeadline
from requests.views.mine import due_of

from ..amounts.combining import Limit, Offer, combine
from ..amounts.words import money
from ..claims import stages as claiming
from ..matching import matches
from ..matching.matches import Match, Verdict
from ..models import Claim, Exclusion, ServiceOrder
from .suggesting import Suggested, suggested

SHOWN = 30  # rows of one part; the rest is counted
ALMOST = 5


@dataclass(frozen=True)
class Contact:
    """Somebody of the town whom the firm may call, and as what."""

    name: str
    what: str
    phone: str = ""


@dataclass
class Package:
    """The parts, each ready to be drawn; empty lists where there is nothing the reader may see."""

    firm: Enterprise
    reader: User
    own: bool
    now: datetime
    fits: list[Match] = field(default_factory=list)
    almost: list[Match] = field(default_factory=list)
    unknown: int = 0
    rounds: list[Match] = field(default_factory=list)
    services: list[Suggested] = field(default_factory=list)
    orders: list[ServiceOrder] = field(default_factory=list)
    tickets: list[tuple[Ticket, TicketDeadline | None]] = field(default_factory=list)  # each with the limit told here
    claims: list[Claim] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    total: str = ""  # the most that what fits can bring, exclusions respected (POL-3); empty where no amount is known

    @property
    def shown(self) -> list[Match]:
        return self.fits[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.fits) - SHOWN)


def package_of(firm: Enterprise, reader: User, now: datetime) -> Package:
    """Everything on the page and in the booklet; the same queries whatever there is."""
    own = firm.pk in firms_of(reader)
    made = Package(firm, reader, own, now)
    found = matches.of_firm(firm, local_day(now), hidden=unsaid_to(reader, firm))
    made.fits = [match for match in found if match.verdict == Verdict.YES]
    made.total = _total(made.fits)
    made.almost = [match for match in found if match.verdict == Verdict.ALMOST and match.change][:ALMOST]
    made.unknown = sum(match.verdict == Verdict.UNKNOWN for match in found)
    made.claims = _claims(firm, reader)
    made.rounds = _rounds(found, made.claims)
    made.tickets = _tickets(firm, reader)
    made.services = suggested(firm, [ticket for ticket, _due in made.tickets], [*made.fits, *made.almost])
    made.orders = list(ServiceOrder.objects.visible_to(reader).filter(enterprise=firm).open().for_rows()[:SHOWN])
    made.contacts = _contacts(firm)
    return made


def _total(fits: list[Match]) -> str:
    """By the amounts the reader is told; one query, and none where there are none."""
    known = ((match.clause.pk, match.worked.amount) for match in fits if match.worked)
    offers = [Offer(key, amount) for key, amount in known if amount]
    rules = Exclusion.objects.filter(ended_at=None).prefetch_related("clauses") if offers else ()
    limits = [Limit(one.pk, frozenset(clause.pk for clause in one.clauses.all()), one.cap) for one in rules]
    return money(combine(offers, limits).total) if offers else ""


def _claims(firm: Enterprise, reader: User) -> list[Claim]:
    rows = Claim.objects.visible_to(reader).filter(enterprise=firm).exclude(status__in=claiming.ENDED)
    return list(rows.select_related("round__clause__version__policy").order_by("-created_at", "-pk")[:SHOWN])


def _rounds(found: list[Match], claims: list[Claim]) -> list[Match]:
    """Open now for a clause that fits, or may fit, and not claimed in; what closes first comes first."""
    claimed = {claim.round_id for claim in claims} | {m.round_id for m in found if _has_claimed(m)}
    may = (Verdict.YES, Verdict.UNKNOWN, Verdict.OPEN)
    offered = [m for m in found if m.round is not None and m.verdict in may and m.round.pk not in claimed]
    return sorted(offered, key=_closing)[:SHOWN]


def _has_claimed(match: Match) -> bool:
    """Also what is paid: of one round nothing comes twice."""
    claim, over = match.claim, (claiming.REJECTED, claiming.WITHDRAWN, claiming.LAPSED)
    return claim is not None and claim.round_id == match.round_id and claim.status not in over


def _closing(match: Match) -> tuple[bool, Any]:
    closes = match.round.closes_at if match.round else None
    return closes is None, closes.timestamp() if closes else 0


def _tickets(firm: Enterprise, reader: User) -> list[tuple[Ticket, TicketDeadline | None]]:
    """With the limit that the firm's own lists show, so that the package tells nobody more than they do."""
    rows = Ticket.objects.visible_to(reader).filter(enterprise=firm, confidential=False).exclude(status__in=loop.ENDED)
    rows = rows.for_rows().select_related("category", "lead_department").order_by("filed_at", "pk")
    return [(ticket, due_of(ticket)) for ticket in rows[:SHOWN]]


def _contacts(firm: Enterprise) -> list[Contact]:
    """The firm's stewards and leader contact, then the centre's number."""
    ties = Stewardship.objects.current().filter(enterprise=firm, user__is_active=True).select_related("user")
    found = [
        Contact(tie.user.name, str(tie.get_kind_display()), tie.user.phone) for tie in ties.order_by("-kind", "pk")
    ]
    leader = leader_contacts([firm.pk]).get(firm.pk)
    if leader is not None:
        found.append(Contact(leader.name, _("联系领导"), leader.phone))
    centre = Department.objects.filter(kind=Department.Kind.CENTRE, active=True).first()
    if centre is not None:
        found.append(Contact(centre.name, _("不知道找谁时"), centre.phone))
    return found
