"""What somebody owes by when: the obligations of handbook §3, and who can owe them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Obligation(TextChoices):
    """Codes of obligations; other apps may add their own, a code is only text to the tables."""

    FIRST_RESPONSE = "first_response", _("首次响应")  # SLA-10
    DISPATCH = "dispatch", _("转办")  # SLA-1
    SUPPLEMENT = "supplement", _("补正")  # APP-2
    ACCEPT = "accept", _("审核接收")  # SLA-2
    CO_ACCEPT = "co_accept", _("协办签收")  # SLA-2, of a co-handling department
    HANDLE = "handle", _("办理")  # SLA-3, 4, 5
    CO_HANDLE = "co_handle", _("协办")  # SLA-16
    CONTACT = "contact", _("联系企业")  # APP-21
    RETURN = "return", _("裁定退回")  # SLA-6
    DECIDE = "decide", _("审批延期或挂起")  # SLA-14
    SIGN_OFF = "sign_off", _("签发")  # APP-11
    CONFIRM = "confirm", _("确认结果")  # SLA-7
    REVISIT = "revisit", _("回访")  # SLA-11
    REWORK = "rework", _("重新办理")  # SLA-12
    SECOND = "second", _("二次交办")  # SLA-8
    WRITTEN_REPLY = "written_reply", _("书面答复")  # SLA-8
    ORDER = "order", _("督办")  # SLA-13
    REVIEW = "review", _("复核不予受理")  # SLA-13
    PROGRESS = "progress", _("报告进展")  # SLA-9
    MEDIATION = "mediation", _("调解")  # SLA-15
    INSTRUCTION = "instruction", _("落实批示")  # APP-21
    OUTER = "outer", _("热线办结并写回")  # APP-1
    VISIT = "visit", _("走访企业")  # ENT-10
    CLAIM_CONFIRM = "claim_confirm", _("确认免申即享")  # POL-5
    CLAIM_ACCEPT = "claim_accept", _("受理申报")
    CLAIM_SUPPLEMENT = "claim_supplement", _("补正申报材料")
    CLAIM_REVIEW = "claim_review", _("联合审查")
    CLAIM_APPROVE = "claim_approve", _("审批申报")
    CLAIM_PUBLISH = "claim_publish", _("发布公示")
    CLAIM_OBJECTION = "claim_objection", _("处理公示异议")
    CLAIM_PAY = "claim_pay", _("兑付资金")
    SERVICE_TAKE = "service_take", _("接单")  # POL-7
    WHITELIST_REVIEW = "whitelist_review", _("联合审查白名单")  # INS-1
    WHITELIST_APPROVE = "whitelist_approve", _("审批白名单")
    WHITELIST_APPEAL = "whitelist_appeal", _("处理移出申诉")
    PLAN_APPROVE = "plan_approve", _("审批检查计划")  # INS-4
    VISIT_RECORD = "visit_record", _("补齐检查记录")  # INS-6
    CODELESS = "codeless", _("核查无码检查")  # INS-6
    RECTIFY = "rectify", _("整改")  # INS-7
    RECHECK = "recheck", _("复查整改")  # INS-7
    BOOKING = "booking", _("答复检查预约")  # INS-11
    # No clocks of their own: what an administrator sets beside the limits.
    EXTENSION = "extension", _("延期次数")  # APP-10
    LOOK_AGAIN = "look_again", _("历史疑难件再看")  # APP-15


LABELS = dict(Obligation.choices)  # looked up for every row of a list
SEVERAL = ("instruction",)  # of these a department may owe several for one subject at once
# What is asked for beside the subject's own course, by supervision, a hotline or somebody who wants more time (APP-21,
# SLA-9, APP-1, SLA-14): it makes nothing late, and no firm sees it.
ASIDE = ("instruction", "progress", "decide", "outer")


class ObligorKind(TextChoices):
    """Who owes; each kind has its own ladder (DL-4)."""

    DEPARTMENT = "department", _("责任单位")
    CENTRE = "centre", _("服务中心")
    ENTERPRISE = "enterprise", _("企业")
    VISITOR = "visitor", _("走访人")
    INSPECTED = "inspected", _("受检企业")  # its clocks escalate, a firm’s own do not
