"""What happened to a common problem or an article, for those who may read it: the trail's events in words (APP-19)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_noop, pgettext_lazy

from portal.trail.models import Event
from requests.history import Happened
from requests.history import history as told

SAID: dict[str, Any] = {
    "problem.opened": pgettext_lazy("经过", "列为共性问题"),
    "problem.linked": pgettext_lazy("经过", "加入诉求"),
    "problem.unlinked": pgettext_lazy("经过", "移出诉求"),
    "problem.edited": gettext_noop("改了标题或说明"),
    "problem.owner_named": pgettext_lazy("经过", "指定牵头"),
    "problem.overdue": gettext_noop("到期没有定措施，已提醒"),
    "problem.decided": gettext_noop("定了措施"),
    "problem.closed": gettext_noop("告知企业，办结"),
    "problem.dropped": pgettext_lazy("经过", "撤销"),
    "article.drafted": gettext_noop("写了草稿"),
    "article.edited": gettext_noop("改了草稿"),
    "article.submitted": pgettext_lazy("经过", "送审"),
    "article.returned": pgettext_lazy("经过", "退回修改"),
    "article.published": pgettext_lazy("经过", "审核通过，发布"),
    "article.withdrawn": pgettext_lazy("经过", "撤下"),
    "article.kept": pgettext_lazy("经过", "复审，仍然有效"),
    "article.aged": gettext_noop("满一年，提醒复审"),
}


def history(subject: models.Model) -> list[Happened]:
    """The latest first; one query."""
    return told(subject, SAID, counted=_counted)


def _counted(event: Event) -> int | None:
    tickets = event.data.get("tickets")
    return len(tickets) if tickets is not None else event.data.get("version")
