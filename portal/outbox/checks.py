"""What would only be noticed when the first message goes out, or is forged."""

import ssl
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


@register(Tags.security)
def authorities_can_be_read(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.CA_CERTIFICATES:
        try:
            ssl.create_default_context().load_verify_locations(cadata=settings.CA_CERTIFICATES)
        except (ssl.SSLError, ValueError):
            return [Error("CA_CERTIFICATES holds no certificate in PEM.", id="outbox.E002")]
    return []
