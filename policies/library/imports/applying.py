"""Bringing policies in as drafts of one's department, and taking them out again; all or none."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.files.importing import Act, Stale, Tell
from portal.people.refusal import Refused
from portal.trail.entries import record

from ...models import Clause, ClauseVersion, Policy, PolicyFile, PolicyImport, PolicyImportRow, PolicyVersion
from .. import flow, stages
from .checking import content_of, grouped, mark_known

Outcome = PolicyImportRow.Outcome


def apply(batch: PolicyImport, act: Act, tell: Tell) -> None:
    """Raises Stale before anything is written where the preview no longer holds."""
    rows = list(batch.rows.filter(outcome=Outcome.NEW).order_by("number"))
    mark_known(batch, rows)
    if any(row.outcome != Outcome.NEW for row in rows):
        raise Stale
    if batch.department is None:
        raise Refused(_("没有指明责任单位，请重新上传。"))
    groups = grouped(rows)
    for done, group in enumerate(groups):
        tell(
            10 + 85 * done // len(groups),
            _("已导入 %(done)s 件，共 %(total)s 件") % {"done": done, "total": len(groups)},
        )
        policy = flow.create(content_of(group), department=batch.department, by=act.by, at=act.at)
        for row in group:
            row.policy = policy
    PolicyImportRow.objects.bulk_update(rows, ["policy"])


def undo(batch: PolicyImport, act: Act, tell: Tell) -> int:
    """Takes out the drafts that nobody has touched since; the rest stays and is named. How many rows that is."""
    tell(10, _("正在看哪些后来改过"))
    rows = list(batch.rows.filter(outcome=Outcome.NEW).exclude(policy=None))
    wanted = Policy.objects.filter(pk__in={row.policy_id for row in rows})
    locked = list(wanted.select_for_update(of=("self",), no_key=True).order_by("pk"))
    gone = {policy.pk for policy in locked if _untouched(policy)}
    for row in rows:
        row.kept = [] if row.policy_id in gone else ["used"]
    PolicyImportRow.objects.bulk_update(rows, ["kept"])
    for policy in locked:
        if policy.pk in gone:
            _remove(policy, batch, act)
    return sum(1 for row in rows if row.kept)


def _untouched(policy: Policy) -> bool:
    versions = list(policy.versions.all())
    own = [one.status == stages.DRAFT and not one.revision and not one.returned_for for one in versions]
    filed = PolicyFile.objects.filter(version__in=versions).exists()
    return own == [True] and policy.current_id is None and not filed and not policy.followed_by.exists()


def _remove(policy: Policy, batch: PolicyImport, act: Act) -> None:
    record("policy.import_undone", policy, by=act.by, at=act.at, data={"import": batch.pk}, grant=act.grant)
    ClauseVersion.objects.filter(version__policy=policy).delete()
    Clause.objects.filter(policy=policy).delete()
    PolicyVersion.objects.filter(policy=policy).delete()
    policy.delete()
