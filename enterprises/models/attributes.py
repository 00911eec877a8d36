"""What is known of each firm now (ENT-4): one row of whole numbers per firm, and where each came from beside it.

Measured before it was chosen (docs/architecture.md): a row per firm is read three times as fast as a row per value
and as fast as a table with a typed column for each attribute, and a new attribute needs no change of the schema.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .firms import Enterprise

UNKNOWN = -(2**63)  # no value: the arrays hold no NULL, so that every row has the same shape


class Word(models.Model):
    """A text or choice that some firm has, or a source; values hold its number."""

    text = models.CharField(max_length=800, unique=True)  # as much as an index entry holds


class FirmValues(models.Model):
    """`values[slot]`: the firm's attributes kept as the catalogue says; UNKNOWN, or past the end, is unknown."""

    enterprise = models.OneToOneField(Enterprise, models.PROTECT, primary_key=True, related_name="attribute_values")
    values = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = verbose_name_plural = _("指标值")


class FirmOrigins(models.Model):
    """For each value of the firm, by the same slot: its source (a Word), its day, and the batch (0: none)."""

    enterprise = models.OneToOneField(Enterprise, models.PROTECT, primary_key=True, related_name="attribute_origins")
    sources = ArrayField(models.BigIntegerField())
    days = ArrayField(models.BigIntegerField())
    batches = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = verbose_name_plural = _("指标来源")


class StaleFirm(models.Model):
    """A firm of which something changed: its attributes are to be computed again (within a minute)."""

    enterprise = models.OneToOneField(Enterprise, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField(db_default=Now())


class Reckoned(models.Model):
    """One row: for which day, definitions and delivered registers all firms were last marked to be computed."""

    state = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_default=Now())
