"""What the application's database role may do: rows of every table, but of the trail only read and add (SEC-5)."""

from typing import Any

from django.conf import settings
from django.db import connections, transaction

ROWS, NUMBERS = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"


def grant(using: str, **kwargs: Any) -> None:
    """After every migrate, so that tables and roles that came later have it too. Nothing where one role is both."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() == (settings.DATABASE_APP_ROLE,):
            return  # `check --deploy` warns
        role = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT {ROWS} ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT {NUMBERS} ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {ROWS} ON TABLES TO {role}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {NUMBERS} ON SEQUENCES TO {role}")
        trail = [table for table in connection.introspection.table_names(cursor) if table.startswith("trail_")]
        if trail:
            names = ", ".join(map(connection.ops.quote_name, trail))
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {names} FROM {role}")
