"""What happened to a booking, for whoever sees it: the trail's events in words (APP-19)."""

from django.utils.translation import gettext_noop

from requests.history import Happened
from requests.history import history as told

from ..models import Booking

SAID = {
    "booking.made": gettext_noop("预约"),
    "booking.accepted": gettext_noop("接受"),
    "booking.declined": gettext_noop("没有接受"),
    "booking.withdrawn": gettext_noop("取消"),
    "booking.called_off": gettext_noop("取消安排"),
}


def history(booking: Booking) -> list[Happened]:
    """The latest first; one query."""
    return told(booking, SAID)
