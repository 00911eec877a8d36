"""A photo small enough for a page or a paper."""

from __future__ import annotations

from io import BytesIO

from django.core.files.storage import default_storage
from django.http import Http404

from portal.files.models import StoredFile

EDGE = 640  # pixels


def small(stored: StoredFile, edge: int = EDGE) -> bytes:
    """JPEG on white, turned as it was taken, without what the camera wrote beside it. Raises Http404 if it is gone."""
    from PIL import Image, ImageOps  # heavy, and few processes need it

    try:
        with (
            default_storage.open(stored.path) as content,
            Image.open(content, formats=["JPEG", "PNG", "WEBP"]) as image,
        ):
            image.draft("RGB", (edge, edge))
            turned = ImageOps.exif_transpose(image).convert("RGBA")
    except (FileNotFoundError, OSError) as error:
        raise Http404 from error
    turned.thumbnail((edge, edge))
    flat = Image.new("RGB", turned.size, "white")
    flat.paste(turned, mask=turned.getchannel("A"))
    out = BytesIO()
    flat.save(out, "JPEG", quality=80)
    return out.getvalue()
