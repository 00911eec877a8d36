"""What happened to a draw: the trail's events in words (APP-19)."""

from django.utils.translation import gettext_noop

from requests.history import Happened
from requests.history import history as told

from ..models import Draw

SAID = {
    "draw.frozen": gettext_noop("固定名单"),
    "draw.drawn": gettext_noop("抽取"),
    "draw.confirmed": gettext_noop("生成检查需求"),
    "draw.dropped": gettext_noop("作废"),
    "draw.exported": gettext_noop("下载有企业名称的记录"),
}


def history(draw: Draw) -> list[Happened]:
    """The latest first; one query."""
    return told(draw, SAID)
