"""What may be uploaded (SEC-7): an allow-list by content; the name's extension must fit what the file really is."""

import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.refusal import Refused

from .archives import BROKEN, LOCKED, MACROS, OFD, OTHER, TOO_LARGE, Bad, check_archive

PIXELS = 120_000_000  # more than any telephone's camera; a picture that unpacks to more is a trap
# A progressive JPEG is unpacked whole even to see it small, so only one of ordinary size is looked at to its end.
PROGRESSIVE = 25_000_000
TEXT = 5 * 1024 * 1024  # bytes; longer plain text is a data dump and is imported elsewhere
MARKUP = re.compile(rb"<(!doctype|html|head|body|script|iframe|svg|\?xml|\?php|object|embed)|^#!", re.IGNORECASE)
FIELD = "files"  # of the forms that take uploads
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Kind:
    """One kind of file that is taken; `check` raises Bad."""

    label: str | Promise
    content_type: str
    extensions: tuple[str, ...]
    check: Callable[[IO[bytes]], None]


def check(file: IO[bytes], name: str, extension: str) -> Kind:
    """The kind of a file that may be stored. Raises Refused with a sentence for the person."""
    kind = BY_EXTENSION.get(extension)
    if kind is None:
        remedy = REMEDIES.get(extension, gettext_lazy("请转成 PDF、图片、Word、Excel 或 PPT 再传"))
        raise Refused(_("“%(name)s”是不收的文件类型：%(remedy)s") % {"name": name, "remedy": remedy}, FIELD)
    try:
        kind.check(file)
    except Bad as bad:
        raise Refused(_why(bad.args[0], file, name, kind), FIELD) from bad
    return kind


def _why(reason: str, file: IO[bytes], name: str, kind: Kind) -> str:
    if reason == OTHER:
        actual = next((other for other in KINDS if other.check is not check_text and _fits(other, file)), None)
        if actual:
            named = {"name": name, "actual": actual.label, "extension": actual.extensions[0]}
            return _("“%(name)s”其实是 %(actual)s：请把扩展名改为 %(extension)s 再传") % named
    return REASONS[reason] % {"name": name, "kind": kind.label}


def _fits(kind: Kind, file: IO[bytes]) -> bool:
    try:
        kind.check(file)
    except Bad:
        return False
    return True


def _start(file: IO[bytes], size: int) -> bytes:
    file.seek(0)
    return file.read(size)


def _refuse_hidden(file: IO[bytes]) -> None:
    """A file that is at the same time a web page or an archive is a trap, whatever it looks like."""
    if MARKUP.search(_start(file, 1024)):
        raise Bad(OTHER)
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise Bad(OTHER)


def check_pdf(file: IO[bytes]) -> None:
    if not _start(file, 8).startswith(b"%PDF-"):
        raise Bad(OTHER)
    _refuse_hidden(file)
    file.seek(0, 2)
    file.seek(max(file.tell() - 64 * 1024, 0))
    if b"startxref" not in file.read():
        raise Bad(BROKEN)


