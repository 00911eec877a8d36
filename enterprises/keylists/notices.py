"""The messages of key lists (ENT-9)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role

from ..models import KeyEntry, KeyList
from . import stages

topics.put_under(Topic.WORK, "key_list.proposed", "key_list.submitted", "key_list.sent_back", "key_entry.people_named")
topics.put_under(
    Topic.NEWS, "key_list.opened", "key_list.approved", "key_entry.accepted", "key_entry.declined", "key_entry.put_back"
)

Params = Mapping[str, Any]


def _about(kind: str, model: type[KeyList] | type[KeyEntry]) -> Callable[[Says], Says]:
    return saying(kind, subject=model, url=_page)


def _page(subject: KeyList | KeyEntry) -> str:
    key_list = subject if isinstance(subject, KeyList) else subject.of
    return reverse("enterprises:key-list", args=[key_list.level, key_list.year])


def _holding(*roles: str) -> Iterator[User]:
    for role in roles:
        yield from User.objects.holding(role)


@_about("key_list.opened", KeyList)
def opened(key_list: KeyList, params: Params) -> Iterator[Said]:
    body = _("从上一份名单转入 %(n)s 家，名额 %(size)s 家。请推荐，写明理由。")
    said = body % {"n": params["carried"], "size": key_list.size}
    yield _holding(*stages.PROPOSERS), _("%(list)s开始编制") % {"list": key_list}, said


@_about("key_list.proposed", KeyList)
def proposed(key_list: KeyList, params: Params) -> Iterator[Said]:
    count = len(params["entries"])
    title = ngettext("%(list)s：%(n)s 家待审核", "%(list)s：%(n)s 家待审核", count)
    yield _holding(Role.SUPERVISOR), title % {"list": key_list, "n": count}, _("请审核，通过或写明理由不通过。")


@_about("key_list.submitted", KeyList)
def submitted(key_list: KeyList, params: Params) -> Iterator[Said]:
    yield _holding(Role.LEADER), _("%(list)s待审批") % {"list": key_list}, _("请批准，或写明理由退回修改。")


@_about("key_list.sent_back", KeyList)
def sent_back(key_list: KeyList, params: Params) -> Iterator[Said]:
    title = _("%(list)s退回修改") % {"list": key_list}
    yield _holding(Role.SUPERVISOR), title, _("理由：%(reason)s") % {"reason": key_list.returned_for}


@_about("key_list.approved", KeyList)
def approved(key_list: KeyList, params: Params) -> Iterator[Said]:
    standing = key_list.entries.standing()
    ties = Q(pk__in=standing.values("leader")) | Q(pk__in=standing.values("steward"))
    body = _("共 %(n)s 家，您联系或服务的企业在名单里可以筛选。") % {"n": params["firms"]}
    yield User.objects.active().filter(ties), _("%(list)s已批准") % {"list": key_list}, body
    yield _holding(Role.SUPERVISOR), _("%(list)s已批准") % {"list": key_list}, ""


@_about("key_entry.accepted", KeyEntry)
def accepted(entry: KeyEntry, params: Params) -> Iterator[Said]:
    title = _("%(firm)s通过审核，列入%(list)s") % {"firm": entry.enterprise.called, "list": entry.of}
    yield _proposer(entry), title, _("整份名单经镇领导批准后生效。")


@_about("key_entry.declined", KeyEntry)
def declined(entry: KeyEntry, params: Params) -> Iterator[Said]:
    title = _("%(firm)s没有列入%(list)s") % {"firm": entry.enterprise.called, "list": entry.of}
    yield _proposer(entry), title, _("理由：%(reason)s") % {"reason": entry.decided_for}


@_about("key_entry.people_named", KeyEntry)
def people_named(entry: KeyEntry, params: Params) -> Iterator[Said]:
    if entry.leader is None:
        return
    named = {"firm": entry.enterprise.called, "name": entry.leader.name}
    yield User.objects.answering_for(entry.leader), _("请您联系%(firm)s") % named, ""
    stewards = [tie.user for tie in entry.enterprise.stewardships.current().select_related("user")]
    yield stewards, _("%(firm)s的联系领导改为%(name)s") % named, ""


def _proposer(entry: KeyEntry) -> Iterable[User]:
    return User.objects.answering_for(entry.proposed_by) if entry.proposed_by else ()
