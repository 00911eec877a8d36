from datetime import date, timedelta

from inspections.bookings import flow
from inspections.models import Booking
from tests.requests.factories import MONDAY

LATER = MONDAY + timedelta(hours=5)
FIRST, LAST = date(2026, 11, 16), date(2026, 11, 20)


def booked(of, *, firm=None, by=None, agency=None, at=MONDAY, **given):
    known = {
        "subject": of.subject(agency or of.housing),
        "milestone": "出口装运",
        "text": "二号仓库。",
        "first": FIRST,
        "last": LAST,
        "contact_name": "庄周",
        "contact_phone": "13800000009",
    }
    key = given.pop("key", None)
    asked = flow.Asked(**known | given)
    return flow.book(firm or of.town.firm, asked, by=by or of.enterprise_member, key=key, at=at)


def accepted(of, booking=None):
    return flow.accept(booking or booked(of), by=of.inspector, first=FIRST, last=LAST, at=LATER)


def fresh(booking):
    return Booking.objects.get(pk=booking.pk)
