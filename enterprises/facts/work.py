"""The import of facts from files, one kind for each resource and line (`portal.files.importing`)."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.files.importing import Act, Importing, Stale, Tell
from portal.files.tables import Headed
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.worktime import clock

from ..models import Delivery, FactImport, FactImportRow, Line, Resource, lines_of
from . import checking, delivering, undoing, writing
from .cells import units_of
from .columns import ITEM, NAME, PERIOD, USCC, Columns
from .periods import fits
from .writing import Comparison

Outcome = FactImportRow.Outcome


def line_of(user: User, resource: Resource, at: datetime | None = None) -> Line | None:
    """The line for which he may deliver this resource: its own, else one that supplies it; None where he may not."""
    return line_among(lines_of(user, at), resource)


def line_among(lines: QuerySet[Line], resource: Resource) -> Line | None:
    """The resource's own line if it is among these, else one of them that supplies it."""
    if resource.retired_at is not None:
        return None
    own = lines.filter(pk=resource.line_id).first()
    return own or lines.filter(supplied=resource).order_by("pk").first()


class FactImporting(Importing):
    """`FactImporting(resource, line)` uploads and maps; `FACTS`, bound to none, is the worker's and the lists'."""

    Model = FactImport
    name = "fact_import"
    alone = 0x5348_4641
    outcomes = ("new", "changed", "conflicting", "unchanged", "rejected")
    remembered = by_number = ("units",)
    related = ("resource__line", "line", "delivery")

    def __init__(self, resource: Resource | None = None, line: Line | None = None) -> None:
        self.resource, self.line = resource, line

    def bound(self, batch: FactImport) -> "FactImporting":
        return FactImporting(batch.resource, batch.line)

    @cached_property
    def columns(self) -> Columns:
        assert self.resource is not None
        return Columns(self.resource)

    @property
    def labels(self) -> Mapping[str, Any]:  # type: ignore[override]
        return self.columns.labels

    @property
    def by_heading(self) -> Mapping[str, str]:  # type: ignore[override]
        return self.columns.by_heading

    @property
    def required(self) -> tuple[str, ...]:  # type: ignore[override]
        return (ITEM,) if self.columns.resource.item else ()

    def scope(self) -> dict[str, Any]:
        return {"resource": self.resource, "line": self.line}

    # Words and rights ------------------------------------------------------------------------------------------

    def only(self) -> str:
        return _("只有这项数据所属条线或来源条线的数据员可以导入")

    def nothing(self) -> str:
        return _("没有可以导入的行")

    def no_table(self) -> str:
        return _("“%(name)s”里没有表格：要有一行列名，每家企业一行")

    def moved(self) -> str:
        return _("预览以后这项数据有了变动，已重新核对，请再看一遍")

    def _grant(self, by: User, at: datetime | None = None) -> Grant | None:
        if self.line is None or self.line.department_id is None:
            return None
        assert self.resource is not None
        allowed = self.line.pk == self.resource.line_id or self.resource.suppliers.filter(pk=self.line.pk).exists()
        open_to = allowed and self.resource.retired_at is None
        return rights_of(by, at).grant(Role.DATA_OFFICER, self.line.department_id) if open_to else None

    # Columns ---------------------------------------------------------------------------------------------------

    def guess(self, headings: list[str]) -> dict[str, str]:
        return self.columns.guess(headings)

    def begun(self, batch: FactImport, headed: Headed) -> None:
        """A unit that the file says itself holds against what was chosen last time."""
        batch.units = batch.units | self.columns.units(headed, batch.columns)

    def demand_columns(self, columns: Mapping[str, str], width: int) -> None:
        super().demand_columns(columns, width)
        names = set(columns.values())
        if not names & {USCC, NAME}:
            raise Refused(_("请指明哪一列是统一社会信用代码或企业名称"))
        if not names & self.columns.by_name.keys():
            raise Refused(_("请至少指明一列数据"))

    def choose_columns(
        self, batch: Any, columns: Mapping[str, str], *, by: User, at: datetime | None = None, **further: Any
    ) -> Any:
        """`period` for all rows, where no column says it, and `units` by the columns' numbers. Raises Refused."""
        period, units = further.get("period"), further.get("units") or {}
        if self.columns.dated:
            self._demand_period(columns, period, at or clock.now())
        further["period"] = None if PERIOD in columns.values() or not self.columns.dated else period
        further["units"] = {number: unit for number, unit in units.items() if unit and number in columns}
        self._demand_units(columns, further["units"])
        return super().choose_columns(batch, columns, by=by, at=at, **further)

    def _demand_period(self, columns: Mapping[str, str], period: date | None, at: datetime) -> None:
        if PERIOD in columns.values():
            return
        if period is None:
            raise Refused(_("请指明哪一列是所属期，或为整个文件选一个"), "period")
        if not fits(period, self.columns.resource.per, timezone.localdate(at)):
            raise Refused(_("所属期太早、还没有到，或不是周期的第一天"), "period")

    def _demand_units(self, columns: Mapping[str, str], units: Mapping[str, str]) -> None:
        for number, unit in units.items():
            column = self.columns.by_name.get(columns[number])
            if column is None or unit not in units_of(column.measure):
                raise Refused(_("没有“%(unit)s”这个单位") % {"unit": unit})

    def demand_effect(self, batch: FactImport) -> None:
        """That all is as it was is news as well: what is known was confirmed and counts as fresh."""
        if batch.total == batch.rejected:
            raise Refused(self.nothing())

    # The worker ------------------------------------------------------------------------------------------------

    def check(self, batch: FactImport, at: datetime, tell: Tell) -> Mapping[str, int]:
        tell(2, _("正在读文件"))
        with default_storage.open(batch.file.path) as file:
            return checking.check(batch, self.open(file, batch.file.name).rows, at, tell)

    def write(self, batch: FactImport, act: Act, tell: Tell) -> None:
        tell(5, _("正在核对数据有没有变动"))
        revision = writing.lock(batch.resource)
        if revision != batch.revision + 1 and _differs(batch):
            raise Stale
        tell(20, _("正在写入"))
        write = partial(delivering.write, _source(batch), batch.resource, line=batch.line, way=Delivery.Way.FILE)
        try:
            batch.delivery = write(by=act.by, grant=act.grant, at=act.at).delivery
        except writing.NoSuchFirm as error:
            raise Stale from error

    def take_back(self, batch: FactImport, act: Act, tell: Tell) -> int:
        tell(10, _("正在恢复原值"))
        assert batch.delivery is not None
        undone = undoing.undo(batch.delivery, by=act.by, grant=act.grant, at=act.at)
        tell(80, _("正在记下保留的值"))
        return _mark_kept(batch, undone.kept)

    def wake(self) -> None:
        from .tasks import wake

        wake()


