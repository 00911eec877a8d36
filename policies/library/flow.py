"""The verbs on a policy and its versions (POL-1): written by one, approved by another, in force from its day.

Each locks the policy first, is one transaction, leaves an event and tells whoever has the next act. What was approved
is never changed: a change is the next version, and every former one is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from portal import outbox
from portal.files.models import StoredFile
from portal.people.actors import Actor
from portal.people.models import Department, User
from portal.people.refusal import Refused, one_line, required_line
from portal.people.rights import Grant, rights_of
from portal.trail.entries import record
from portal.worktime import clock
from portal.worktime.words import local_day

from ..models import Policy, PolicyFile, PolicyVersion
from ..models.policies import WRITES_POLICIES
from . import effect, stages
from .capacity import granted, standing
from .content import POLICY, Content, content_of
from .soundness import demand_complete, demand_sound
from .writing import write

LONGEST = 300  # characters of a reason
MOST_FILES = 20
TAKEN = ("desk", "calculator", "claims", "matches", "figures", "questions", "export", "new", "imports")

__all__ = [
    *("Refused", "approve", "attach", "create", "detach", "draft", "drop", "edit", "end"),
    *("send_back", "submit", "take_effect"),
]


@transaction.atomic
def create(
    content: Content,
    *,
    department: Department,
    by: User,
    follows: Policy | None = None,
    code: str = "",
    at: datetime | None = None,
) -> Policy:
    """新建政策: with its first version as a draft; nobody outside the department sees it before it is in force."""
    at = at or clock.now()
    grant = rights_of(by, at).grant(WRITES_POLICIES, department.pk)
    if grant is None:
        raise Refused(_("只能编写本部门的政策。"), "department")
    demand_sound(content)
    policy = Policy(code=_code(code), department=department, follows=follows, created_by=by, created_at=at)
    if follows is not None and not Policy.objects.visible_to(by, at).filter(pk=follows.pk).exists():
        raise Refused(_("没有这件承接的政策。"), "follows")
    try:
        with transaction.atomic():
            policy.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("已有编号为“%(code)s”的政策") % {"code": policy.code}, "code") from None
    version = _begun(policy, 1, content, by, at)
    write(version, content)
    record("policy.created", policy, by=by, at=at, data={"version": version.pk}, grant=grant)
    return policy


def _code(wanted: str) -> str:
    if not wanted:
        return "zc-" + get_random_string(6, "abcdefghjkmnpqrstuvwxyz23456789")
    if not re.fullmatch(r"[a-z0-9][-a-z0-9]{1,39}", wanted) or wanted in TAKEN:
        raise Refused(_("编号只用小写字母、数字和短横线。"), "code")
    return wanted


def _begun(policy: Policy, number: int, content: Content, by: User, at: datetime) -> PolicyVersion:
    said = {name: value for name, value in content.elements.items() if name in POLICY}
    return PolicyVersion.objects.create(
        policy=policy, number=number, status=stages.DRAFT, written_by=by, written_at=at, **said
    )


@transaction.atomic
def draft(policy: Policy, *, by: User, at: datetime | None = None) -> PolicyVersion:
    """起草新版: begins as the version in force stands, with its clauses, files and materials."""
    locked = _locked(policy)
    at = at or clock.now()
    grant = granted("draft", PolicyVersion(policy=locked), standing(locked, by, at))
    if locked.current is None or locked.ended_at is not None:
        raise Refused(_("还没有生效或已经废止的政策不能起草新版。"))
    if locked.versions.filter(status__in=stages.WORKED_ON).exists():
        raise Refused(_("这件政策已有一版在编写、审核或待生效。"))
    content = content_of(locked.current)
    content.elements |= {"note": "", "effective_on": max(local_day(at), locked.current.valid_from)}
    last = locked.versions.order_by("-number").values_list("number", flat=True)[0]
    version = _begun(locked, last + 1, content, by, at)
    write(version, content)
    files = [PolicyFile(version=version, file_id=one.file_id, title=one.title) for one in locked.current.files.all()]
    PolicyFile.objects.bulk_create(files)
    record("policy.drafted", locked, by=by, at=at, data={"version": version.pk}, grant=grant)
    return version


@transaction.atomic
def edit(
    version: PolicyVersion, content: Content, *, by: User, seen: int | None = None, at: datetime | None = None
) -> PolicyVersion:
    """改草稿: says all of it anew. `seen` is the revision that was read: another tab's words are not written over."""
    version, at, grant = _begin(version, "edit", by, at)
    if seen is not None and seen != version.revision:
        raise Refused(_("这份草稿刚被改过，请打开最新的一版再改。"))
    demand_sound(content)
    for name in POLICY:
        if name in content.elements:
            setattr(version, name, content.elements[name])
    version.written_by, version.written_at = by, at
    version.revision += 1
    version.save()
    write(version, content)
    record("policy.edited", version.policy, by=by, at=at, data={"version": version.pk}, grant=grant)
    return version


@transaction.atomic
def submit(version: PolicyVersion, *, by: User, at: datetime | None = None) -> PolicyVersion:
    """送审: complete, and not by whoever will approve it."""
    version, at, grant = _begin(version, "submit", by, at)
    demand_complete(version, local_day(at))
    version.status, version.submitted_by, version.submitted_at = stages.REVIEW, by, at
    version.returned_for = ""
    version.save()
    return _tell("policy.submitted", version, by, at, grant)


