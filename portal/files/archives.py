"""Office files that are ZIP archives: measured before anything is unpacked, and without macros."""

import zipfile
import zlib
from typing import IO

EXPANDED = 200 * 1024 * 1024  # bytes when unpacked
RATIO = 100  # unpacked to packed; ordinary office files stay below 20
SMALL = 1024 * 1024  # below this many unpacked bytes the ratio says nothing
ENTRIES = 5000
OFD = "OFD.xml"
LISTING = "[Content_Types].xml"
LISTING_SIZE = 1024 * 1024


class Bad(Exception):
    """The archive is not what it should be; the argument says in which way."""


TOO_LARGE, MACROS, LOCKED, BROKEN, OTHER = "too large", "macros", "locked", "broken", "other"


def check_archive(file: IO[bytes], holds: str) -> None:
    """An archive that is OFD (`holds` is "OFD.xml") or Office Open XML with that main content type. Raises Bad."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise Bad(OTHER)
    try:
        with zipfile.ZipFile(file) as archive:
            _measure(archive)
            _look(archive, holds)
            if archive.testzip() is not None:  # also finds sizes that the directory states wrongly
                raise Bad(BROKEN)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Bad(BROKEN) from error


def _measure(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    expanded = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES or expanded > EXPANDED or (expanded > SMALL and expanded > RATIO * packed):
        raise Bad(TOO_LARGE)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Bad(LOCKED)
    # The first entry lies at the very beginning and nothing follows the last: no room for a second file.
    if not entries or min(entry.header_offset for entry in entries) != 0 or archive.comment:
        raise Bad(OTHER)
    names = [entry.filename for entry in entries]
    usual = all(entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries)
    leaves = any(name.startswith("/") or ".." in name.split("/") for name in names)
    if len(set(names)) != len(names) or not usual or leaves:
        raise Bad(BROKEN)


def _look(archive: zipfile.ZipFile, holds: str) -> None:
    names = {name.lower() for name in archive.namelist()}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name or "/activex/" in name for name in names):
        raise Bad(MACROS)
    if holds == OFD:
        if OFD.lower() not in names:
            raise Bad(OTHER)
        return
    if LISTING not in archive.namelist():
        raise Bad(OTHER)
    listing = archive.getinfo(LISTING)
    if listing.file_size > LISTING_SIZE:
        raise Bad(TOO_LARGE)
    types = archive.read(listing)
    if b"macroEnabled" in types:
        raise Bad(MACROS)
    if holds.encode() not in types:
        raise Bad(OTHER)
