from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    name = "portal.deadlines"
    verbose_name = _("时限")

    def ready(self) -> None:
        # After every migrate, and after the flush of a test database: without rules no clock can start.
        post_migrate.connect(load_presets, sender=self)


def load_presets(apps: Apps = installed, **kwargs: Any) -> None:
    """Load the SLA tables and ladders that the database has none of yet."""
    from portal.deadlines import presets

    try:
        presets.load_missing(apps)
    except LookupError:  # migrated back to before these tables
        return
