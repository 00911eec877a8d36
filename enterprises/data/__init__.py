"""Tables shipped with the project; each says its source in the lines that begin with #."""

import csv
from pathlib import Path

PLACES = Path(__file__).with_name("places.csv")
DEMO_LINES = Path(__file__).with_name("demo_lines.csv")
LINES = Path(__file__).with_name("lines.csv")
RESOURCES = Path(__file__).with_name("resources.csv")
RESOURCE_COLUMNS = Path(__file__).with_name("resource_columns.csv")
INDUSTRIES = Path(__file__).with_name("gb4754_2017.csv")


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))
