"""What a list's page needs of its reader's arrangement: his filters, the one in force, the one it opens with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from portal.people.models import User
from portal.people.rights import rights_of

from .flow import plain
from .models import HEADS, Layout, SavedView, may_share_in


@dataclass(frozen=True)
class Arrangement:
    """`key` names the list; `columns` are the names chosen, empty where the list decides."""

    key: str
    views: list[SavedView]
    columns: list[str]
    query: str
    user: User

    @property
    def default(self) -> SavedView | None:
        return next((view for view in self.views if view.is_default and view.owner_id == self.user.pk), None)

    @property
    def here(self) -> SavedView | None:
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


def arrangement(request: HttpRequest, kind: str) -> Arrangement:
    """Two queries: his saved filters with those shared with him, and his columns."""
    user = request.user
    views = list(SavedView.objects.visible_to(user).filter(kind=kind).select_related("owner", "department"))
    views.sort(key=lambda view: (view.owner_id != user.pk, view.position, view.pk))
    layout = Layout.objects.filter(user=user, kind=kind).values_list("columns", flat=True).first()
    return Arrangement(kind, views, clean(layout), plain(request.GET.urlencode()), user)


def columns_of(user: User, kind: str) -> list[str]:
    """The columns he chose for a list, for its export; empty where he chose none."""
    return clean(Layout.objects.filter(user=user, kind=kind).values_list("columns", flat=True).first())


def clean(columns: Sequence[object] | None) -> list[str]:
    return [name for name in columns or [] if isinstance(name, str)]
