"""`check --deploy` warns when one database role both owns the trail and writes it (SEC-5)."""

from collections.abc import Sequence
from typing import Any

import dj_database_url
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def two_database_roles(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    owner = dj_database_url.parse(settings.DATABASE_OWNER_URL).get("USER")
    if owner != settings.DATABASE_APP_ROLE:
        return []
    return [
        Warning(
            "The application signs in to PostgreSQL as the owner of its tables, so it could alter the trail.",
            hint="Give migrations a role of their own with DATABASE_OWNER_URL.",
            id="trail.W001",
        )
    ]
