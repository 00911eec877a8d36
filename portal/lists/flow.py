"""What a person does with his saved filters and columns."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.people.models import Department, User
from portal.people.refusal import Refused

from .models import MOST, Layout, SavedView, may_share_in

NOT_KEPT = ("page", "csrfmiddlewaretoken", "all", "more")


def plain(query: str) -> str:
    """A query string in one form, so that two that mean the same are the same: without page and empty values."""
    sent = QueryDict(query[:4000], mutable=True)
    kept = QueryDict(mutable=True)
    for name in sorted(sent):
        values = [value.replace("\0", "") for value in sent.getlist(name) if value]
        if values and name not in NOT_KEPT:
            kept.setlist(name, values)
    return kept.urlencode()


@transaction.atomic
def save(user: User, kind: str, *, name: str, query: str, department: Department | None = None) -> SavedView:
    """Saves the filters under a name; the same name again replaces them. Shared where a department is given."""
    name, query = " ".join(name.split()), plain(query)
    if not name:
        raise Refused(_("请给这些条件起个名字。"))
    if len(name) > 20:
        raise Refused(_("名字最多 20 个字。"))
    if not query:
        raise Refused(_("现在没有筛选条件，选好条件再存。"))
    if len(query) > 1000:
        raise Refused(_("条件太长，存不下。请去掉一些。"))
    _alone(user)
    mine = SavedView.objects.of(user).filter(kind=kind)
    if mine.exclude(name=name).count() >= MOST:
        raise Refused(_("最多存 %(n)s 个，请先删去不用的。") % {"n": MOST})
    last = mine.aggregate(last=Max("position"))["last"]
    fresh = {"query": query, "department": _shared(user, department)}
    view, _new = SavedView.objects.update_or_create(
        owner=user,
        kind=kind,
        name=name,
        defaults=fresh,
        create_defaults={**fresh, "position": 0 if last is None else last + 1},
    )
    return view


def _alone(user: User) -> None:
    """His tabs one after the other, so that none meets a constraint; until the transaction ends."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _shared(user: User, department: Department | None) -> Department | None:
    if department is not None and not may_share_in(user).filter(pk=department.pk).exists():
        raise Refused(_("只有部门负责人可以给本部门共用。"))
    return department


@transaction.atomic
def rename(view: SavedView, name: str) -> SavedView:
    """Another name, not one of his others."""
    _alone(view.owner)
    name = " ".join(name.split())
    if not name or len(name) > 20:
        raise Refused(_("名字要有 1 到 20 个字。"))
    if SavedView.objects.of(view.owner).filter(kind=view.kind, name=name).exclude(pk=view.pk).exists():
        raise Refused(_("已有一个叫“%(name)s”的。") % {"name": name})
    view.name = name
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def set_default(view: SavedView, *, wanted: bool) -> None:
    """The list opens with it; at most one of a list is so."""
    _alone(view.owner)
    SavedView.objects.of(view.owner).filter(kind=view.kind).update(is_default=False)
    if wanted:
        SavedView.objects.filter(pk=view.pk).update(is_default=True)


@transaction.atomic
def move(view: SavedView, by: int) -> None:
    """One place forward (-1) or back (1) among his own."""
    _alone(view.owner)
    mine = list(SavedView.objects.of(view.owner).filter(kind=view.kind))
    at = next((n for n, one in enumerate(mine) if one.pk == view.pk), None)
    if at is None:
        return  # deleted in another tab
    to = min(max(at + by, 0), len(mine) - 1)
    mine.insert(to, mine.pop(at))
    for n, one in enumerate(mine):
        one.position = n
    SavedView.objects.bulk_update(mine, ["position"])


def share(view: SavedView, department: Department | None) -> None:
    """With the colleagues of a department he heads, or with nobody any more."""
    view.department = _shared(view.owner, department)
    view.save(update_fields=["department"])


def choose_columns(user: User, kind: str, columns: Sequence[str], known: Sequence[str]) -> None:
    """The columns he wants, in the list's order; all that are the list's own choice again where none is left."""
    wanted = [name for name in known if name in columns]
    if wanted:
        Layout.objects.update_or_create(user=user, kind=kind, defaults={"columns": wanted})
    else:
        Layout.objects.filter(user=user, kind=kind).delete()
