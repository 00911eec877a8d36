from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.people import plainly

plainly.speak()  # apps are imported before all models and forms


class PeopleConfig(AppConfig):
    name = "portal.people"
    verbose_name = _("人员")

    def ready(self) -> None:
        from portal.people import checks  # noqa: F401  registers the check of the second factor
