from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.core.signals import request_finished, request_started
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorktimeConfig(AppConfig):
    name = "portal.worktime"
    verbose_name = _("工作时间")
    loaded: list[int] = []  # the years that the last migrate of this process brought

    def ready(self) -> None:
        from portal.worktime import held

        # After every migrate, and after the flush of a test database: a town without a calendar knows no due time.
        post_migrate.connect(load_shipped, sender=self)
        request_started.connect(held.begin_request, dispatch_uid="worktime.held")
        request_finished.connect(held.end_request, dispatch_uid="worktime.held")


def load_shipped(sender: WorktimeConfig, apps: Apps = installed, **kwargs: Any) -> None:
    """Load the notices and office hours that come with the portal, where the database has none yet."""
    from portal.worktime import gazette

    try:
        apps.get_model("worktime", "CalendarDay")
    except LookupError:  # migrated back to before these tables
        return
    sender.loaded = gazette.load_missing(apps)