def _source(batch: FactImport) -> str:
    return (
        "(SELECT enterprise_id AS firm, period, item, values FROM enterprises_factimportrow"
        f" WHERE batch_id = {batch.pk} AND outcome <> 'rejected')"
    )


def _differs(batch: FactImport) -> bool:
    """Whether any row would do something else by now than its preview says."""
    comparison = Comparison(batch.resource, batch.line, Delivery.Way.FILE)
    rows = (
        "(SELECT enterprise_id AS firm, period, item, values, outcome FROM enterprises_factimportrow"
        f" WHERE batch_id = {batch.pk} AND outcome <> 'rejected')"
    )
    joined = comparison.joined(rows, "LEFT")
    (found,) = writing.run(f"SELECT EXISTS (SELECT FROM {joined} WHERE a.outcome <> {comparison.outcome})")
    return bool(found)


def _mark_kept(batch: FactImport, kept: Mapping[int, list[str]]) -> int:
    """Name in their rows the columns that stay as they are; `kept` is by the key of the fact."""
    if not kept:
        return 0
    comparison = Comparison(batch.resource, batch.line, Delivery.Way.FILE)
    values = ", ".join(["(%s, %s::jsonb)"] * len(kept))
    parameters = [part for fact, columns in kept.items() for part in (fact, undoing.as_json(columns))]
    rows = (
        f"(SELECT id, enterprise_id AS firm, period, item FROM enterprises_factimportrow WHERE batch_id = {batch.pk})"
    )
    (count,) = writing.run(
        f"""WITH done AS (UPDATE enterprises_factimportrow r SET kept = k.columns
            FROM {comparison.joined(rows)}, (VALUES {values}) k (fact, columns)
            WHERE r.id = a.id AND k.fact = f.id RETURNING 1)
        SELECT count(*) FROM done""",
        parameters,
    )
    return int(count)


FACTS = FactImporting()
carry_on, progress_of = FACTS.carry_on, FACTS.progress_of
