from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "portal.outbox"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the check of the webhook's settings

        autodiscover_modules("notices", "digest", "pushes")
