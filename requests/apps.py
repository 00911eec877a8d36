"""The app is called `requests` because its users' brief says so; that shadows the HTTP library of the same name."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_delete, post_migrate, post_save


class RequestsConfig(AppConfig):
    name = "requests"
    label = "requests"
    verbose_name = "诉求"

    def ready(self) -> None:
        # DRF imports the HTTP library for its test client if it can; here it would find this app instead.
        import rest_framework.compat

        rest_framework.compat.requests = None
        post_migrate.connect(load_catalogue, sender=self)
        from portal.people.models import Department
        from requests import commons_timed, timed  # noqa: F401  registers the timed verbs
        from requests.filter_fields import forget_choices
        from requests.models import Category
        from requests.notices import (  # noqa: F401  register their letters
            alerts,
            commons,
            confidential,
            dispatch,
            intake,
            loop,
            old_cases,
            orders,
            respite,
            supervision,
            triage,
            visits,
        )

        for model in (Category, Department):
            post_save.connect(forget_choices, sender=model)
            post_delete.connect(forget_choices, sender=model)


def load_catalogue(apps: Apps = installed, **kwargs: Any) -> None:
    """Gives a town without any its ten categories (APP-5) and its acceptance lists (APP-6)."""
    from requests.catalogue import CATEGORIES, LIST_ITEMS

    try:
        Category, ListItem = apps.get_model("requests", "Category"), apps.get_model("requests", "ListItem")
    except LookupError:  # migrated back to before they existed
        return
    if not Category.objects.exists():
        Category.objects.bulk_create(
            Category(code=code, name=name, name_en=name_en, words=words, position=position)
            for position, (code, name, name_en, words) in enumerate(CATEGORIES)
        )
    if not ListItem.objects.exists():
        ListItem.objects.bulk_create(
            ListItem(accepted=accepted, code=code, text=text, text_en=text_en, go_to=go_to, go_to_en=go_to_en)
            for accepted, code, text, text_en, go_to, go_to_en in LIST_ITEMS
        )
