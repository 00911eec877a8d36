"""Who asked for an import of facts is told when it is done; he may have left the page long ago."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, notice
from portal.outbox.models import Channel

from ..models import FactImport


@notice("fact_import.applied", subject=FactImport)
def applied(batch: FactImport, params: Mapping[str, Any]) -> list[Letter]:
    counts = {"new": batch.new, "changed": batch.changed, "conflicting": batch.conflicting}
    body = _("新增 %(new)s 行，变更 %(changed)s 行") % counts
    if batch.conflicting:
        body = _("新增 %(new)s 行，变更 %(changed)s 行，%(conflicting)s 行和别的来源不一致") % counts
    return _to_whoever_asked(batch, _("“%(resource)s”已导入") % {"resource": batch.resource}, body)


@notice("fact_import.undone", subject=FactImport)
def undone(batch: FactImport, params: Mapping[str, Any]) -> list[Letter]:
    body = _("恢复到导入以前；%(kept)s 行后来又改过，保留") if batch.kept else _("恢复到导入以前")
    title = _("“%(resource)s”的导入已撤销") % {"resource": batch.resource}
    return _to_whoever_asked(batch, title, body % {"kept": batch.kept})


def _to_whoever_asked(batch: FactImport, title: str, body: str) -> list[Letter]:
    url = reverse("enterprises:fact-import", args=[batch.pk])
    return [Letter(to=batch.acting, title=title, body=body, url=url, channels=(Channel.INBOX,))] if batch.acting else []
