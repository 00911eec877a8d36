"""What the columns of a file may be for one resource: the firm, the period, the item, and each of its measures."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from django.utils.translation import gettext as _

from portal.files.tables import Headed
from portal.files.tables.headings import plain

from ..imports.columns import BY_NAME
from ..models import Resource, ResourceColumn
from .cells import named_unit, units_of
from .staging import width_of

USCC, NAME, PERIOD, ITEM = "uscc", "name", "period", "item"
VALUE = "value."  # before the code of a measure, which may be called like one of the above
PERIODS = (
    "所属期 所属期间 所属月份 所属年月 期间 月份 年月 统计月份 统计期 报告期 季度 年度 年份 统计年度"
    " 日期 截至日期 截止日期 时点 period month quarter year date"
)
SHORTEST = 2  # characters of a measure's name that may be looked for within a longer heading


class Columns:
    """The columns that a file for this resource may have; `per` register has no period."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.measures: list[ResourceColumn] = list(resource.columns.all())
        self.width = width_of(self.measures)

    @property
    def dated(self) -> bool:
        return self.resource.per != Resource.Per.REGISTER

    @cached_property
    def by_name(self) -> dict[str, ResourceColumn]:
        return {f"{VALUE}{column.code}": column for column in self.measures}

    @property
    def labels(self) -> dict[str, str]:
        """What each column is called, the firm first."""
        labels = {USCC: str(BY_NAME[USCC].label), NAME: _("企业名称")}
        if self.dated:
            labels[PERIOD] = _("所属期")
        if self.resource.item:
            labels[ITEM] = self.resource.item_name
        return labels | {name: str(column) for name, column in self.by_name.items()}

    @cached_property
    def by_heading(self) -> dict[str, str]:
        """What a heading means, by its plain form."""
        found = {plain(heading): USCC for heading in BY_NAME[USCC].headings}
        found |= {plain(heading): NAME for heading in BY_NAME[NAME].headings}
        if self.dated:
            found |= {plain(heading): PERIOD for heading in PERIODS.split()}
        for name, column in self.by_name.items():
            for heading in (column.code, column.name_en, column.name):
                found[plain(heading)] = name
        if self.resource.item:
            item = {plain(self.resource.item), plain(self.resource.item_en)} - {""}
            found |= dict.fromkeys(item, ITEM)
        return found

    def guess(self, headings: Sequence[str]) -> dict[str, str]:
        """What each column probably is, by its number: called so, else the one measure whose name is part of it."""
        found: dict[str, str] = {}
        for how in (self._called, self._containing):
            for number, heading in enumerate(headings):
                name = how(plain(heading)) if str(number) not in found else ""
                if name and name not in found.values():
                    found[str(number)] = name
        return found

    def _called(self, heading: str) -> str:
        return self.by_heading.get(heading, "")

    def _containing(self, heading: str) -> str:
        """The longest name that is part of the heading, if only one is."""
        names = {name: plain(column.name) for name, column in self.by_name.items()}
        part = {name: len(word) for name, word in names.items() if len(word) >= SHORTEST and word in heading}
        if ITEM in self.labels and plain(self.resource.item) in heading:
            part[ITEM] = len(plain(self.resource.item))
        longest = [name for name, length in part.items() if length == max(part.values())]
        return longest[0] if len(longest) == 1 else ""

    def units(self, headed: Headed, columns: Mapping[str, str]) -> dict[str, str]:
        """The unit of each measure by its column's number: as its heading says, else as the title over the table."""
        title = next((text for text in headed.above if re.search("单位|unit", text, re.IGNORECASE)), "")
        units = {}
        for number, name in columns.items():
            if (column := self.by_name.get(name)) and units_of(column.measure):
                heading = headed.headings[int(number)]
                units[number] = named_unit(heading, column.measure) or named_unit(title, column.measure)
        return {number: unit for number, unit in units.items() if unit}
