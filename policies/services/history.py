"""What happened to an order, for whoever sees it: the trail's events in words (APP-19)."""

from django.utils.translation import gettext_noop

from requests.history import Happened
from requests.history import history as told

from ..models import ServiceOrder

SAID = {
    "service.ordered": gettext_noop("下单"),
    "service.taken": gettext_noop("接单"),
    "service.declined": gettext_noop("没有接单"),
    "service.finished": gettext_noop("服务完成"),
    "service.cancelled": gettext_noop("取消"),
    "service.rated": gettext_noop("企业评价"),
}


def history(order: ServiceOrder) -> list[Happened]:
    """The latest first; one query. Reminders are left out: firm and provider read this page too."""
    return told(order, SAID)
