from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DeskConfig(AppConfig):
    name = "portal.desk"

    def ready(self) -> None:
        autodiscover_modules("portrait")  # what each room adds to a firm's portrait