@transaction.atomic
def send_back(version: PolicyVersion, *, by: User, reason: str, at: datetime | None = None) -> PolicyVersion:
    """退回修改, with the reason that the writer reads."""
    version, at, grant = _begin(version, "send_back", by, at)
    version.returned_for, version.status = required_line(reason, _("请写退回的理由。")), stages.DRAFT
    version.save()
    return _tell("policy.sent_back", version, by, at, grant)


@transaction.atomic
def approve(version: PolicyVersion, *, by: User, at: datetime | None = None) -> PolicyVersion:
    """审核通过: in force at once where its day has come, else by the clock on its day."""
    version, at, grant = _begin(version, "approve", by, at)
    demand_complete(version, local_day(at))
    version.status, version.approved_by, version.approved_at = stages.SCHEDULED, by, at
    version.save()
    _tell("policy.approved", version, by, at, grant)
    return effect.put_in_force(version, at) if version.effective_on <= local_day(at) else version


@transaction.atomic
def take_effect(version: PolicyVersion, *, by: Actor, at: datetime | None = None) -> PolicyVersion:
    """生效: by the clock alone, on the version's day."""
    version, at, _grant = _begin(version, "take_effect", by, at)
    if version.effective_on > local_day(at):
        raise Refused(_("还没有到生效的日子。"))
    return effect.put_in_force(version, at)


@transaction.atomic
def drop(version: PolicyVersion, *, by: User, reason: str = "", at: datetime | None = None) -> PolicyVersion:
    """放弃: a draft, one under review or one that waits for its day; it stays to be read by its department."""
    version, at, grant = _begin(version, "drop", by, at)
    version.status, version.returned_for = stages.DROPPED, one_line(reason)[:LONGEST]
    version.save()
    return _tell("policy.dropped", version, by, at, grant, tell=False)


@transaction.atomic
def end(policy: Policy, *, by: User, reason: str, at: datetime | None = None) -> Policy:
    """废止: the policy holds no more from now on; its last version stays to be read, its matches go."""
    locked = _locked(policy)
    at = at or clock.now()
    if locked.current is None or locked.ended_at is not None:
        raise Refused(_("这件政策没有生效，或者已经废止。"))
    if locked.versions.filter(status__in=stages.WORKED_ON).exists():
        raise Refused(_("还有一版在编写、审核或待生效，请先放弃那一版。"))
    grant = granted("end", locked.current, standing(locked, by, at, locked.current))
    locked.ended_at, locked.ended_for = at, required_line(reason, _("请写废止的原因。"))
    locked.save(update_fields=["ended_at", "ended_for"])
    effect.close(locked, at)
    event = record("policy.ended", locked, by=by, at=at, data={"version": locked.current_id}, grant=grant)
    outbox.queue("policy.ended", locked, key=f"policy.ended:{event.pk}", at=at, by=by.pk)
    return locked


# Attachments ------------------------------------------------------------------------------------------------------


@transaction.atomic
def attach(
    version: PolicyVersion, *, by: User, file: StoredFile, title: str = "", at: datetime | None = None
) -> PolicyFile:
    """加附件 to a draft: the original text, a form to fill in."""
    version, at, grant = _begin(version, "edit", by, at)
    if version.files.count() >= MOST_FILES:
        raise Refused(_("附件最多 %(n)s 个。") % {"n": MOST_FILES}, "files")
    made = PolicyFile.objects.create(version=version, file=file, title=title.strip()[:80])
    record("policy.edited", version.policy, by=by, at=at, data={"version": version.pk, "file": file.pk}, grant=grant)
    return made


@transaction.atomic
def detach(row: PolicyFile, *, by: User, at: datetime | None = None) -> PolicyVersion:
    """去掉附件; versions that were published keep theirs."""
    version, at, grant = _begin(row.version, "edit", by, at)
    data = {"version": version.pk, "gone": row.file_id}
    PolicyFile.objects.filter(pk=row.pk).delete()
    record("policy.edited", version.policy, by=by, at=at, data=data, grant=grant)
    return version


# What they share --------------------------------------------------------------------------------------------------


def _locked(policy: Policy) -> Policy:
    rows = Policy.objects.select_for_update(of=("self",), no_key=True).select_related("current", "department")
    return rows.get(pk=policy.pk)


def _begin(
    version: PolicyVersion, verb: str, by: Actor, at: datetime | None
) -> tuple[PolicyVersion, datetime, Grant | None]:
    """The version as it is now, its policy locked, the verb's instant and the right it is done by."""
    policy = _locked(version.policy)
    fresh = PolicyVersion.objects.get(pk=version.pk)
    fresh.policy = policy
    at = at or clock.now()
    return fresh, at, granted(verb, fresh, standing(policy, by, at, fresh))


def _tell(
    kind: str, version: PolicyVersion, by: User, at: datetime, grant: Grant | None, *, tell: bool = True
) -> PolicyVersion:
    outbox.tell(kind, version.policy, by, at, grant, told=tell, version=version.pk)
    return version


VERBS: dict[str, Callable[..., Any]] = {
    "submit": submit,
    "send_back": send_back,
    "approve": approve,
    "drop": drop,
    "end": end,
}
"""Those of a page with a form of its own, by the name in `stages.VERBS`."""
