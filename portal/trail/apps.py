from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "portal.trail"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the check of the two database roles
