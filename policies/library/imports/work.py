"""The import of policies, and what the worker does with those that wait (`portal.files.importing`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.files.importing import Act, Importing, Tell, waking
from portal.files.tables import Headed
from portal.people.rights import rights_of
from portal.people.roles import Role

from ...models import PolicyImport
from . import applying, checking
from .columns import REQUIRED, by_heading, columns, guess


class PolicyImporting(Importing):
    Model = PolicyImport
    name = "policy_import"
    alone = 0x5348_504C
    required = REQUIRED
    related = ("department",)

    @property
    def labels(self) -> Mapping[str, Any]:  # type: ignore[override]
        return {name: column.label for name, column in columns().items()}

    @property
    def by_heading(self) -> Mapping[str, str]:  # type: ignore[override]
        return by_heading()

    def only(self) -> str:
        return _("只有政策专员可以导入政策")

    def nothing(self) -> str:
        return _("没有要导入的政策")

    def no_table(self) -> str:
        return _("“%(name)s”里没有政策：要有一行列名，每条条款一行")

    def moved(self) -> str:
        return _("预览以后有了变动，已重新核对，请再看一遍")

    def guess(self, headings: list[str]) -> dict[str, str]:
        return guess(headings)

    def begun(self, batch: PolicyImport, headed: Headed) -> None:
        """For the department in which he is policy officer, his own before one he stands in for."""
        grant = rights_of(batch.by).grant(Role.POLICY_OFFICER)
        batch.department_id = grant.department_id if grant else None

    def check(self, batch: PolicyImport, at: datetime, tell: Tell) -> Mapping[str, int]:
        return checking.check(self, batch, tell)

    def write(self, batch: PolicyImport, act: Act, tell: Tell) -> None:
        applying.apply(batch, act, tell)

    def take_back(self, batch: PolicyImport, act: Act, tell: Tell) -> int:
        return applying.undo(batch, act, tell)

    def wake(self) -> None:
        from .tasks import carry_on

        waking.wake(carry_on)


IMPORTING = PolicyImporting()
