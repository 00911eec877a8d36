"""The messages of the library: to whoever has the next act, and to the department when a policy begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import topics
from portal.outbox.letters import Letter, Said, Says, notice, saying
from portal.outbox.models import Topic
from portal.people.models import User
from portal.worktime.words import day as day_words

from ..models import Policy, PolicyImport, PolicyVersion
from ..models.policies import HEADS, WRITES_POLICIES
from .capacity import writers_of

topics.put_under(Topic.WORK, "policy.submitted", "policy.sent_back", "policy.expiring")
topics.put_under(Topic.NEWS, "policy.approved", "policy.took_effect", "policy.expired", "policy.ended")

Params = Mapping[str, Any]


def _about(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=Policy, url=lambda policy: reverse("policies:desk-policy", args=[policy.code]))


def _version(policy: Policy, params: Params) -> PolicyVersion:
    version = policy.versions.get(pk=params["version"])
    version.policy = policy
    return version


def _named(policy: Policy) -> str:
    return policy.current.title if policy.current else policy.code


def _department(policy: Policy) -> Iterator[User]:
    for role in (WRITES_POLICIES, *HEADS):
        yield from User.objects.holding(role, policy.department)


def _writers(version: PolicyVersion) -> Iterator[User]:
    if version.written_by is not None:
        yield from User.objects.answering_for(version.written_by)


def _imported(batch: PolicyImport, title: str) -> list[Letter]:
    return [Letter(to=batch.by, title=title, body=batch.file.name, url=reverse("policies:import", args=[batch.pk]))]


@notice("policy_import.applied", subject=PolicyImport)
def imported(batch: PolicyImport, params: Params) -> list[Letter]:
    return _imported(batch, _("政策已导入为草稿"))


@notice("policy_import.undone", subject=PolicyImport)
def import_undone(batch: PolicyImport, params: Params) -> list[Letter]:
    return _imported(batch, _("政策导入已撤销"))


@_about("policy.submitted")
def submitted(policy: Policy, params: Params) -> Iterator[Said]:
    """To those who may approve it: nobody who wrote it."""
    version = _version(policy, params)
    hands = writers_of(version)
    able = [user for user in _department(policy) if user.pk not in hands]
    yield able, _("待审核：%(title)s") % {"title": version.title}, _("请对照修改处审核，通过或退回。")


@_about("policy.sent_back")
def sent_back(policy: Policy, params: Params) -> Iterator[Said]:
    version = _version(policy, params)
    said = _("理由：%(reason)s") % {"reason": version.returned_for}
    yield _writers(version), _("退回修改：%(title)s") % {"title": version.title}, said


@_about("policy.approved")
def approved(policy: Policy, params: Params) -> Iterator[Said]:
    version = _version(policy, params)
    day = _("%(day)s 起生效。") % {"day": day_words(version.effective_on)}
    yield _writers(version), _("审核通过：%(title)s") % {"title": version.title}, day


@_about("policy.took_effect")
def took_effect(policy: Policy, params: Params) -> Iterator[Said]:
    version = _version(policy, params)
    people = [user for user in (version.written_by, version.approved_by) if user is not None]
    yield people, _("已生效：%(title)s") % {"title": version.title}, _("已按新条款匹配企业。")


@_about("policy.expiring")
def expiring(policy: Policy, params: Params) -> Iterator[Said]:
    if policy.current is None or policy.current.valid_to is None:
        return
    title = _("快到期：%(title)s") % {"title": _named(policy)}
    body = _("有效期到 %(day)s。继续实施的请起草新版，或编写承接政策。")
    yield _department(policy), title, body % {"day": day_words(policy.current.valid_to)}


@_about("policy.expired")
def expired(policy: Policy, params: Params) -> Iterator[Said]:
    yield _department(policy), _("已失效：%(title)s") % {"title": _named(policy)}, _("不再匹配企业，正文仍可查阅。")


@_about("policy.ended")
def ended(policy: Policy, params: Params) -> Iterator[Said]:
    said = _("原因：%(reason)s") % {"reason": policy.ended_for}
    yield _department(policy), _("已废止：%(title)s") % {"title": _named(policy)}, said
