"""What happened to a plan, in words (APP-19)."""

from django.utils.translation import gettext_noop

from requests.history import Happened
from requests.history import history as told

from ..models import Plan

SAID = {
    "inspection_plan.created": gettext_noop("编制计划"),
    "inspection_plan.taken_in": gettext_noop("补入需求"),
    "inspection_plan.taken_out": gettext_noop("移出需求"),
    "inspection_plan.asked": gettext_noop("开始计算"),
    "inspection_plan.settled_for": gettext_noop("采用现有方案"),
    "inspection_plan.stopped": gettext_noop("停止计算"),
    "inspection_plan.computed": gettext_noop("算出方案"),
    "inspection_plan.adjusted": gettext_noop("手工调整"),
    "inspection_plan.locked": gettext_noop("固定检查"),
    "inspection_plan.unlocked": gettext_noop("取消固定"),
    "inspection_plan.submitted": gettext_noop("送审"),
    "inspection_plan.sent_back": gettext_noop("退回修改"),
    "inspection_plan.approved": gettext_noop("批准"),
    "inspection_plan.dropped": gettext_noop("作废"),
}
OFTEN = ("inspection_plan.adjusted", "inspection_plan.locked", "inspection_plan.unlocked")


def history(plan: Plan) -> list[Happened]:
    """The latest first, one query; what is done dozens of times stands once for each run of it."""
    said = told(plan, SAID)
    words = {str(one) for one in (SAID[kind] for kind in OFTEN)}
    return [
        one
        for n, one in enumerate(said)
        if n == 0 or one.what not in words or (said[n - 1].what, said[n - 1].who) != (one.what, one.who)
    ]
