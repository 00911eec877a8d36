"""What somebody owes by when: the obligations of handbook §3, and who can owe them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Obligation(TextChoices):
    """Codes of obligations; other apps may add their own, a code is only text to the tables."""

    FIRST_RESPONSE = "first_response", _("首次响应")  # SLA-10
    DISPATCH = "dispatch", _("转办")  # SLA-1
    SUPPLEMENT = "supplement", _("补正")  # APP-2
    ACCEPT = "accept", _("审核接收")  # SLA-2
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


SEVERAL = ("instruction",)  # of these a department may owe several for one subject at once
# What supervision asks for beside the subject's own course (APP-21, SLA-9): it makes nothing late, and no firm sees it.
ASIDE = ("instruction", "progress")


class ObligorKind(TextChoices):
    """Who owes; each kind has its own ladder (DL-4)."""

    DEPARTMENT = "department", _("责任单位")
    CENTRE = "centre", _("服务中心")
    ENTERPRISE = "enterprise", _("企业")
