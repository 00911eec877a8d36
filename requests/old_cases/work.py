"""The import of old cases, and what the worker does with those that wait (`portal.files.importing`)."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from portal.files.importing import Act, Importing, Tell, waking
from requests.models import CaseImport
from requests.old_cases import applying, checking
from requests.old_cases.columns import BY_HEADING, BY_NAME, REQUIRED, guess


class CaseImporting(Importing):
    Model = CaseImport
    name = "case_import"
    alone = 0x5348_4F43
    labels = {name: column.label for name, column in BY_NAME.items()}
    required = REQUIRED
    by_heading = BY_HEADING

    def only(self) -> str:
        return _("只有接诉员可以导入旧件")

    def nothing(self) -> str:
        return _("没有要导入的旧件")

    def no_table(self) -> str:
        return _("“%(name)s”里没有旧件：要有一行列名，每件一行")

    def moved(self) -> str:
        return _("预览以后有了变动，已重新核对，请再看一遍")

    def guess(self, headings: list[str]) -> dict[str, str]:
        return guess(headings)

    def check(self, batch: CaseImport, at: datetime, tell: Tell) -> Mapping[str, int]:
        return checking.check(self, batch, at, tell)

    def write(self, batch: CaseImport, act: Act, tell: Tell) -> None:
        applying.apply(batch, act, tell)

    def take_back(self, batch: CaseImport, act: Act, tell: Tell) -> int:
        return applying.undo(batch, act, tell)

    def wake(self) -> None:
        from requests.old_cases.tasks import carry_on

        waking.wake(carry_on)


CASES = CaseImporting()
