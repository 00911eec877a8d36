"""Which files a record takes: photos are pictures, signatures small PNGs (SEC-7)."""

from __future__ import annotations

from typing import IO, cast

from django.utils.translation import gettext as _

from portal.files.contents import FIELD, Kind, check
from portal.people.refusal import Refused

PHOTOS = ("image/jpeg", "image/png", "image/webp")
ACCEPT = ",".join(PHOTOS)
SIGNATURE_BYTES = 300 * 1024
SIGNATURE_POINTS = 2_000_000


def check_photo(file: IO[bytes], name: str, extension: str) -> Kind:
    """As every upload, and it must be a picture."""
    kind = check(file, name, extension)
    if kind.content_type not in PHOTOS:
        raise Refused(_("“%(name)s”不是照片：请传 JPEG、PNG 或 WebP") % {"name": name}, FIELD)
    return kind


def check_signature(file: IO[bytes], name: str, extension: str) -> Kind:
    """What the canvas of the page makes: a small PNG with something drawn on it."""
    from PIL import Image  # heavy, and few processes need it

    if file.seek(0, 2) > SIGNATURE_BYTES:
        raise Refused(_("签名图太大，请擦掉重签。"), "signature")
    kind = check(file, name, ".png")
    file.seek(0)
    try:
        with Image.open(file, formats=["PNG"]) as image:
            if image.width * image.height > SIGNATURE_POINTS:
                raise Refused(_("签名图太大，请擦掉重签。"), "signature")
            bands = cast("tuple[tuple[int, int], ...]", image.convert("RGBA").getextrema())
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused(_("签名图不完整，请擦掉重签。"), "signature") from error
    if all(low == high for low, high in bands):  # one colour throughout
        raise Refused(_("签名是空的，请重签。"), "signature")
    return kind
