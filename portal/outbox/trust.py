"""Whose certificates count when the portal calls others: the world's authorities and the site's own."""

import ssl
from functools import cache

import httpx
from django.conf import settings


@cache
def certificates() -> ssl.SSLContext:
    """Loaded once for each process: it costs more than a message."""
    trusted = httpx.create_ssl_context()
    if settings.CA_CERTIFICATES:
        trusted.load_verify_locations(cadata=settings.CA_CERTIFICATES)
    return trusted
