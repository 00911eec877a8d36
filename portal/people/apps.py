from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "portal.people"
    verbose_name = _("人员")

    def ready(self) -> None:
        from portal.people import checks  # noqa: F401  registers the check of the second factor
