"""What happened to a need, for whoever sees it: the trail's events in words (APP-19)."""

from django.utils.translation import gettext_noop

from requests.history import Happened
from requests.history import history as told

from ..models import Need

SAID = {
    "need.entered": gettext_noop("提出"),
    "need.edited": gettext_noop("修改"),
    "need.withdrawn": gettext_noop("撤回"),
    "need.settled": gettext_noop("数据比对办结，不上门"),
    "need.planned": gettext_noop("排进检查计划"),
    "need.put_back": gettext_noop("检查没有实施，重新等待安排"),
    "need.carried_out": gettext_noop("完成检查"),
    "need.barred": gettext_noop("企业列入白名单，撤下"),
    "need.lapsed": gettext_noop("过期未查"),
}


def history(need: Need) -> list[Happened]:
    """The latest first; one query."""
    return told(need, SAID)
