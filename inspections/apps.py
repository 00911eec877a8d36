from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("涉企检查")

    def ready(self) -> None:
        from . import beside, timed  # noqa: F401  what parts add to pages, and what happens by itself
        from .needs import counting, subjects  # noqa: F401  what is shipped has English names

        counting.connect()
