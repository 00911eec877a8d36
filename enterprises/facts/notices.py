"""Who hears of corrections and rulings: the line that decides, and whoever said otherwise (ENT-3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.outbox import Letter, notice, topics
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role

from ..models import Conflict, Correction, Line

topics.put_under(Topic.WORK, "correction.proposed", "conflict.opened", "conflict.ruled")
topics.put_under(Topic.NEWS, "correction.ruled")

Params = Mapping[str, Any]


def officers_of(lines: Iterable[Line | int]) -> list[User]:
    """The data officers of the lines' departments."""
    found: dict[int, User] = {}
    for line in Line.objects.filter(pk__in=[getattr(line, "pk", line) for line in lines]).select_related("department"):
        if line.department is not None:
            found |= {user.pk: user for user in User.objects.holding(Role.DATA_OFFICER, line.department)}
    return list(found.values())


def _letters(people: Iterable[User], title: str, body: str, url: str, but: int | None = None) -> list[Letter]:
    return [Letter(to=user, title=title, body=body, url=url) for user in people if user.pk != but]


@notice("conflict.opened", subject=Conflict)
def conflict_opened(conflict: Conflict, params: Params) -> list[Letter]:
    """To the line that owns the resource, and so decides; nothing where others have settled it meanwhile."""
    if not Conflict.objects.open().filter(delivery=conflict.delivery_id).exists():
        return []
    resource, count = conflict.fact.resource, params["count"]
    sentence = ngettext(
        "%(resource)s有 %(count)s 项与其他来源不一致，现有的值没有改动。",
        "%(resource)s有 %(count)s 项与其他来源不一致，现有的值没有改动。",
        count,
    )
    body = sentence % {"resource": resource, "count": count}
    return _letters(officers_of([resource.line_id]), _("数据有冲突，请裁定"), body, reverse("enterprises:conflicts"))


@notice("conflict.ruled", subject=Conflict)
def conflict_ruled(conflict: Conflict, params: Params) -> list[Letter]:
    """To the lines whose word it was, and to whoever declared it where it was no line's."""
    resource = conflict.fact.resource
    kept = conflict.state == Conflict.State.KEPT
    title = _("数据冲突：维持原值") if kept else _("数据冲突：采用新值")
    count, named = params["count"], {"resource": resource, "reason": conflict.reason, "count": params["count"]}
    body = ngettext("%(resource)s %(count)s 项。%(reason)s", "%(resource)s %(count)s 项。%(reason)s", count) % named
    return _letters(officers_of(params["lines"]), title, body, reverse("enterprises:conflicts"), but=params["by"])


@notice("correction.proposed", subject=Correction)
def correction_proposed(correction: Correction, params: Params) -> list[Letter]:
    resource = correction.column.resource
    body = _("%(firm)s：%(resource)s的“%(column)s”。%(reason)s") % {
        "firm": correction.enterprise.called,
        "resource": resource,
        "column": correction.column,
        "reason": correction.reason,
    }
    url = reverse("enterprises:correction", args=[correction.pk])
    title = _("企业提出数据更正，请确认") if correction.from_firm else _("走访更正，请确认")
    return _letters(officers_of([resource.line_id]), title, body, url, but=correction.by_id)


@notice("correction.ruled", subject=Correction)
def correction_ruled(correction: Correction, params: Params) -> list[Letter]:
    confirmed = correction.state == Correction.State.CONFIRMED
    named = {"firm": correction.enterprise.called, "column": correction.column, "answer": correction.ruling}
    body = _("%(firm)s的“%(column)s”。%(answer)s") % named
    title = _("数据更正已确认") if confirmed else _("数据更正没有采纳")
    url = reverse("enterprises:correction", args=[correction.pk])
    return _letters([correction.by], title, body, url, but=correction.ruled_by_id)
