"""`check --deploy` warns when the application's database role could alter the trail (SEC-5)."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Info, Tags, Warning, register
from django.db import DatabaseError, connection

# An owner may do anything, whatever was taken from him: he can give it back to himself.
ALTERABLE = """
SELECT count(*) FROM pg_class WHERE relname LIKE 'trail\\_%' AND relkind = 'r' AND relnamespace = 'public'::regnamespace
AND (pg_has_role(current_user, relowner, 'USAGE') OR has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE'))"""


@register(Tags.security, deploy=True)
def trail_is_out_of_reach(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Asks the database itself: two URLs say nothing about whose the tables are."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(ALTERABLE)
            (alterable,) = cursor.fetchone()
    except DatabaseError:
        return [Info("The database did not answer, so who may alter the trail was not asked.", id="trail.I001")]
    if not alterable:
        return []
    return [
        Warning(
            "The application's role in PostgreSQL could alter the trail.",
            hint="Give migrations a role of their own with DATABASE_OWNER_URL, and run migrate.",
            id="trail.W001",
        )
    ]
