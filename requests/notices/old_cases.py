"""Who asked for an import of old cases is told when it is done; he may have left the page long ago."""

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, notice
from portal.outbox.models import Channel
from requests.models import CaseImport
from requests.notices.letters import Params


@notice("case_import.applied", subject=CaseImport)
def applied(batch: CaseImport, params: Params) -> list[Letter]:
    return _to_whoever_asked(batch, _("旧件已导入"), _("导入 %(n)s 件。") % {"n": batch.new})


@notice("case_import.undone", subject=CaseImport)
def undone(batch: CaseImport, params: Params) -> list[Letter]:
    body = _("后来办过的 %(n)s 件保留。") % {"n": batch.kept} if batch.kept else _("导入的旧件都去掉了。")
    return _to_whoever_asked(batch, _("旧件导入已撤销"), body)


def _to_whoever_asked(batch: CaseImport, title: str, body: str) -> list[Letter]:
    url = reverse("requests:old-case", args=[batch.pk])
    return [Letter(to=batch.acting, title=title, body=body, url=url, channels=(Channel.INBOX,))] if batch.acting else []
