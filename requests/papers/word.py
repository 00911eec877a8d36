"""A paper as a Word file: text and tables only, no fields but the page number, nothing that is carried out (APP-22).

Margins, type and line spacing are those of official documents (GB/T 9704): 37, 35, 28 and 26 mm, 三号仿宋, 28 pt.
A machine without these fonts takes its own for them.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from unicodedata import east_asian_width

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from enterprises.export import NOT_IN_XML
from requests.papers.paper import CENTRE, Block, Facts, Paper, Pictures, Prose

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE, HEADING, BODY, LATIN = "方正小标宋简体", "黑体", "仿宋_GB2312", "Times New Roman"
NO_2, NO_3, NO_4, SMALL = Pt(22), Pt(16), Pt(14), Pt(10.5)  # 二号、三号、四号、五号
LINE = Pt(28)
WIDEST = 19  # Chinese characters of 二号 on one line
PAGE, SHORT, CELL, EM = 156, 46, 5, 4.4  # mm: between the margins, a short column at most, a cell's own, 小四 type


def render(paper: Paper) -> bytes:
    document = _blank(paper)
    _line(document, _broken(paper.title), TITLE, NO_2, align=WD_ALIGN_PARAGRAPH.CENTER, spaced=False)
    if paper.number:
        _line(document, paper.number, BODY, NO_4, align=WD_ALIGN_PARAGRAPH.CENTER, spaced=False)
    document.add_paragraph()
    if paper.to:
        _line(document, paper.to)
    for block in paper.blocks:
        _block(document, block, NO_4 if paper.form else NO_3)
    _signature(document, paper)
    for number, line in enumerate(paper.foot):
        small = _line(document, line, BODY, SMALL, spaced=False)
        small.paragraph_format.space_before = Pt(0 if number else 12)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _broken(title: str) -> str:
    """A title too long for one line in two even ones, broken behind a mark if one is near the middle."""
    if _halves(title) <= 2 * WIDEST:
        return title
    middle = len(title) // 2
    marks = [at for at, char in enumerate(title, 1) if char in "，、；：”》）" and abs(at - middle) <= len(title) // 6]
    at = min(marks, key=lambda mark: abs(mark - middle), default=middle)
    return f"{title[:at]}\n{title[at:]}"


def _blank(paper: Paper) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    normal.font.size = NO_3
    _fonts(normal.element.get_or_add_rPr(), BODY)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = CENTRE, _clean(paper.title), ""
    _page_number(section.footer.paragraphs[0])
    return document


def _fonts(properties: Any, east: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.append(fonts)
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", east)):
        fonts.set(qn(f"w:{name}"), value)


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _write(paragraph: Any, text: str, font: str, size: Any) -> None:
    run = paragraph.add_run(_clean(text))
    run.font.size = size
    _fonts(run._element.get_or_add_rPr(), font)


def _line(
    into: Any,
    text: str,
    font: str = BODY,
    size: Any = NO_3,
    *,
    align: Any = None,
    indent: bool = False,
    spaced: bool = True,
) -> Any:
    paragraph = into.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    if spaced:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    if indent:
        form.first_line_indent = size * 2
    if align is not None:
        paragraph.alignment = align
    _write(paragraph, text, font, size)
    return paragraph


def _block(document: Any, block: Block, size: Any) -> None:
    if isinstance(block, Prose):
        if block.heading:
            _line(document, block.heading, HEADING, size, indent=True)
        for text in block.paragraphs:
            _line(document, text, BODY, size, indent=True)
    elif isinstance(block, Facts):
        _table(document, [list(row) for row in block.rows], (Mm(34), Mm(122)), heads=1)
    elif isinstance(block, Pictures):
        _pictures(document, block, size)
    else:
        if block.heading:
            heading = _line(document, block.heading, HEADING, size, indent=True)
            heading.paragraph_format.keep_with_next = True
        rows = [list(block.head), *map(list, block.rows)]
        _table(document, rows, _widths(rows))


def _widths(rows: list[list[str]]) -> tuple[Any, ...]:
    """Of the page's 156 mm a column of short words gets what keeps them on one line, the others share what is left."""
    lines = [[line for text in column for line in text.splitlines()] for column in zip(*rows, strict=True)]
    needed = [CELL + EM / 2 * max(map(_halves, of_column), default=0) for of_column in lines]
    short = [need for need in needed if need <= SHORT]
    if len(short) == len(needed):
        return tuple(Mm(PAGE * need / sum(needed)) for need in needed)
    share = (PAGE - sum(short)) / (len(needed) - len(short))
    return tuple(Mm(need if need <= SHORT else share) for need in needed)


def _halves(line: str) -> int:
    """How wide it stands, a Chinese character as two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in line)


def _pictures(document: Any, block: Pictures, size: Any) -> None:
    """Three in a row, each with its caption; none is taller than wide by more than a third."""
    if block.heading:
        _line(document, block.heading, HEADING, size, indent=True)
    table = document.add_table(rows=0, cols=3)
    table.autofit = False
    for first in range(0, len(block.pictures), 3):
        cells = table.add_row().cells
        for cell, picture in zip(cells, block.pictures[first : first + 3], strict=False):
            cell.width = Mm(52)
            shape = cell.paragraphs[0].add_run().add_picture(BytesIO(picture.content()), width=Mm(48))
            if shape.height > Mm(64):
                shape.width, shape.height = int(shape.width * Mm(64) / shape.height), Mm(64)
            _write(cell.add_paragraph(), picture.caption, BODY, SMALL)


def _table(document: Any, rows: list[list[str]], widths: tuple[Any, ...], heads: int = 0) -> None:
    """`heads`: so many columns are labels; else the first row is, and stands on every page. No row is torn apart."""
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.space_after = Pt(8)
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # some readers go by the grid, others by the cells
    for number, row in enumerate(rows):
        added = table.add_row()
        of_row = added._tr.get_or_add_trPr()
        of_row.append(OxmlElement("w:cantSplit"))
        if not heads and number == 0:
            of_row.append(OxmlElement("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(added.cells, row, strict=True)):
            cell.width = widths[column]
            label = column < heads if heads else number == 0
            _fill(cell, text, HEADING if label else BODY)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _fill(cell: Any, text: str, font: str) -> None:
    lines = text.splitlines() or ["", ""]  # room to write by hand
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        form = paragraph.paragraph_format
        form.space_before, form.space_after = Pt(3 if number == 0 else 0), Pt(3)
        _write(paragraph, line, font, Pt(12))


def _signature(document: Any, paper: Paper) -> None:
    """The unit and the day at the right, with room above for the seal (落款)."""
    if not paper.sealed:
        return
    document.add_paragraph()
    for text in (paper.unit, paper.dated):
        last = _line(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT)
        last.paragraph_format.right_indent = Mm(14)
        last.paragraph_format.keep_with_next = text == paper.unit


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, "— ", BODY, NO_4)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    _write(paragraph, " —", BODY, NO_4)
