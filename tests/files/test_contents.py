"""What is taken and what is refused, judged by content; the extension only has to fit (SEC-7)."""

import io
import random
import zipfile

import pytest

from portal.files.contents import ACCEPT, PIXELS, Refused, check

from .factories import (
    HTML,
    PDF,
    SLIDES,
    SVG,
    archive,
    bomb,
    commented,
    document,
    huge_png,
    listing,
    ole,
    picture,
    workbook,
)

PNG_TYPE, WORD = "image/png", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOW = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def kind_of(content: bytes, extension: str) -> str:
    return check(io.BytesIO(content), f"材料{extension}", extension).content_type


def refusal(content: bytes, extension: str) -> str:
    with pytest.raises(Refused) as refused:
        kind_of(content, extension)
    said = str(refused.value)
    assert f"“材料{extension}”" in said, "the sentence names the file"
    assert "：请" in said, "and says what to do instead"
    return said


TAKEN = {
    "pdf": (PDF, ".pdf", "application/pdf"),
    "jpeg": (picture("JPEG"), ".jpg", "image/jpeg"),
    "jpeg by its long name": (picture("JPEG"), ".jpeg", "image/jpeg"),
    "png": (picture("PNG"), ".png", PNG_TYPE),
    "webp": (picture("WEBP"), ".webp", "image/webp"),
    "word": (document(), ".docx", WORD),
    "excel": (workbook(), ".xlsx", EXCEL),
    "powerpoint": (archive({"[Content_Types].xml": listing(SLIDES), "ppt/presentation.xml": b"<p/>"}), ".pptx", SHOW),
    "ofd": (archive({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<d/>"}), ".ofd", "application/ofd"),
    "old word": (ole("1Table", "WordDocument", "Data", "CompObj"), ".doc", "application/msword"),
    "wps": (ole("WordDocument"), ".wps", "application/msword"),
    "old excel": (ole("Workbook"), ".xls", "application/vnd.ms-excel"),
    "older excel": (ole("Book"), ".xls", "application/vnd.ms-excel"),
    "old powerpoint": (ole("PowerPoint Document"), ".ppt", "application/vnd.ms-powerpoint"),
    "text": ("厂区北门外管网倒灌\n".encode(), ".txt", "text/plain"),
    "text as Windows writes it": ("厂区北门外管网倒灌\r\n".encode("gb18030"), ".txt", "text/plain"),
    "text as Excel writes it": ("企业\t用电量\n".encode("utf-16"), ".txt", "text/plain"),
    "csv": ("企业,用电量\n子虚生物,35\n".encode("utf-8-sig"), ".csv", "text/csv"),
    "a sheet with much of the same": (workbook(3000), ".xlsx", EXCEL),
}


@pytest.mark.parametrize(("content", "extension", "content_type"), TAKEN.values(), ids=TAKEN.keys())
def test_what_offices_send_is_taken(content, extension, content_type):
    assert kind_of(content, extension) == content_type


def test_the_file_dialogue_offers_just_these():
    assert set(ACCEPT.split(",")) == {extension for _content, extension, _type in TAKEN.values()} | {".et"}


LYING = {
    "a web page as PDF": (HTML, ".pdf", "内容不是 PDF"),
    "a web page as picture": (HTML, ".jpg", "内容不是 JPEG 图片"),
    "a web page as text": (HTML, ".txt", "内容不是 TXT 文本"),
    "a web page after a mark and blanks": (b"\xef\xbb\xbf\n\n  " + HTML, ".csv", "内容不是 CSV"),
    "a web page in UTF-16": (HTML.decode().encode("utf-16"), ".txt", "内容不是 TXT 文本"),
    "a drawing with a script as picture": (SVG, ".png", "内容不是 PNG 图片"),
    "a drawing with a script as text": (SVG, ".txt", "内容不是 TXT 文本"),
    "a shell script as text": (b"#!/bin/sh\nrm -rf /\n", ".txt", "内容不是 TXT 文本"),
    "a program as PDF": (b"MZ\x90\x00" + bytes(500), ".pdf", "内容不是 PDF"),
    "a program as text": (b"\x7fELF\x02\x01\x01" + bytes(500), ".txt", "内容不是 TXT 文本"),
    "a PDF as picture": (PDF, ".jpg", "其实是 PDF：请把扩展名改为 .pdf"),
    "a PNG as JPEG": (picture("PNG"), ".jpg", "其实是 PNG 图片：请把扩展名改为 .png"),
    "a workbook as document": (workbook(), ".docx", "其实是 Excel：请把扩展名改为 .xlsx"),
    "an old document as new": (ole("WordDocument"), ".docx", "其实是 Word 97–2003"),
    "a plain archive as document": (archive({"a.txt": b"x"}), ".docx", "内容不是 Word"),
    "a Java archive as document": (
        archive({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe"}),
        ".docx",
        "内容不是",
    ),
    "an installer as old document": (ole("Installer", "Property"), ".doc", "内容不是 Word 97–2003"),
    "an installer that speaks of a book": (ole("Installer", text="My Book"), ".xls", "内容不是 Excel 97–2003"),
    "an old workbook cut off": (ole("Workbook")[:600], ".xls", "不完整或已损坏"),
    "an empty-looking PDF": (b"%PDF-1.7\n", ".pdf", "不完整或已损坏"),
}


@pytest.mark.parametrize(("content", "extension", "reason"), LYING.values(), ids=LYING.keys())
def test_a_file_that_lies_about_itself_is_refused(content, extension, reason):
    assert reason in refusal(content, extension)


POLYGLOTS = {
    "PDF and web page": (PDF.replace(b"1 0 obj", b"<script>alert(1)</script>\n1 0 obj"), ".pdf"),
    "web page before the PDF": (HTML + PDF, ".pdf"),
    "PDF and archive": (PDF + archive({"a.class": b"x"}), ".pdf"),
    "JPEG and archive": (picture("JPEG") + archive({"a.class": b"x"}), ".jpg"),
    "PNG and archive": (picture("PNG") + archive({"a.class": b"x"}), ".png"),
    "archive before the document": (archive({"a.txt": b"x"}) + document(), ".docx"),
    "something before the document": (b"MZ" + document(), ".docx"),
    "a web page behind the document": (
        archive({"[Content_Types].xml": listing(), "word/document.xml": b"<w/>"}, comment=HTML),
        ".docx",
    ),
    "JPEG with a web page in its comment": (commented(HTML), ".jpg"),
}


@pytest.mark.parametrize(("content", "extension"), POLYGLOTS.values(), ids=POLYGLOTS.keys())
def test_a_file_that_is_two_things_at_once_is_refused(content, extension):
    refusal(content, extension)


def test_the_parts_of_which_those_are_made_are_taken():
    """So that they are refused for being two things and not for being broken."""
    assert kind_of(commented(b"Canon"), ".jpg") == "image/jpeg"
    assert kind_of(archive({"[Content_Types].xml": listing(), "word/document.xml": b"<w/>"}), ".docx") == WORD


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_unpacking(monkeypatch):
    content = bomb()
    assert len(content) < 1024 * 1024
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **options: pytest.fail("it was unpacked"))
    assert "展开后太大" in refusal(content, ".docx")


def test_many_copies_of_one_large_part_are_refused():
    part = b"0123456789abcdef" * 64 * 1024
    content = archive({"[Content_Types].xml": listing(), **{f"word/{no}.xml": part for no in range(250)}})
    assert "展开后太大" in refusal(content, ".docx")


def test_too_many_parts_are_refused():
    content = archive({"[Content_Types].xml": listing(), **{f"word/{no}": b"" for no in range(5001)}})
    assert "展开后太大" in refusal(content, ".docx")


def test_a_directory_that_states_a_smaller_size_is_found_out():
    content = bytearray(document(**{"word/big.xml": b"x" * 500_000}))
    real, claimed = (500_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    place = content.rindex(real)  # in the central directory, which readers go by
    content[place : place + 4] = claimed
    assert "损坏" in refusal(bytes(content), ".docx")


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "xl/macrosheets/sheet1.xml", "word/activeX/activeX1.bin"])
def test_macros_are_refused(name):
    assert "带有宏" in refusal(document(**{name: b"x"}), ".docx")


def test_a_document_declared_with_macros_is_refused():
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    content = archive({"[Content_Types].xml": listing(macro), "word/document.xml": b"<w/>"})
    assert "带有宏" in refusal(content, ".docx")


def test_old_macros_are_refused():
    assert "带有宏" in refusal(ole("WordDocument", "_VBA_PROJECT"), ".doc")


def test_a_document_with_a_password_is_refused_with_that_reason():
    assert "打开密码" in refusal(ole("EncryptionInfo", "EncryptedPackage"), ".docx")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word/../../x"])
def test_parts_that_lead_out_of_the_archive_are_refused(name):
    refusal(document(**{name: b"x"}), ".docx")


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_packings_that_office_never_uses_are_refused(compression):
    content = archive({"[Content_Types].xml": listing(), "word/document.xml": b"<w/>"}, compression)
    refusal(content, ".docx")


def test_a_picture_that_promises_too_many_points_is_refused_without_unpacking_it():
    side = int(PIXELS**0.5) + 1
    assert "展开后太大" in refusal(huge_png(side, side), ".png")
    assert "展开后太大" in refusal(huge_png(60_000, 60_000), ".png")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_cut_off_on_its_way_is_refused(format):
    content = picture(format)
    refusal(content[: len(content) // 2], f".{format.lower()}")


@pytest.mark.parametrize("extension", [".docx", ".xlsx"])
def test_an_archive_cut_off_on_its_way_is_refused(extension):
    content = document() if extension == ".docx" else workbook()
    assert "损坏" in refusal(content[: len(content) // 2], extension)


@pytest.mark.parametrize(
    ("extension", "remedy"),
    [
        (".exe", "请转成 PDF"),
        (".svg", "请转成 PDF"),
        (".html", "请转成 PDF"),
        (".js", "请转成 PDF"),
        (".heic", "兼容性最佳"),
        (".zip", "请解压后"),
        (".xlsm", "不带宏"),
    ],
)
def test_other_kinds_are_refused_with_a_remedy(extension, remedy):
    assert remedy in refusal(b"whatever", extension)


def test_a_name_without_extension_is_refused():
    with pytest.raises(Refused, match="带扩展名"):
        check(io.BytesIO(PDF), "材料", "")


def test_a_huge_text_is_refused():
    assert "太大" in refusal(b"a" * (5 * 1024 * 1024 + 1), ".txt")


@pytest.mark.parametrize("extension", sorted(ACCEPT.split(",")))
def test_noise_is_never_taken_and_never_breaks_the_check(extension):
    source = random.Random(extension)
    heads = [b"", b"%PDF-1.4\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x01\x00\x00WEBP", b"PK\x03\x04"]
    for head in [*heads, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]:
        for _turn in range(5):
            refusal(head + b"\x00\x01" + source.randbytes(2000), extension)
