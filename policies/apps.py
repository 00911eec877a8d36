from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    name = "policies"
    verbose_name = _("政策")

    def ready(self) -> None:
        from . import timed, uses  # noqa: F401  what happens by itself; a criterion that is a clause's is in use
        from .questions import about  # noqa: F401  a ticket may ask about a policy
