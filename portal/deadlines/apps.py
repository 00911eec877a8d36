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
        from portal.deadlines import following  # noqa: F401  registers its tasks

        # After every migrate, and after the flush of a test database: without rules no clock can start.
        post_migrate.connect(load_presets, sender=self)
        post_migrate.connect(follow_calendar, sender=self)


def load_presets(apps: Apps = installed, **kwargs: Any) -> None:
    """Load the SLA tables and ladders that the database has none of yet."""
    from portal.deadlines import presets

    try:
        apps.get_model("deadlines", "SlaTable")
    except LookupError:  # migrated back to before these tables
        return
    presets.load_missing(apps)


def follow_calendar(apps: Apps = installed, **kwargs: Any) -> None:
    """A release may bring a year's notice; deadlines reckoned without it are reckoned anew (DL-2)."""
    from portal.deadlines import flow, together

    if installed.get_app_config("worktime").loaded:  # type: ignore[attr-defined]
        there = {model._meta.label for model in apps.get_models()}
        together.follow_calendar([Model for Model in flow.concrete() if Model._meta.label in there])
