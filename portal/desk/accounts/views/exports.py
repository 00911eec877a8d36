"""The administrator's lists as Excel files: what the page shows, numbers masked as there (SEC-3, SEC-6)."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.desk.accounts.views.common import administrators
from portal.desk.accounts.views.units import departments_listed, groups_listed
from portal.desk.accounts.views.users import listed
from portal.people.masks import mask_phone
from portal.people.models import Department, Membership, TaskGroup, User
from portal.worktime import clock


@administrators
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    columns = [_("姓名"), _("职务"), _("用户名"), _("角色和部门"), _("手机号"), _("上次登录"), _("状态")]
    chosen = listed(request)
    rows = (
        [
            person.name,
            person.position,
            person.username,
            _("、").join(_role(held) for held in person.held),
            mask_phone(person.mobile),
            person.last_login,
            _("在用") if person.is_active else _("已停用"),
        ]
        for person in chosen.qs.iterator(chunk_size=1000)
    )
    given = {name: request.GET[name] for name in chosen.filters if request.GET.get(name)}
    filters = {name: "…" if name == "q" else value for name, value in given.items()}
    return workbook(_("用户"), columns, rows, by=request.user, at=clock.now(), of=User, filters=filters)


def _role(held: Membership) -> str:
    return f"{held.department.short_name} {held.get_role_display()}" if held.department else held.get_role_display()


@administrators
@require_safe
def departments(request: HttpRequest) -> HttpResponse:
    columns = [_("名称"), _("类别"), _("主要负责人"), _("联络人"), _("分管镇领导"), _("人数"), _("状态")]
    rows = (
        [
            "　" * row.depth + row.name,
            row.get_kind_display(),
            _names(row.heads),
            _names(row.liaisons),
            row.leader_in_charge.name if row.leader_in_charge else "",
            row.staff,
            _("在用") if row.active else _("已停用"),
        ]
        for row in departments_listed()
    )
    return workbook(pgettext("名录", "部门"), columns, rows, by=request.user, at=clock.now(), of=Department)


@administrators
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    columns = [_("名称"), _("类别"), _("组长"), _("人数"), _("状态")]
    rows = (
        [
            row.name,
            row.get_kind_display(),
            _names(row.heads),
            len(row.now),
            _("在用") if row.active else _("已停用"),
        ]
        for row in groups_listed()
    )
    return workbook(_("工作组"), columns, rows, by=request.user, at=clock.now(), of=TaskGroup)


def _names(people: Iterable[Any]) -> str:
    return _("、").join(person.name for person in people)
