"""The verbs of the record: the only code that writes one (INS-6, INS-7).

A record is sent by a telephone that may be cut off at any moment, so it comes under a key: however often it is sent it
is taken once, all of it or nothing. What it orders (rectification, a warning) happens in the same transaction.
Locking order: the key, the visit, then what the verbs of needs and of rectification lock (needs, the firm, deadlines).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal import deadlines, files, outbox
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.refusal import Refused, required
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.drafts import alone

from ..models import (
    Amendment,
    AmendmentPhoto,
    Check,
    CheckItem,
    CheckPhoto,
    Finding,
    JointVisit,
    JointVisitDeadline,
    Need,
    RecordDraft,
    Signature,
    Upload,
    VisitPart,
)
from ..needs import flow as needs_flow
from ..needs import stages as needs_stages
from ..rectification import flow as rectification
from ..visits import flow as visits_flow
from ..visits import stages as visits
from ..visits.capacity import shown_at
from . import stages
from .capacity import Conflict, demand_open, inspects
from .complete import demand_complete
from .written import Checked, Found, Record, Signed

OBLIGATION = "visit_record"


def locked(part: VisitPart) -> VisitPart:
    """The part with its visit locked: all that is written down on one visit comes one after the other."""
    JointVisit.objects.select_for_update(of=("self",), no_key=True).get(pk=part.visit_id)
    return VisitPart.objects.select_related("visit__enterprise", "agency__department", "recorded_by").get(pk=part.pk)


@transaction.atomic
def record(
    part: VisitPart, *, by: User, record: Record, key: uuid.UUID, digest: str = "", at: datetime | None = None
) -> Upload:
    """提交检查记录 of one agency; with the last part the visit is done.

    Sent again under its key it is the same upload. Raises Conflict for another content under that key, and where the
    part is recorded already; Refused, with the field, for what is incomplete.
    """
    digest = digest or record.digest()
    alone(key)
    part = locked(part)
    if (made := Upload.objects.filter(key=key).first()) is not None:
        return _again(made, part, by, digest)
    at = at or clock.now()
    grant = _granted(part, by, at)
    part = _begun_at_the_door(part, by, record, at)
    demand_open(part)
    needs = list(needs_of(part))
    if not needs:
        raise Refused(_("这次检查里没有您部门待查的事项，不用填记录。"))
    demand_complete(record, needs, part)
    upload = Upload.objects.create(
        key=key, part=part, digest=digest, by=by, at=at, written_at=_within(record.written_at, part, at)
    )
    found = [_write(checked, need, upload) for need, checked in _paired(record, needs)]
    _take_photos(record, upload)
    for signed in record.signatures:
        _sign(signed, upload)
    part.recorded_by, part.recorded_at = by, at
    part.save(update_fields=["recorded_by", "recorded_at"])
    RecordDraft.objects.filter(part=part, user=by).delete()
    deadlines.meet(JointVisitDeadline, part.visit, OBLIGATION, at=at, department=part.agency.department)
    outbox.tell("joint_visit.recorded", part.visit, by, at, grant, firm_sees=True, part=part.pk, findings=sum(found))
    _finish(part.visit, by, at, grant)
    rectification.recorded(upload, by=by, at=at)
    return upload


def needs_of(part: VisitPart) -> Iterable[Need]:
    """What the part is to check, in the order in which it stands on the page."""
    planned = Need.objects.filter(visit=part.visit_id, agency=part.agency_id, status=needs_stages.PLANNED)
    return planned.select_related("subject").order_by("pk")


def _granted(part: VisitPart, by: User, at: datetime) -> Grant:
    grant = inspects(part, by, at)
    if grant is None:
        raise Refused(_("您不在这次检查的人员里，或执法证已过期；换人后再提交。"))
    return grant


def _begun_at_the_door(part: VisitPart, by: User, record: Record, at: datetime) -> VisitPart:
    """Where the code was shown and no network was there to begin the visit, the first word written has begun it."""
    shown = shown_at(part.visit)
    if part.visit.status != visits.SCHEDULED or shown is None:
        return part
    began = record.begun_at or record.written_at
    if began is None or not shown <= began <= at or local_day(began) != part.visit.day:
        began = shown  # a telephone whose clock is wrong
    visits_flow.begin(part.visit, by=by, at=began)
    return locked(part)


def _again(made: Upload, part: VisitPart, by: User, digest: str) -> Upload:
    if (made.part_id, made.by_id, made.digest) != (part.pk, by.pk, digest):
        raise Conflict(_("这份记录已经用别的内容提交过，这一次没有收下。"))
    return made


def _within(written_at: datetime | None, part: VisitPart, at: datetime) -> datetime:
    """The telephone's clock is believed between the visit's beginning and now."""
    return min(max(written_at or at, part.visit.begun_at or at), at)


def _paired(record: Record, needs: list[Need]) -> Iterable[tuple[Need, Checked]]:
    told = {checked.need: checked for checked in record.checks}
    return ((need, told[need.pk]) for need in needs)


def _write(checked: Checked, need: Need, upload: Upload) -> int:
    """One need's check with its points and findings; how many findings."""
    problems = bool(checked.findings)
    made = Check.objects.create(
        need=need,
        part=upload.part,
        upload=upload,
        result=stages.FOUND if problems else stages.CLEAN,
        remarks=checked.remarks.strip(),
        by=upload.by,
        at=upload.at,
    )
    points = {point.pk: point for point in need.subject.checklist.all()}
    CheckItem.objects.bulk_create(
        CheckItem(
            record=made,
            item=points[answer.item],
            number=points[answer.item].number,
            text=points[answer.item].text,
            result=answer.result,
            note=answer.note.strip(),
        )
        for answer in checked.answers
    )
    for found in checked.findings:
        _find(found, made, need)
    needs_flow.carry_out(need, by=upload.by, at=upload.at)
    return len(checked.findings)


