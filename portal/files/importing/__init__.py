"""Importing a table in steps that people can follow: upload, name the columns, preview, apply, undo (ENT-2).

A room gives its own rows and its own `Importing`: what a column may say, how a row is examined, how it is written.
"""

from .machine import Act, Importing, Stale, Tell
from .models import BatchQuerySet, Import, ImportRow

__all__ = ["Act", "BatchQuerySet", "Import", "ImportRow", "Importing", "Stale", "Tell"]
