"""A webhook without a secret could not be told from a forgery."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security)
def webhook_is_signed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.WEBHOOK_URL or settings.WEBHOOK_SECRET:
        return []
    return [Error("WEBHOOK_URL is set, but WEBHOOK_SECRET is not.", id="outbox.E001")]


@register(Tags.security, deploy=True)
def webhook_is_encrypted(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not settings.WEBHOOK_URL or settings.WEBHOOK_URL.startswith("https://"):
        return []
    return [Warning("Telephone numbers go to WEBHOOK_URL unencrypted; use https.", id="outbox.W001")]
