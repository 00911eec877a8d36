"""The enterprise code 企业码 (ENT-15): what stands behind the QR on a firm's door, card or papers."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .firms import Enterprise


def fresh_token() -> str:
    """22 characters that fit into an address: 128 bits."""
    return secrets.token_urlsafe(16)


class EnterpriseCode(models.Model):
    """One code of a firm, good from `since` until the next one takes its place.

    The token itself is kept, not worked out of SECRET_KEY like a one-time link: it hangs printed on walls and must
    outlive a change of the key, and to a stranger it opens no more than the firm's name.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="codes", verbose_name=_("企业"))
    token = models.CharField(max_length=32, unique=True, default=fresh_token, editable=False)
    since = models.DateTimeField(_("起"))
    until = models.DateTimeField(_("止"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("经办人"))

    class Meta:
        verbose_name = verbose_name_plural = _("企业码")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=models.Q(until=None), name="enterprises_code_one_at_a_time"
            )
        ]
