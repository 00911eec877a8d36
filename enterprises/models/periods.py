"""Ties that hold from one instant to another: [since, until), open while `until` is null."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.people.spans import Span, SpanQuerySet


class Period(models.Model):
    since = models.DateTimeField(_("起"))
    until = models.DateTimeField(_("止"), null=True, blank=True)

    objects = SpanQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="%(app_label)s_%(class)s_ends_after_start",
            )
        ]


def one_at_a_time(*fields: str, name: str, condition: Q | None = None) -> Any:
    """No two rows with the same `fields` hold at the same instant."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((field, RangeOperators.EQUAL) for field in fields),
            (Span("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
        ],
        condition=condition,
    )
