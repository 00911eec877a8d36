"""Tables that people send, Excel or CSV, read as rows: measured before they are unpacked (SEC-7).

    table = open_table(file, "名单.xlsx")
    headed = find_headings(table, words)  # which row bears the headings, and what each column is called
    for number, cells in headed.rows: …       # the row's number as Excel shows it; text, number, date, bool or None

A file beyond the limits raises Refused, at once or while its rows are read; the sentence names the file and the remedy.
"""

from .headings import Headed, find_headings
from .kinds import ACCEPT, Table, check_table, open_table
from .values import Unreadable, as_day, as_lines, as_number, as_text

__all__ = [
    "ACCEPT",
    "Headed",
    "Table",
    "Unreadable",
    "as_day",
    "as_lines",
    "as_number",
    "as_text",
    "check_table",
    "find_headings",
    "open_table",
]
