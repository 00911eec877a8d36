"""Names: what people call their files stays, what could deceive or break out goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.files.names import LONGEST, LONGEST_BYTES, safe_name, split

NAMES = {
    "计划书.pdf": "计划书.pdf",
    "厂房租赁合同（2026年）第3版.docx": "厂房租赁合同（2026年）第3版.docx",
    "REPORT.PDF": "REPORT.pdf",
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\Users\\me\\报告.pdf": "报告.pdf",
    "发票\u202efdp.exe": "发票fdp.exe",
    "零\u200b宽\ufeff.txt": "零宽.txt",
    "两\r\n行\t名.txt": "两 行 名.txt",
    'a<b>c:"d|e?f*.txt': "a_b_c__d_e_f_.txt",
    "空的\x00字符.txt": "空的字符.txt",
    "  ..前后..  .pdf": "前后.pdf",
    "e\u0301te\u0301.pdf": "été.pdf",
    "archive.tar.pdf": "archive.tar.pdf",
    "没有扩展名": "没有扩展名",
    "怪.扩展名": "怪.扩展名",
    "": "file",
    "...": "file",
    "\u202e": "file",
}


@pytest.mark.parametrize(("raw", "safe"), NAMES.items())
def test_a_name_is_made_safe(raw, safe):
    assert safe_name(raw) == safe


def test_a_huge_name_is_cut_and_keeps_its_extension():
    assert safe_name("很" * 500 + ".pdf") == "很" * ((LONGEST_BYTES - 4) // 3) + ".pdf"
    assert safe_name("a" * 500 + ".xlsx") == "a" * (LONGEST - 5) + ".xlsx"


@given(some.text(max_size=300))
def test_every_name_ends_up_safe_and_stays_so(raw):
    name = safe_name(raw)
    assert name
    assert len(name) <= LONGEST
    assert len(name.encode()) <= LONGEST_BYTES
    assert not set(name) & set('/\\<>:"|?*\n\r\0\u202e\u200b')
    assert not name.startswith(".")
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PDF", ".pdf"), ("a", ""), ("a.", ""), ("a.b c", ""), ("a.文档", ""), ("a." + "x" * 11, "")],
)
def test_only_a_sensible_extension_counts(name, extension):
    assert split(name)[1] == extension
