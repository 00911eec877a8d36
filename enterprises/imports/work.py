"""The import of the list of firms, and what the worker does with those that wait (`portal.files.importing`)."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from portal.files.importing import Act, Importing, Tell

from ..models.imports import FirmImport
from . import applying, checking
from .columns import BY_HEADING, BY_NAME, REQUIRED, guess


class FirmImporting(Importing):
    Model = FirmImport
    name = "firm_import"
    alone = 0x5348_494D
    labels = {name: column.label for name, column in BY_NAME.items()}
    required = REQUIRED
    by_heading = BY_HEADING
    remembered = ("fallback_place",)

    def only(self) -> str:
        return _("只有条线数据员可以导入企业名单")

    def nothing(self) -> str:
        return _("没有要新增或变更的企业")

    def no_table(self) -> str:
        return checking.no_list()

    def moved(self) -> str:
        return _("预览以后名单有了变动，已重新核对，请再看一遍")

    def guess(self, headings: list[str]) -> dict[str, str]:
        return guess(headings)

    def check(self, batch: FirmImport, at: datetime, tell: Tell) -> Mapping[str, int]:
        return checking.check(batch, at, tell)

    def write(self, batch: FirmImport, act: Act, tell: Tell) -> None:
        applying.apply(batch, act, tell)

    def take_back(self, batch: FirmImport, act: Act, tell: Tell) -> int:
        return applying.undo(batch, act, tell)

    def wake(self) -> None:
        from .tasks import wake

        wake()


FIRMS = FirmImporting()
carry_on, progress_of = FIRMS.carry_on, FIRMS.progress_of
