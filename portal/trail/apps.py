from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrailConfig(AppConfig):
    name = "portal.trail"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the check of the two database roles
        from .grants import grant

        post_migrate.connect(grant, sender=self)
