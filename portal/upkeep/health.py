"""Whether the portal can work: asked by the reverse proxy and the container runtime, without sign-in."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where the database and the cache answer, else 503 with the name of what does not."""
    parts = {"database": _database, "cache": _cache}
    answers = {name: _answers(ask) for name, ask in parts.items()}
    well = all(answers.values())
    return JsonResponse({"ok": well, **answers}, status=200 if well else 503)


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
    cache.set("healthz", 1, 5)
