"""Letters about needs: to the agency whose need came to nothing, to a firm that is spared a visit (INS-3, INS-5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Member
from portal.outbox import topics
from portal.outbox.letters import Letter, Said, notice, saying
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role

from ..models import Need, NeedImport
from . import stages

topics.put_under(Topic.WORK, "need.lapsed", "need.barred")
topics.put_under(Topic.NEWS, "need.settled_firm")


def people_of(need: Need) -> list[User]:
    """Who entered it, if he still works there; else the agency's inspectors."""
    inspectors = list(User.objects.holding(Role.INSPECTOR, need.agency.department))
    return [user for user in inspectors if user.pk == need.created_by_id] or inspectors


@saying("need.lapsed", subject=Need, url=Need.get_absolute_url)
def lapsed(need: Need, params: Mapping[str, Any]) -> Iterator[Said]:
    if need.status == stages.LAPSED:
        title = _("检查需求 %(number)s 过期未查") % {"number": need.number}
        yield people_of(need), title, _("%(firm)s：日期已过，没有排进计划。还要检查的，请重新提出。") % _names(need)


@saying("need.barred", subject=Need, url=Need.get_absolute_url)
def barred(need: Need, params: Mapping[str, Any]) -> Iterator[Said]:
    title = _("检查需求 %(number)s 已撤下") % {"number": need.number}
    yield people_of(need), title, _("%(firm)s已列入白名单，不再作自选检查和随机抽查。") % _names(need)


@notice("need.settled_firm", subject=Enterprise)
def settled(firm: Enterprise, params: Mapping[str, Any]) -> list[Letter]:
    """The firm reads no needs: it is told of the visit that it is spared, unless it was to be an unannounced one."""
    found = Need.objects.filter(pk=params["need"], status=stages.SETTLED, unannounced=False)
    need = found.select_related("subject", "agency__department").first()
    if need is None:
        return []
    members = Member.objects.current().filter(enterprise=firm, user__is_active=True).select_related("user")
    title = _("%(agency)s通过数据比对完成了一项检查，不再上门") % {"agency": need.agency}
    body = _("检查事项：%(subject)s") % {"subject": need.subject}
    url = reverse("draws:settled", args=[need.number]) if hasattr(need, "settlement") else ""
    return [Letter(to=member.user, title=title, body=body, url=url) for member in members]


def _names(need: Need) -> dict[str, str]:
    return {"firm": need.enterprise.called}


@notice("need_import.applied", subject=NeedImport)
def imported(batch: NeedImport, params: Mapping[str, Any]) -> list[Letter]:
    return _imported(batch, _("检查需求已导入"))


@notice("need_import.undone", subject=NeedImport)
def import_undone(batch: NeedImport, params: Mapping[str, Any]) -> list[Letter]:
    return _imported(batch, _("检查需求导入已撤销"))


def _imported(batch: NeedImport, title: str) -> list[Letter]:
    """Who asked for it may have left the page long ago."""
    to = batch.acting or batch.by
    return [Letter(to=to, title=title, body=batch.file.name, url=reverse("needs:import", args=[batch.pk]))]