def check_image(file: IO[bytes], format: str) -> None:
    """A picture that one decoder opens; JPEG is read to its end at an eighth of its size, the others part by part."""
    from PIL import Image  # heavy, and few processes need it

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=[format]) as image:
                points = image.width * image.height
                if points > PIXELS:
                    raise Bad(TOO_LARGE)
                if format != "JPEG":
                    image.verify()
                elif points <= PROGRESSIVE or "progressive" not in image.info:
                    image.draft("RGB", (max(image.width // 8, 1), max(image.height // 8, 1)))
                    image.load()
    except Image.UnidentifiedImageError as error:
        raise Bad(OTHER) from error
    except Image.DecompressionBombError as error:
        raise Bad(TOO_LARGE) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Bad(BROKEN) from error
    _refuse_hidden(file)


def check_office(file: IO[bytes], holds: str) -> None:
    """An Office Open XML or OFD file. One that asks for a password is an OLE file around it."""
    if _start(file, 8) == OLE and "EncryptedPackage".encode("utf-16-le") in _start(file, -1):
        raise Bad(LOCKED)
    check_archive(file, holds)


def check_ole(file: IO[bytes], stream: str) -> None:
    """An Office 97–2003 file: an OLE container with the stream of that program and no VBA project."""
    content = _start(file, -1)
    if not content.startswith(OLE):
        raise Bad(OTHER)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Bad(MACROS)
    if not _streams(file) & set(stream.split("|")):
        raise Bad(OTHER)


def _streams(file: IO[bytes]) -> set[str]:
    """The streams at the top of an OLE container, by its directory: their names may stand in any text. Raises Bad."""
    import olefile  # few processes need it

    file.seek(0)
    try:
        with olefile.OleFileIO(file) as container:
            return {path[0] for path in container.listdir() if len(path) == 1}
    except Exception as error:  # made to mislead, it can fail in every way
        raise Bad(BROKEN) from error


def check_text(file: IO[bytes]) -> None:
    """Plain text in UTF-8, GB 18030 or, with its mark, UTF-16; nothing a browser would run."""
    content = _start(file, TEXT + 1)
    if len(content) > TEXT:
        raise Bad(TOO_LARGE)
    text = _decoded(content)
    if any(ord(char) < 32 and char not in "\t\n\r\f" for char in text) or MARKUP.search(text[:1024].lstrip().encode()):
        raise Bad(OTHER)


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Bad(OTHER)


def _ooxml(label: str, extension: str, document: str) -> Kind:
    content_type = f"application/vnd.openxmlformats-officedocument.{document}"
    return Kind(label, content_type, (extension,), partial(check_office, holds=f"{document}.main+xml"))


KINDS = [
    Kind("PDF", "application/pdf", (".pdf",), check_pdf),
    Kind(gettext_lazy("JPEG 图片"), "image/jpeg", (".jpg", ".jpeg"), partial(check_image, format="JPEG")),
    Kind(gettext_lazy("PNG 图片"), "image/png", (".png",), partial(check_image, format="PNG")),
    Kind(gettext_lazy("WebP 图片"), "image/webp", (".webp",), partial(check_image, format="WEBP")),
    _ooxml("Word", ".docx", "wordprocessingml.document"),
    _ooxml("Excel", ".xlsx", "spreadsheetml.sheet"),
    _ooxml("PPT", ".pptx", "presentationml.presentation"),
    Kind("OFD", "application/ofd", (".ofd",), partial(check_office, holds=OFD)),
    Kind("Word 97–2003", "application/msword", (".doc", ".wps"), partial(check_ole, stream="WordDocument")),
    Kind("Excel 97–2003", "application/vnd.ms-excel", (".xls", ".et"), partial(check_ole, stream="Workbook|Book")),
    Kind("PPT 97–2003", "application/vnd.ms-powerpoint", (".ppt",), partial(check_ole, stream="PowerPoint Document")),
    Kind(gettext_lazy("TXT 文本"), "text/plain", (".txt",), check_text),
    Kind("CSV", "text/csv", (".csv",), check_text),
]
BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}
ACCEPT = ",".join(BY_EXTENSION)  # for the browser's file dialogue

REASONS = {
    OTHER: gettext_lazy("“%(name)s”的内容不是 %(kind)s：请用原来的程序另存为这种文件再传"),
    BROKEN: gettext_lazy("“%(name)s”不完整或已损坏：请打开看看，重新保存后再传"),
    MACROS: gettext_lazy("“%(name)s”带有宏：请另存为不带宏的文件再传"),
    LOCKED: gettext_lazy("“%(name)s”有打开密码：请去掉密码后再传"),
    TOO_LARGE: gettext_lazy("“%(name)s”展开后太大：请拆成几个，或转成 PDF 再传"),
}
REMEDIES = {
    ".heic": gettext_lazy("请在手机相机设置里选“兼容性最佳”，或截图后再传"),
    ".heif": gettext_lazy("请在手机相机设置里选“兼容性最佳”，或截图后再传"),
    ".zip": gettext_lazy("请解压后把里面的文件逐个传上来"),
    ".rar": gettext_lazy("请解压后把里面的文件逐个传上来"),
    ".7z": gettext_lazy("请解压后把里面的文件逐个传上来"),
    ".docm": gettext_lazy("请另存为不带宏的文件再传"),
    ".xlsm": gettext_lazy("请另存为不带宏的文件再传"),
    ".pptm": gettext_lazy("请另存为不带宏的文件再传"),
    "": gettext_lazy("文件名要带扩展名，如 .pdf"),
}
