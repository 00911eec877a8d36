"""What the filters of all lists have in common; and the two halves of a firm's own list, open and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, QueryDict


class Narrowing(django_filters.FilterSet):
    """Nothing is shown for a value that does not exist, rather than everything.

    The page shows `FIRST` at once and `FURTHER` under “more”; `KEPT` come with a link of a figure and stay as they are.
    """

    FIRST: ClassVar[tuple[str, ...]] = ()
    FURTHER: ClassVar[tuple[str, ...]] = ()
    KEPT: ClassVar[tuple[str, ...]] = ()

    @property
    def qs(self) -> Any:
        return super().qs if self.is_valid() else self.queryset.none()

    @property
    def narrowing(self) -> list[str]:
        """Names of the filters in force, in the order of the page."""
        cleaned = self.form.cleaned_data if self.is_valid() else {}
        return [name for name in self.filters if name != "sort" and cleaned.get(name) not in (None, "")]

    @property
    def narrows(self) -> bool:
        return bool(self.narrowing) or not self.is_valid()

    @property
    def narrows_further(self) -> bool:
        """That what stands under “more” must be seen."""
        return not self.is_valid() or not set(self.narrowing).isdisjoint(self.FURTHER)

    @property
    def first_fields(self) -> list[BoundField]:
        return [self.form[name] for name in self.FIRST]

    @property
    def further_fields(self) -> list[BoundField]:
        return [self.form[name] for name in self.FURTHER]

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [(name, self.data[name]) for name in self.KEPT if self.data.get(name)]

    def in_force(self) -> dict[str, str]:
        """The filters that narrow, as codes and ids, for the event of an export; what was typed stays out of it."""
        given = {name: self.data.get(name, "") for name in [*self.narrowing, "sort"] if name != "q"}
        return {name: value for name, value in given.items() if value} | ({"q": "…"} if self.data.get("q") else {})

    def without(self, name: str) -> QueryDict:
        """The query string with one filter taken off, on the first page."""
        data = QueryDict(mutable=True)
        for key, values in self.data.lists():
            if key not in (name, "page"):
                data.setlist(key, [value for value in values if value])
        return data


def halves(
    request: HttpRequest, running: QuerySet, over: QuerySet, arranged: Callable[[Any], QuerySet], size: int
) -> dict[str, Any]:
    """One page of what runs, with `?ended=1` of what is over, as `arranged` puts it; and how many there are of each."""
    ended = request.GET.get("ended") == "1"
    page = Paginator(arranged(over if ended else running), size)
    shown = page.get_page(request.GET.get("page"))
    other = (running if ended else over).count()
    return {
        "ended": ended,
        "open_count": other if ended else page.count,
        "ended_count": page.count if ended else other,
        "page": shown,
    }
