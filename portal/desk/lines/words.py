"""What the pages on line systems call the events."""

from django.utils.translation import gettext_lazy, pgettext_lazy

EVENTS = {
    "ticket.filed": pgettext_lazy("诉求", "已提交"),
    "ticket.registered": gettext_lazy("已登记"),
    "ticket.accepted": gettext_lazy("已受理"),
    "ticket.supplement_asked": gettext_lazy("要补正"),
    "ticket.supplemented": gettext_lazy("已补正"),
    "ticket.supplement_lapsed": gettext_lazy("逾期未补正"),
    "ticket.rejected": gettext_lazy("不予受理"),
    "ticket.withdrawn": gettext_lazy("已撤回"),
    "ticket.dispatched": gettext_lazy("已转交"),
    "ticket.taken": gettext_lazy("已签收"),
    "ticket.review_asked": gettext_lazy("企业申请复核"),
    "ticket.review_upheld": gettext_lazy("复核维持不予受理"),
    "ticket.review_overturned": gettext_lazy("复核改为受理"),
    "ticket.answered": gettext_lazy("已答复"),
    "ticket.confirmed": gettext_lazy("企业已确认"),
    "ticket.disputed": gettext_lazy("企业有异议"),
    "ticket.left_unanswered": gettext_lazy("企业没有回应"),
    "ticket.assigned_again": gettext_lazy("二次交办"),
    "ticket.ordered": gettext_lazy("督查督办"),
    "ticket.replied": gettext_lazy("有新回复"),
    "ticket.urged": gettext_lazy("有催办"),
    "ticket.closed": gettext_lazy("已办结"),
    "ticket.written_back": gettext_lazy("给热线的答复"),
}
SAYS = {
    "line.connected": gettext_lazy("建立"),
    "line.edited": gettext_lazy("修改"),
    "line.bound": gettext_lazy("指定推送数据的条线"),
    "line.agencies_bound": gettext_lazy("指定报检查需求的执法部门"),
    "line.rotated": gettext_lazy("更换令牌"),
    "line.revoked": pgettext_lazy("经过", "停用"),
}


def event_name(kind: str) -> str:
    return str(EVENTS.get(kind, kind))
