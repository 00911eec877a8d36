"""Reasons as they are kept: what the portal itself wrote, and what people typed, in one column."""

from django.utils.translation import gettext as _


def as_read(kept: str) -> str:
    """The portal's own words in the reader's language, what was typed as it is."""
    return _(kept) if kept else ""
