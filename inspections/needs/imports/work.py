"""The import of needs, and what the worker does with those that wait (`portal.files.importing`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.files.importing import Act, Importing, Stale, Tell, waking
from portal.files.tables import Headed
from portal.people.refusal import Refused

from ...models import NeedImport, NeedImportRow
from .. import flow, stages
from ..capacity import own_agencies
from . import checking
from .columns import COLUMNS, REQUIRED, by_heading, guess

Outcome = NeedImportRow.Outcome


class NeedImporting(Importing):
    Model = NeedImport
    name = "need_import"
    alone = 0x5348_584A
    required = REQUIRED
    outcomes = ("new", "unchanged", "rejected")
    related = ("agency__department", "by")

    @property
    def labels(self) -> Mapping[str, Any]:  # type: ignore[override]
        return {column.name: column.label for column in COLUMNS}

    @property
    def by_heading(self) -> Mapping[str, str]:  # type: ignore[override]
        return by_heading()

    def only(self) -> str:
        return _("只有执法部门的人可以导入检查需求")

    def nothing(self) -> str:
        return _("没有要导入的检查需求")

    def no_table(self) -> str:
        return _("“%(name)s”里没有检查需求：要有一行列名，每项需求一行")

    def moved(self) -> str:
        return _("预览以后有了变动，已重新核对，请再看一遍")

    def guess(self, headings: list[str]) -> dict[str, str]:
        return guess(headings)

    def begun(self, batch: NeedImport, headed: Headed) -> None:
        """For the agency for which he works, the first where there are several. Raises Refused where there is none."""
        agency = own_agencies(batch.by).order_by("pk").first()
        if agency is None:
            raise Refused(self.only())
        batch.agency = agency

    def check(self, batch: NeedImport, at: datetime, tell: Tell) -> Mapping[str, int]:
        return checking.check(self, batch, at, tell)

    def write(self, batch: NeedImport, act: Act, tell: Tell) -> None:
        """Raises Stale before anything is written where the preview no longer holds."""
        rows = list(batch.rows.filter(outcome=Outcome.NEW).order_by("number"))
        checking.judge(batch, rows, act.at)
        if any(row.outcome != Outcome.NEW for row in rows):
            raise Stale
        wishes = checking.wishes_of(batch, rows)
        said = _("已导入 %(done)s 项，共 %(total)s 项")
        for done, row in enumerate(rows):
            if done % 50 == 0:
                tell(10 + 85 * done // len(rows), said % {"done": done, "total": len(rows)})
            key = checking.key_of(row)
            row.need = flow.enter(wishes[row.number], by=act.by, way="import", key=key, at=act.at)
        NeedImportRow.objects.bulk_update(rows, ["need"])

    def take_back(self, batch: NeedImport, act: Act, tell: Tell) -> int:
        """Withdraws what still waits as it came; the rest stays and is named."""
        tell(10, _("正在看哪些后来改过"))
        rows = list(batch.rows.filter(outcome=Outcome.NEW).exclude(need=None).select_related("need").order_by("need"))
        for row in rows:
            row.kept = [] if self._withdraw(row, act) else ["used"]
        NeedImportRow.objects.bulk_update(rows, ["kept"])
        return sum(1 for row in rows if row.kept)

    def _withdraw(self, row: NeedImportRow, act: Act) -> bool:
        assert row.need is not None
        if row.need.status != stages.OPEN:
            return row.need.status == stages.DROPPED
        try:
            flow.withdraw(row.need, by=act.by, reason=_("撤销导入"), at=act.at)
        except Refused:
            return False
        return True

    def wake(self) -> None:
        from .tasks import carry_on

        waking.wake(carry_on)


IMPORTING = NeedImporting()