def _find(found: Found, made: Check, need: Need) -> None:
    """The finding, and what was decided on it; a refusal names the finding and undoes the whole record."""
    finding = Finding.objects.create(
        record=made,
        item_id=found.item,
        enterprise_id=need.enterprise_id,
        agency_id=need.agency_id,
        text=found.text.strip(),
        basis=found.basis.strip(),
        severity=found.severity,
        outcome=found.outcome,
        remedied_on_the_spot=found.outcome in stages.ON_THE_SPOT,
        status=stages.BECOMES[found.outcome],
        at=made.at,
    )
    try:
        if found.outcome == stages.RECTIFY:
            rectification.order(finding, by=made.by, days=found.days, at=made.at)
        elif found.outcome == stages.WARN:
            rectification.warn(finding, by=made.by, at=made.at)
    except Refused as refused:
        raise Refused(refused.sentence, found.field(need.pk)) from refused


def _take_photos(record: Record, upload: Upload) -> None:
    """The photos that the record names join it; what its writer took and left out goes."""
    taken = CheckPhoto.objects.filter(part=upload.part, by=upload.by, record=None)
    for made in upload.checks.all():
        taken.filter(need=made.need_id, key__in=record.photos).update(record=made)
    missing = len(record.photos) - CheckPhoto.objects.filter(record__upload=upload).count()
    if missing > 0:
        raise Refused(_("还有 %(n)s 张照片没有传上，请等照片传完再提交。") % {"n": missing}, "photos")
    taken.delete()


def _sign(signed: Signed, upload: Upload) -> None:
    name = upload.by.name if signed.whose == Signature.Whose.INSPECTOR else signed.name
    Signature.objects.create(
        part=upload.part,
        whose=signed.whose,
        name=name,
        title=signed.title,
        image=signed.stored(by=upload.by),
        refused_for=signed.refused_for,
        at=upload.at,
    )


def _finish(visit: JointVisit, by: User, at: datetime, grant: Grant) -> None:
    """With the last part; an agency whose needs all fell away is not waited for."""
    owing = Need.objects.filter(visit=visit, status=needs_stages.PLANNED).order_by().values("agency")
    if visit.parts.filter(recorded_at=None, agency__in=owing).exists():
        return
    visit.status, visit.done_at = visits.DONE, at
    visit.save(update_fields=["status", "done_at"])
    outbox.tell("joint_visit.done", visit, by, at, grant, firm_sees=True, told=False)


@transaction.atomic
def amend(
    part: VisitPart,
    *,
    by: User,
    text: str,
    photos: Sequence[StoredFile] = (),
    key: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Amendment:
    """更正: said and shown beside a record that stands, which keeps what was signed. `key` makes it happen once."""
    part, key = locked(part), key or uuid.uuid4()
    if (made := Amendment.objects.filter(key=key, part=part, by=by).first()) is not None:
        return made
    at = at or clock.now()
    grant = _granted(part, by, at)
    if part.recorded_at is None:
        raise Refused(_("还没有记录，直接填写就行。"))
    text = required(text, _("请写哪里记错了、应当是什么。"), "text", 2000)
    files.check_count(0, len(photos))
    made = Amendment.objects.create(key=key, part=part, text=text, by=by, at=at)
    AmendmentPhoto.objects.bulk_create(AmendmentPhoto(amendment=made, file=photo) for photo in photos)
    outbox.tell("joint_visit.amended", part.visit, by, at, grant, firm_sees=True, part=part.pk)
    return made
