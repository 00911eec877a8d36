"""What a list's page needs of its reader's arrangement: his filters, the one in force, the one it opens with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.http import HttpRequest
from django.urls import reverse

from portal.people.models import User
from portal.people.rights import rights_of

from .flow import plain
from .models import HEADS, Layout, may_share_in


class Kept(NamedTuple):
    """A saved filter as its list shows it."""

    pk: int
    owner_id: int
    name: str
    query: str
    is_default: bool
    owner: str
    department: str | None


@dataclass(frozen=True)
class Arrangement:
    """`key` names the list; `columns` are the names chosen, empty where the list decides."""

    key: str
    views: list[Kept]
    columns: list[str]
    query: str
    user: User

    @property
    def default(self) -> Kept | None:
        return next((view for view in self.views if view.is_default and view.owner_id == self.user.pk), None)

    @property
    def here(self) -> Kept | None:
        """The saved filter that is in force."""
        return next((view for view in self.views if view.query == self.query), None)

    @property
    def can_save(self) -> bool:
        return bool(self.query) and self.here is None

    @property
    def everything(self) -> str:
        """The query string that shows everything, also where the list opens with a saved filter."""
        return "all=1" if self.default else ""

    def departments(self) -> list[tuple[int, str]]:
        """Where he may share one; asks the database for heads of departments only."""
        if not rights_of(self.user).has(*HEADS):
            return []
        return list(may_share_in(self.user).values_list("pk", "short_name"))

    def opens_with(self, request: HttpRequest) -> str:
        """Where the bare address leads: to the list with his default filter, empty if there is none."""
        if request.GET or self.default is None:
            return ""
        return f"{request.path}?{self.default.query}"

    def save_url(self) -> str:
        return reverse("lists:save", args=[self.key])


# Written by hand: the columns he chose, in every row, beside the filters; built twice it took longer than to run.
ARRANGED = """
    SELECT (SELECT columns FROM lists_layout WHERE user_id = %(user)s AND kind = %(kind)s),
           view.id, owner_id, view.name, query, is_default, person.name, unit.short_name
      FROM (SELECT 1) AS always
      LEFT JOIN lists_savedview view
             ON kind = %(kind)s AND (owner_id = %(user)s OR department_id = ANY(%(departments)s))
      LEFT JOIN people_user person ON person.id = owner_id
      LEFT JOIN people_department unit ON unit.id = department_id
     ORDER BY owner_id <> %(user)s, view.position, view.id
"""


def arrangement(request: HttpRequest, kind: str) -> Arrangement:
    """His saved filters before those shared with him (`SavedView.visible_to`), and his columns; one query."""
    user, rights = request.user, rights_of(request.user)
    asked = {"user": user.pk, "kind": str(kind), "departments": sorted(rights.departments())}
    with connection.cursor() as cursor:
        cursor.execute(ARRANGED, asked)
        rows = cursor.fetchall()
    views = [Kept(*row[1:]) for row in rows if row[1] is not None] if rights.grants else []
    return Arrangement(kind, views, clean(json.loads(rows[0][0] or "[]")), plain(request.GET.urlencode()), user)


def columns_of(user: User, kind: str) -> list[str]:
    """The columns he chose for a list, for its export; empty where he chose none."""
    return clean(Layout.objects.filter(user=user, kind=kind).values_list("columns", flat=True).first())


def clean(columns: Sequence[object] | None) -> list[str]:
    return [name for name in columns or [] if isinstance(name, str)]
