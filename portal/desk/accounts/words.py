"""What the events on accounts say on the administrator's pages."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.desk.accounts.flow.leaving import Work
from portal.people.models import Department, TaskGroup, User
from portal.people.roles import Role
from portal.trail.models import Event

SAYS = {
    "user.created": gettext_lazy("建立账号"),
    "user.edited": gettext_lazy("修改账号"),
    "user.password_reset": gettext_lazy("重置密码"),
    "user.password_changed": gettext_lazy("改了自己的密码"),
    "user.contact_changed": gettext_lazy("改了自己的联系方式"),
    "user.second_factor_set": gettext_lazy("设两步验证"),
    "user.second_factor_reset": gettext_lazy("重置两步验证"),
    "user.recovery_codes_renewed": gettext_lazy("换恢复码"),
    "user.unlocked": gettext_lazy("解除登录锁定"),
    "user.deactivated": gettext_lazy("停用账号"),
    "user.reactivated": gettext_lazy("重新启用账号"),
    "membership.granted": gettext_lazy("授予角色"),
    "membership.ended": gettext_lazy("结束角色"),
    "membership.duty_assigned": gettext_lazy("调整值班或联络"),
    "delegation.given": gettext_lazy("委托代理人"),
    "delegation.ended": gettext_lazy("结束委托"),
    "work.handed_over": gettext_lazy("移交在办事项"),
    "department.created": gettext_lazy("建立部门"),
    "department.edited": gettext_lazy("修改部门"),
    "task_group.created": gettext_lazy("建立工作组"),
    "task_group.edited": gettext_lazy("修改工作组"),
    "task_group.joined": gettext_lazy("加入工作组"),
    "task_group.left": gettext_lazy("退出工作组"),
}
MODELS = {"user": User, "department": Department, "task_group": TaskGroup}
PEOPLE = ("user", "deputy", "to")  # keys of `data` that hold a user's id


def told(events: Sequence[Event]) -> list[dict[str, object]]:
    """Each event as the page shows it: what, the detail, who, for whom (AB角), when. Two queries for all of them."""
    people = User.objects.in_bulk({event.data[key] for event in events for key in PEOPLE if event.data.get(key)})
    units = Department.objects.in_bulk({event.data["department"] for event in events if event.data.get("department")})
    return [
        {
            "what": SAYS.get(event.kind, event.kind),
            "detail": " ".join(_details(event.kind, event.data, people, units)),
            "by": event.actor,
            "principal": event.principal,
            "at": event.at,
        }
        for event in events
    ]


def _details(kind: str, data: dict[str, Any], people: dict[int, User], units: dict[int, Department]) -> list[str]:
    said = [units[data["department"]].short_name] if data.get("department") else []
    said += [str(Role(data["role"]).label)] if "role" in data else []
    said += [people[data[key]].name for key in PEOPLE if data.get(key)]
    if "fields" in data:
        model = MODELS[kind.partition(".")[0]]
        said.append(_("、").join(str(model._meta.get_field(name).verbose_name) for name in data["fields"]))
    if "tickets" in data:
        said.append(str(Work(data["tickets"], data["stewardships"], data.get("visits", 0))))
    return said
