"""One-time secrets that are sent and never stored: links and codes for people who have no account, or none yet.

The secret is worked out of the row's random `nonce` with SECRET_KEY, so that the worker can write it into a message;
the row keeps a digest, by which a link that comes back is found.
"""

import base64
import hashlib
from typing import Any, Self

from django.db import models
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac


def fresh_nonce() -> str:
    return get_random_string(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class OneTime(models.Model):
    nonce = models.CharField(max_length=32, default=fresh_nonce, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.digest = digest(self.token)
        super().save(*args, **kwargs)

    @property
    def token(self) -> str:
        """24 characters that fit into an address: 144 bits."""
        return base64.urlsafe_b64encode(self._mac()[:18]).decode()

    @property
    def code(self) -> str:
        """Six digits to be typed; only as good as the number of tries is limited."""
        return f"{int.from_bytes(self._mac()[18:26]) % 1_000_000:06d}"

    def fits(self, typed: str) -> bool:
        return constant_time_compare(self.code, typed)

    @classmethod
    def of(cls, token: str) -> Self | None:
        """The row whose link this is, or None."""
        return cls._default_manager.filter(digest=digest(token)).first()

    def _mac(self) -> bytes:
        return salted_hmac(f"one-time {self._meta.label_lower}", self.nonce, algorithm="sha256").digest()
