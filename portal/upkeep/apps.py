from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "portal.upkeep"

    def ready(self) -> None:
        from . import carrying  # noqa: F401  its receivers: the request's id in the tasks it wakes
