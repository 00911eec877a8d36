"""What an operator should know about signing in before a site goes live."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def officials_have_a_second_factor(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.SECOND_FACTOR:
        return []
    return [Warning("Officials sign in with a password alone; set SECOND_FACTOR=1 (SEC-4).", id="people.W001")]
