"""The verbs on an import: upload, name the columns, apply, undo, drop (`portal.files.importing`)."""

from collections.abc import Mapping
from datetime import datetime

from portal.people.models import User
from portal.people.refusal import Refused

from ..models import Place
from ..models.imports import FirmImport
from .work import FIRMS

__all__ = ["Refused", "apply", "choose_columns", "demand_columns", "drop", "undo", "upload"]

upload, apply, undo, drop, demand_columns = FIRMS.upload, FIRMS.apply, FIRMS.undo, FIRMS.drop, FIRMS.demand_columns


def choose_columns(
    batch: FirmImport,
    columns: Mapping[str, str],
    *,
    by: User,
    fallback: Place | None = None,
    at: datetime | None = None,
) -> FirmImport:
    """Say what each column is, by its number from 0, and where new firms without a place belong; the check begins."""
    chosen: FirmImport = FIRMS.choose_columns(batch, columns, by=by, at=at, fallback_place=fallback)
    return chosen
