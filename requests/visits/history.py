"""What happened to a visit, for officials who see it: the trail's events in words (APP-19)."""

from django.utils.translation import gettext_noop

from requests.history import Happened
from requests.history import history as told
from requests.models import Visit

SAID = {
    "visit.recorded": gettext_noop("记录走访"),
    "visit.not_reached": gettext_noop("去了，没有见到"),
    "visit.moved": gettext_noop("改期"),
    "visit.reassigned": gettext_noop("换人走访"),
    "visit.handed_over": gettext_noop("离岗移交"),
    "visit.cancelled": gettext_noop("取消"),
    "visit.answered": gettext_noop("企业答复"),
    "deadline.rung": gettext_noop("时限提醒"),
}


def history(visit: Visit) -> list[Happened]:
    """The latest first; one query."""
    return told(visit, SAID)
