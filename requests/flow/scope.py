"""The acceptance and non-acceptance lists, edited by administrators (APP-6).

An item named by a rejection keeps its meaning: other words are a new item that takes its place. None is deleted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal import trail
from portal.people.models import User
from portal.people.refusal import one_line, required
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests.flow.core import Refused
from requests.models import ListItem

WORDS = ("text", "text_en")  # what an item says; where to go instead may change, each rejection has its own copy
LISTS = 0x5348_4C53  # the advisory lock of whoever edits them: codes and positions are given one after the other


@transaction.atomic
def add_item(*, by: User, accepted: bool, at: datetime | None = None, **said: str) -> ListItem:
    """A new item at the end of its list; its code is the next one, `A6` or `N6`."""
    grant, at = _begin(by, at)
    item = ListItem(accepted=accepted, code=_next_code(accepted), position=_last(accepted) + 1, **_clean(said))
    _demand_new(item)
    item.save()
    _record("list_item.added", item, by, at, grant)
    return item


@transaction.atomic
def change_item(item: ListItem, *, by: User, at: datetime | None = None, **said: str) -> ListItem:
    """Changes its words; where a rejection names it, a new item with a code of its own takes its place."""
    grant, at = _begin(by, at)
    item = _active(item)
    former = {field: getattr(item, field) for field in said}
    for field, text in _clean(said).items():
        setattr(item, field, text)
    changed = {field for field in former if getattr(item, field) != former[field]}
    if not changed:
        return item
    _demand_new(item)
    if changed & set(WORDS) and item.is_used:
        return _replaced(item, by, at, grant)
    item.save()
    _record("list_item.changed", item, by, at, grant, changed=sorted(changed))
    return item


@transaction.atomic
def retire_item(item: ListItem, *, by: User, at: datetime | None = None) -> ListItem:
    """It can be named no more; what was rejected by it still says so."""
    grant, at = _begin(by, at)
    item = _active(item)
    if not item.accepted and not ListItem.objects.filter(accepted=False, active=True).exclude(pk=item.pk).exists():
        raise Refused(_("不予受理清单至少要有一项，先加新的再停用这一项。"))
    item.active = False
    item.save()
    _record("list_item.retired", item, by, at, grant)
    return item


@transaction.atomic
def move_item(item: ListItem, *, by: User, up: bool, at: datetime | None = None) -> ListItem:
    """One place up or down in its list; at the end of it nothing happens."""
    grant, at = _begin(by, at)
    item = _active(item)
    rows = list(ListItem.objects.filter(accepted=item.accepted, active=True))
    index = rows.index(item)
    other = index - 1 if up else index + 1
    if not 0 <= other < len(rows):
        return item
    rows[index], rows[other] = rows[other], rows[index]
    _number(rows)
    _record("list_item.moved", item, by, at, grant, up=up)
    return rows[other]


def _begin(by: User, at: datetime | None) -> tuple[Grant, datetime]:
    grant = rights_of(by, at).grant(Role.ADMINISTRATOR)
    if grant is None:
        raise Refused(_("受理范围由系统管理员维护。"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LISTS])
    return grant, at or clock.now()


def _active(item: ListItem) -> ListItem:
    item = ListItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    if not item.active:
        raise Refused(_("这一项已经停用，不能再改。"))
    return item


def _clean(said: dict[str, str]) -> dict[str, str]:
    cleaned = {field: one_line(text) for field, text in said.items()}
    if "text" in cleaned:
        required(cleaned["text"], _("请写这一项说的是什么。"), "text")
    return cleaned


def _demand_new(item: ListItem) -> None:
    same = ListItem.objects.filter(accepted=item.accepted, active=True, text=item.text).exclude(pk=item.pk)
    if same.exists():
        raise Refused(_("清单里已经有这一项。"), "text")


def _replaced(item: ListItem, by: User, at: datetime, grant: Grant) -> ListItem:
    """The changed words as a new row; the old row keeps its own."""
    _number(list(ListItem.objects.filter(accepted=item.accepted, active=True)))
    old = ListItem.objects.get(pk=item.pk)
    fields: dict[str, Any] = {field: getattr(item, field) for field in (*WORDS, "go_to", "go_to_en", "accepted")}
    made = ListItem.objects.create(code=_next_code(item.accepted), position=old.position, **fields)
    old.active, old.replaced_by = False, made
    old.save()
    _record("list_item.replaced", old, by, at, grant, after=made.code)
    return made


def _number(rows: list[ListItem]) -> None:
    for position, row in enumerate(rows, 1):
        row.position = position
    ListItem.objects.bulk_update(rows, ["position"])


def _next_code(accepted: bool) -> str:
    letter = "A" if accepted else "N"
    codes = ListItem.objects.filter(code__regex=rf"^{letter}\d+$").values_list("code", flat=True)
    return f"{letter}{max((int(code[1:]) for code in codes), default=0) + 1}"


def _last(accepted: bool) -> int:
    return ListItem.objects.filter(accepted=accepted).aggregate(last=Max("position"))["last"] or 0


def _record(kind: str, item: ListItem, by: User, at: datetime, grant: Grant, **data: Any) -> None:
    trail.record(kind, item, by=by, at=at, grant=grant, data={"code": item.code, **data})
