"""Workbooks that no Excel wrote, to be refused in seconds and in little memory; none is larger than a few MB."""

import io
import random
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEET}.sharedStrings+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{SHEET}.styles+xml"/></Types>'
)
FIRST = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{RELS}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)
ROWS = "<row><c t='inlineStr'><is><t>名称</t></is></c><c t='inlineStr'><is><t>代码</t></is></c></row>"


def sheet(rows: str = ROWS, before: str = "", doctype: str = "") -> str:
    return f'{doctype}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def strings(inside: str = "") -> str:
    return f'<sst xmlns="{MAIN}">{inside}</sst>'


def styles(inside: str = "") -> str:
    return f'<styleSheet xmlns="{MAIN}">{inside}</styleSheet>'


def workbook(sheets: int = 1, same: bool = False, pad: bool = True, **parts: str | bytes) -> bytes:
    """A workbook of `sheets` sheets; `sheet`, `strings`, `styles` and further parts (by path) replace the usual ones.

    With `pad` there is a picture in it, so that the whole looks no better packed than other files.
    """
    usual = parts.pop("sheet", sheet())
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": FIRST,
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(sheets, same),
        "xl/sharedStrings.xml": parts.pop("strings", strings()),
        "xl/styles.xml": parts.pop("styles", styles()),
    }
    for number in range(1 if same else sheets):
        files[f"xl/worksheets/sheet{number}.xml"] = usual
    if pad:
        files["xl/media/photo.png"] = random.Random(1).randbytes(2_300_000)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, content in (files | parts).items():
            packed.writestr(name, content)
    return held.getvalue()


def _book(sheets: int) -> str:
    named = "".join(f'<sheet name="表{n}" sheetId="{n + 1}" r:id="s{n}"/>' for n in range(sheets))
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>{named}</sheets></workbook>'


def _relations(sheets: int, same: bool) -> str:
    found = (
        f'<Relationship Id="s{n}" Type="{RELS}/worksheet" Target="worksheets/sheet{0 if same else n}.xml"/>'
        for n in range(sheets)
    )
    more = f'<Relationship Id="t" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/>'
    more += f'<Relationship Id="u" Type="{RELS}/styles" Target="styles.xml"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(found)}{more}</Relationships>'


XXE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
CELL = "<c><v>1</v></c>"
FILLER = "<a b='0123456789abcdef0123456789abcdef0123456789abcdef'/>"

# Name → content. What it attacks: memory or time of whoever reads it.
ALL = {
    "a zip bomb": lambda: workbook(sheet=sheet("<row/>" * 20_000_000), pad=False),
    "rows without end": lambda: workbook(sheet=sheet("<row/>" * 30_000_000)),
    "a bomb in a part nobody reads": lambda: workbook(**{"xl/media/x.bin": bytes(250_000_000)}),
    "an external entity": lambda: workbook(sheet=sheet(doctype=XXE, rows="<row><c><v>&x;</v></c></row>")),
    "an external entity in UTF-16": lambda: workbook(sheet=sheet(doctype=XXE).encode("utf-16")),
    "a billion laughs": lambda: workbook(strings=strings("<si><t>&j;</t></si>").replace("<sst", LAUGHS + "]><sst", 1)),
    "an external entity in the styles": lambda: workbook(styles=XXE + styles()),
    "a million columns": lambda: workbook(sheet=sheet(f"<row>{CELL * 1_000_000}</row>")),
    "a million empty columns": lambda: workbook(sheet=sheet(f"<row>{'<c/>' * 1_000_000}</row>")),
    "too many cells": lambda: workbook(sheet=sheet(f"<row>{CELL * 100}</row>" * 6100)),
    "far empty cells in every row": lambda: workbook(sheet=sheet("<row><c r='XFD1'/></row>" * 500_000)),
    "a row too far": lambda: workbook(sheet=sheet("<row r='99999999999'><c><v>1</v></c></row>")),
    "millions of shared strings": lambda: workbook(strings=strings("<si/>" * 10_000_000)),
    "millions of styles": lambda: workbook(styles=styles(f"<cellXfs>{'<xf/>' * 3_000_000}</cellXfs>")),
    "one tag of many MB": lambda: workbook(sheet=sheet(before="<a b='" + "0123456789abcdef" * 1_000_000 + "'/>")),
    "one text of many MB": lambda: workbook(strings=strings(f"<si><t>{'0123456789abcdef' * 1_000_000}</t></si>")),
    "a comment of many MB": lambda: workbook(sheet=sheet(before=f"<!--{'0123456789abcdef' * 1_000_000}-->")),
    "a deep nest": lambda: workbook(styles=styles("<a>" * 100_000 + "</a>" * 100_000)),
    "sheets without number": lambda: workbook(5000, same=True),
    "the same sheet fifty times": lambda: workbook(50, same=True, sheet=sheet(f"<row>{CELL * 100}</row>" * 5900)),
    "junk before the cells": lambda: workbook(sheet=sheet(before=FILLER * 500_000)),
    "no sheet": lambda: workbook(0),
    "a string that is not there": lambda: workbook(
        sheet=sheet("<row><c t='s'><v>7</v></c><c t='s'><v>8</v></c></row>")
    ),
    "a number that is none": lambda: workbook(sheet=sheet("<row><c><v>1e</v></c><c><v>1</v></c></row>")),
    "half a sheet": lambda: workbook(sheet=sheet()[:-20]),
}
# Just inside the limits: these are read, and cost no more than those that are refused.
HEAVY = {
    "shared strings": lambda: workbook(strings=strings("<si><t>ab</t></si>" * 199_000)),
    "far cells": lambda: workbook(sheet=sheet(ROWS + "<row><c r='XFD1'/></row>" * 2000)),
    "empty rows": lambda: workbook(sheet=sheet(ROWS + "<row/>" * 39_999 + ROWS + "<row/>" * 150_000)),
}
HEAVY_ROWS = {"shared strings": 1, "far cells": 1, "empty rows": 40_001}
