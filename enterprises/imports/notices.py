"""Who asked for an import is told when it is done; he may have left the page long ago."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, notice
from portal.outbox.models import Channel

from ..models.imports import FirmImport


@notice("firm_import.applied", subject=FirmImport)
def applied(batch: FirmImport, params: Mapping[str, Any]) -> list[Letter]:
    counts = {"new": batch.new, "changed": batch.changed}
    return _to_whoever_asked(batch, _("企业名单已导入"), _("新增 %(new)s 家，变更 %(changed)s 家") % counts)


@notice("firm_import.undone", subject=FirmImport)
def undone(batch: FirmImport, params: Mapping[str, Any]) -> list[Letter]:
    body = _("名单恢复到导入以前；%(kept)s 家后来用到或改过，保留") if batch.kept else _("名单恢复到导入以前")
    return _to_whoever_asked(batch, _("企业名单导入已撤销"), body % {"kept": batch.kept})


def _to_whoever_asked(batch: FirmImport, title: str, body: str) -> list[Letter]:
    url = reverse("enterprises:import", args=[batch.pk])
    return [Letter(to=batch.acting, title=title, body=body, url=url, channels=(Channel.INBOX,))] if batch.acting else []
