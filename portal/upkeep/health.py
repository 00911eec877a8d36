"""Whether the portal can work: asked by the reverse proxy and the container runtime, without sign-in."""

from typing import cast

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from portal.deadlines import parking, watch

from .cache import Cache


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where the database and the cache answer and time limits are watched, else 503 with the name of what is not.

    With `?of=web` only this web server is meant: a container is not restarted because the worker stands still.
    """
    parts = {"database": _database, "cache": _cache}
    answers: dict[str, object] = {name: _answers(ask) for name, ask in parts.items()}
    well = all(answers.values())
    if request.GET.get("of") != "web":
        answers |= _sweep()
        well = well and answers["sweep"] is True
    return JsonResponse({"ok": well, **answers}, status=200 if well else 503)


def _sweep() -> dict[str, object]:
    """Whether a sweep ended in the last three minutes, when it did, and how many rows it had to put aside."""
    found: dict[str, object] = {"sweep": False, "last_sweep": None, "put_aside": None}

    def ask() -> None:
        last = watch.last_sweep()
        found.update(sweep=not last.silent, last_sweep=last.at, put_aside=parking.count())

    _answers(ask)
    return found


def _answers(ask) -> bool:  # type: ignore[no-untyped-def]
    try:
        ask()
    except Exception:  # whatever it is that does not answer, the caller needs to know only that
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cast(Cache, caches["default"]).ping()
