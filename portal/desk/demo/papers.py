"""Small files for the demo's attachments: a drawn photograph, a page with a heading."""

from __future__ import annotations

import io
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

# A page whose font every reader brings along for Chinese, so that nothing needs to be embedded.
OBJECTS = (
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    "<</Length {length}>>\nstream\n{body}\nendstream",
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 7 0 R"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>",
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
    "/Descent -120/CapHeight 880/StemV 93>>",
)


def paper(name: str, lines: list[str], random: Random) -> SimpleUploadedFile:
    """An upload of this name: a picture for `.png`, otherwise a PDF page with the lines on it."""
    content = _picture(random) if name.endswith(".png") else _page(lines)
    kind = "image/png" if name.endswith(".png") else "application/pdf"
    return SimpleUploadedFile(name, content, content_type=kind)


def _page(lines: list[str]) -> bytes:
    body = "\n".join(
        f"BT /F {18 if i == 0 else 12} Tf 60 {770 - 28 * i} Td <{_hex(line)}> Tj ET" for i, line in enumerate(lines)
    )
    written, starts = b"%PDF-1.4\n", []
    for number, text in enumerate(OBJECTS, 1):
        starts.append(len(written))
        filled = text.replace("{length}", str(len(body))).replace("{body}", body)
        written += f"{number} 0 obj\n{filled}\nendobj\n".encode()
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    size = len(OBJECTS) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + end.encode()


def _hex(line: str) -> str:
    return line.encode("utf-16-be").hex().upper()


def _picture(random: Random) -> bytes:
    """A yard in front of a factory hall, grey as such photographs are."""
    sky, wall, ground = (random.randint(170, 210),) * 3, (random.randint(120, 160),) * 3, (random.randint(80, 110),) * 3
    image = Image.new("RGB", (480, 320), sky)
    draw = ImageDraw.Draw(image)
    roof = random.randint(90, 130)
    draw.rectangle((0, roof, 480, 230), fill=wall)
    for x in range(30, 480, 90):
        draw.rectangle((x, roof + 30, x + 44, roof + 66), fill=sky)
    draw.rectangle((0, 230, 480, 320), fill=ground)
    for _puddle in range(random.randint(1, 4)):
        x, y = random.randint(0, 400), random.randint(240, 296)
        draw.ellipse((x, y, x + random.randint(50, 160), y + 22), fill=sky)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
