"""What all ask and few change: held per process until its token changes, and asked for once per web request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

T = TypeVar("T")

_request = threading.local()  # `seen`: what this web request has asked for; None outside of one


class Held(Generic[T]):
    """`read()` is called anew only when `token()`, one small query, says that something has changed."""

    def __init__(self, token: Callable[[], UUID], read: Callable[[], T]) -> None:
        self._token, self._read = token, read
        self._kept: tuple[UUID, T] | None = None  # replaced whole, so threads need no lock

    def get(self) -> T:
        seen: dict[Any, Any] | None = getattr(_request, "seen", None)
        if seen is not None and self in seen:
            found: T = seen[self]
            return found
        token, kept = self._token(), self._kept
        if kept is None or kept[0] != token:
            kept = self._kept = (token, self._read())
        if seen is not None:
            seen[self] = kept[1]
        return kept[1]


def begin_request(**kwargs: Any) -> None:
    _request.seen = {}


def end_request(**kwargs: Any) -> None:
    """Also called by whoever changes something: from here on every question looks again, also after a rollback."""
    _request.seen = None
