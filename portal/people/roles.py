"""The roles of handbook §1: what a person may be, which of them belong to a department, and the three duties."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ENTERPRISE_MEMBER = "enterprise_member", _("企业用户")
    INTAKE_CLERK = "intake_clerk", _("接诉员")
    TRIAGER = "triager", _("研判员")
    HANDLER = "handler", _("承办人")
    DEPUTY_HEAD = "deputy_head", _("分管负责人")
    DEPARTMENT_HEAD = "department_head", _("部门主要负责人")
    REVISITOR = "revisitor", _("回访员")
    STEWARD = "steward", _("服务管家")
    PROJECT_ASSISTANT = "project_assistant", _("助企员")
    GRID_MEMBER = "grid_member", _("网格员")
    SUPERVISOR = "supervisor", _("督查员")
    CONGRESS_OBSERVER = "congress_observer", _("人大督查员")
    LEADER = "leader", _("镇领导")
    DATA_OFFICER = "data_officer", _("条线数据员")
    POLICY_OFFICER = "policy_officer", _("政策专员")
    INSPECTOR = "inspector", _("执法人员")
    EVALUATOR = "evaluator", _("第三方评价员")
    AUDITOR = "auditor", _("审计员")
    ADMINISTRATOR = "administrator", _("系统管理员")


OFFICIALS = frozenset(Role) - {Role.ENTERPRISE_MEMBER}

# Meaningless without a department: a membership in one of these must name it (also checked in the database).
DEPARTMENT_ROLES = frozenset(
    {
        Role.HANDLER,
        Role.DEPUTY_HEAD,
        Role.DEPARTMENT_HEAD,
        Role.DATA_OFFICER,
        Role.POLICY_OFFICER,
        Role.INSPECTOR,
    }
)


class Duty(models.TextChoices):
    """The three separate duties (三权分立, SEC-10): nobody may hold roles of two of them."""

    ADMINISTRATION = "administration", _("系统管理")
    AUDIT = "audit", _("审计")
    BUSINESS = "business", _("业务办理")


def duty_of(role: str) -> Duty:
    if role == Role.ADMINISTRATOR:
        return Duty.ADMINISTRATION
    if role == Role.AUDITOR:
        return Duty.AUDIT
    return Duty.BUSINESS
