"""Files as people send them, and as attackers do, made in memory."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n52\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def upload(name: str, content: bytes, content_type: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def picture(format: str = "JPEG", size: tuple[int, int] = (320, 240)) -> bytes:
    held = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(held, format)
    return held.getvalue()


def commented(comment: bytes) -> bytes:
    """A JPEG with a comment right at its beginning."""
    content = picture("JPEG")
    return content[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + content[2:]


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises a gigantic picture."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def workbook(rows: int = 3) -> bytes:
    held, book = io.BytesIO(), Workbook()
    for row in range(rows):
        book.active.append(["用电量", row, 3.5])
    book.save(held)
    return held.getvalue()


DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def listing(document: str = DOCUMENT) -> bytes:
    return f'<Types><Override PartName="/word/document.xml" ContentType="{document}"/></Types>'.encode()


def archive(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
        packed.comment = comment
    return held.getvalue()


def document(**more: bytes) -> bytes:
    """A Word file; further entries by name."""
    return archive({"[Content_Types].xml": listing(), "word/document.xml": b"<w:document/>", **more})


def bomb() -> bytes:
    """A workbook of some 300 kB that unpacks to 300 MB."""
    sheet = b"<row/>" * 50 * 1024 * 1024
    return archive({"[Content_Types].xml": listing(), "word/document.xml": sheet})


FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def ole(*streams: str, text: str = "") -> bytes:
    """An OLE container of empty streams at its top; `text` lies in a sector behind its directory."""
    entries = [_entry("Root Entry", 5, child=1 if streams else NONE)]
    entries += [_entry(name, 2, right=no + 1 if no < len(streams) else NONE) for no, name in enumerate(streams, 1)]
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    count = len(directory) // 512
    chain = [FAT, *range(2, count + 1), END]
    fat = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    sizes = struct.pack("<16xHHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    header = OLE + sizes + struct.pack("<109I", 0, *[FREE] * 108)
    return header + fat + directory + text.encode("utf-16-le").ljust(512, b"\0")


def _entry(name: str, kind: int, *, right: int = NONE, child: int = NONE) -> bytes:
    encoded = name.encode("utf-16-le")
    links = struct.pack("<HBBIII36xIQ", len(encoded) + 2, kind, 1, NONE, right, child, END, 0)
    return encoded.ljust(64, b"\0") + links
