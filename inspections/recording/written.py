"""What is sent as a record, as values: read from the telephone's JSON by `reading`, written by the demo and tests."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from portal import files
from portal.files.models import StoredFile
from portal.people.models import User

from ..models import Signature
from .kinds import check_signature

DAYS = 15  # working days, where the inspector names none (INS-7)


@dataclass(frozen=True)
class Answer:
    """One point of the checklist: `item` is its key."""

    item: int
    result: str
    note: str = ""


@dataclass(frozen=True)
class Found:
    """A problem: at a point of the checklist, or beside it (`item` None, `n` counts these)."""

    text: str
    severity: str
    outcome: str
    item: int | None = None
    n: int = 0
    basis: str = ""
    days: int = DAYS  # working days to put it right, where that is ordered

    def field(self, need: int) -> str:
        """Where on the page it stands."""
        return f"n{need}-i{self.item}" if self.item else f"n{need}-f{self.n}"


@dataclass(frozen=True)
class Checked:
    """One need."""

    need: int
    answers: tuple[Answer, ...] = ()
    findings: tuple[Found, ...] = ()
    remarks: str = ""


@dataclass(frozen=True)
class Signed:
    """A signature: PNG bytes and who signed, or why the firm would not. An inspector signs with his own name."""

    whose: str
    image: bytes = b""
    name: str = ""
    title: str = ""
    refused_for: str = ""

    def stored(self, *, by: User) -> StoredFile | None:
        if not self.image:
            return None
        name = f"{Signature.Whose(self.whose).value}.png"
        return files.store(SimpleUploadedFile(name, self.image, "image/png"), by=by, check=check_signature)


@dataclass(frozen=True)
class Record:
    """All of one agency's part. `photos` are the keys under which they were sent before; `begun_at` and `written_at`
    are the telephone's first and last word on it.
    """

    checks: tuple[Checked, ...]
    signatures: tuple[Signed, ...]
    photos: frozenset[uuid.UUID] = frozenset()
    written_at: datetime | None = None
    begun_at: datetime | None = None

    def digest(self) -> str:
        told = (self.checks, self.signatures, sorted(map(str, self.photos)), self.written_at)
        return hashlib.sha256(repr(told).encode()).hexdigest()
