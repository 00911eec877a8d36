"""Pictures as telephones make them, and such as nobody should take."""

import base64
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw


def jpeg(width: int = 80, height: int = 60, colour: str = "teal", turned: int | None = None) -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    if turned is not None:
        exif[0x0112] = turned
    Image.new("RGB", (width, height), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def drawn(width: int = 300, height: int = 120) -> bytes:
    """A signature: a transparent PNG with a stroke on it."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(20, 90), (120, 30), (260, 80)], fill=(16, 32, 43, 255), width=4)
    return png(image)


def empty(width: int = 300, height: int = 120) -> bytes:
    return png(Image.new("RGBA", (width, height), (0, 0, 0, 0)))


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def address(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()


def upload(content: bytes | None = None, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if content is None else content)
