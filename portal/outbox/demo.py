"""The demo sends no text message and no mail; what would have gone to people without an account is on a page."""

import logging
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from .models import Delivery

KEY, KEPT, SECONDS = "outbox.demo.sent", 20, 24 * 3600
logger = logging.getLogger(__name__)


def keep(delivery: Delivery) -> None:
    """Only those to outsiders: people with an account read theirs in the inbox."""
    if delivery.recipient is None:
        logger.info("demo: a message to somebody without an account is on the page of what was not sent")
        line = {"to": delivery.address, "title": delivery.title, "body": delivery.body, "at": timezone.now()}
        cache.set(KEY, [line, *kept()][:KEPT], SECONDS)


def kept() -> list[dict[str, Any]]:
    """The latest first."""
    return cache.get(KEY, [])
