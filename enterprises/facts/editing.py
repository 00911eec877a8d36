"""The verbs on a resource's description (ENT-2 ⚙): by the centre's data officer or a supervisor, each an event.

Columns are appended and never change their place, kind or unit: what is on file is kept by them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail.entries import record
from portal.worktime import clock

from ..measures import Kind, Sensitivity
from ..models import Line, Resource, ResourceColumn

CENTRE = "centre"  # the line of the centre itself
MEASURED = ("unit", "scale", "display", "factor", "decimals")


def grant_to_edit(user: User, at: datetime | None = None) -> Grant | None:
    rights = rights_of(user, at)
    departments = Line.objects.filter(code=CENTRE).exclude(department=None).values_list("department", flat=True)
    own = (rights.grant(Role.DATA_OFFICER, department) for department in departments)
    return rights.grant(Role.SUPERVISOR) or next(filter(None, own), None)


@transaction.atomic
def edit(
    resource: Resource, *, suppliers: Iterable[Line], by: User, at: datetime | None = None, **changed: Any
) -> Resource:
    """Name, English name, days until stale, sensitivity, and who else delivers; the event says what was before."""
    grant, at, resource = _demand_right(by, at), at or clock.now(), _locked(resource)
    _demand(changed["sensitivity"] in list(Sensitivity), _("没有这种敏感程度"), "sensitivity")
    _demand(bool(changed["name"].strip()), _("请填写名称"), "name")
    taken = Resource.objects.filter(name=changed["name"].strip()).exclude(pk=resource.pk)
    _demand(not taken.exists(), _("已有同名的资源"), "name")
    before = {name: getattr(resource, name) for name in changed if getattr(resource, name) != changed[name]}
    had, lines = set(resource.suppliers.all()), set(suppliers) - {resource.line}
    if had != lines:
        before["suppliers"] = sorted(line.pk for line in had)
    if not before:
        return resource
    for name, value in changed.items():
        setattr(resource, name, value)
    resource.save(update_fields=list(changed))
    resource.suppliers.set(lines)
    record("resource.edited", resource, by=by, at=at, grant=grant, data={"before": before})
    return resource


@transaction.atomic
def add_column(
    resource: Resource,
    *,
    name: str,
    kind: str,
    by: User,
    name_en: str = "",
    like: ResourceColumn | None = None,
    choices: Iterable[str] = (),
    at: datetime | None = None,
) -> ResourceColumn:
    """A further column in the next place. A number is measured like an existing column; choices rise in their order."""
    grant, at, resource = _demand_right(by, at), at or clock.now(), _locked(resource)
    _demand(bool(name.strip()), _("请填写名称"), "name")
    _demand(not resource.columns.filter(name=name.strip()).exists(), _("已有这一项"), "name")
    place = (resource.columns.aggregate(last=Max("place"))["last"] or 0) + 1
    words = [word.strip() for word in choices if word.strip()]
    measured = {field: getattr(like, field) for field in MEASURED} if like and kind == Kind.NUMBER else {}
    _demand(kind != Kind.NUMBER or bool(measured), _("请选单位"), "like")
    _demand(kind != Kind.CHOICE or len(words) > 1, _("至少写两个选项，一行一个"), "choices")
    _demand(not any(sign in word for word in words for sign in ":|"), _("选项里不能有冒号和竖线"), "choices")
    column = ResourceColumn.objects.create(
        resource=resource,
        place=place,
        code=f"column_{place}",
        name=name.strip(),
        name_en=name_en.strip(),
        kind=kind,
        choices="|".join(f"{word}:{word}:" for word in words) if kind == Kind.CHOICE else "",
        **measured,
    )
    record("resource.column_added", resource, by=by, at=at, grant=grant, data={"column": column.pk})
    return column


@transaction.atomic
def retire(resource: Resource, *, by: User, at: datetime | None = None) -> Resource:
    """Nothing is delivered any more; what is on file stays."""
    grant, at, resource = _demand_right(by, at), at or clock.now(), _locked(resource)
    _demand(resource.retired_at is None, _("这个资源已经停用"))
    resource.retired_at = at
    resource.save(update_fields=["retired_at"])
    record("resource.retired", resource, by=by, at=at, grant=grant)
    return resource


def _locked(resource: Resource) -> Resource:
    return Resource.objects.select_for_update(of=("self",), no_key=True).select_related("line").get(pk=resource.pk)


def _demand_right(by: User, at: datetime | None) -> Grant:
    grant = grant_to_edit(by, at)
    if grant is None:
        raise Refused(_("只有企服中心的数据员和督查员可以修改资源"))
    return grant


def _demand(holds: bool, sentence: str, field: str | None = None) -> None:
    if not holds:
        raise Refused(sentence, field)
