"""The one clock: the database's. Web, worker and sweep agree about what time it is, whatever their machines say."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The database's `now()`: inside a transaction the instant it began, the same for all its rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        instant: datetime = cursor.fetchone()[0]
    return instant
