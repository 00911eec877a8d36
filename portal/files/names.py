"""The name under which a file was uploaded, made safe to store, show and send back."""

import re
import unicodedata

LONGEST = 120  # characters; the column's width
LONGEST_BYTES = 240  # what common file systems take for one name
UNSAFE = re.compile(r'[<>:"|?*]')


def safe_name(raw: str) -> str:
    """The last part of the path, without control and direction-changing characters, its extension kept when cut."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if char.isspace() else char for char in name if char.isspace() or not _is_hidden(char))
    name = " ".join(UNSAFE.sub("_", name).split()).strip(". ")
    stem, extension = split(name or "file")
    while len(stem + extension) > LONGEST or len((stem + extension).encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ") + extension


def split(name: str) -> tuple[str, str]:
    """Stem and extension, the latter lower-case with its dot; "" where there is none or no sensible one."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not extension.isascii() or not extension.isalnum() or len(extension) > 10:
        return name, ""
    return stem, f".{extension.lower()}"


def _is_hidden(char: str) -> bool:
    """Control, format (zero-width, bidi overrides), surrogate, private and unassigned characters."""
    return unicodedata.category(char).startswith("C")
