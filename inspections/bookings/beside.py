"""On the page of a firm's inspections: what it booked, and what data settled without a visit (INS-5, INS-11)."""

from __future__ import annotations

from enterprises.models import Enterprise, firms_of
from portal.people.models import User

from ..models import Booking, Settlement
from ..visits.beside import Section, of_firm

LATEST = 5


@of_firm(order=60)
def booked(firm: Enterprise, user: User) -> Section | None:
    """The latest of each that the reader sees; the firm itself may book from here."""
    bookings = list(Booking.objects.visible_to(user).filter(enterprise=firm).for_rows()[:LATEST])
    seen = Settlement.objects.visible_to(user).filter(need__enterprise=firm)
    settled = list(seen.select_related("need__subject", "need__agency__department")[:LATEST])
    own = firm.pk in firms_of(user)
    if not (bookings or settled or own):
        return None
    return Section("bookings/of_firm.html", {"bookings": bookings, "settled": settled, "own": own, "firm": firm})
