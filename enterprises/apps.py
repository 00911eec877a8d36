from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = _("企业")

    def ready(self) -> None:
        from .attributes import notices as attributes  # noqa: F401
        from .codes import notices as codes  # noqa: F401
        from .criteria import programmes  # noqa: F401  what is shipped has English names
        from .facts import import_notices  # noqa: F401
        from .facts import notices as facts_notices  # noqa: F401  a folder's notices are not found by themselves
        from .imports import notices  # noqa: F401
        from .keylists import notices as keylists  # noqa: F401
        from .tags import showing  # noqa: F401  a criterion that is a tag is in use
