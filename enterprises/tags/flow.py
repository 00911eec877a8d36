"""The verbs on tags: make a criterion a tag, take it off again. The criterion itself is edited as all criteria are."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import Actor, Clock
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.trail.entries import record
from portal.worktime import clock

from ..models import WRITES_CRITERIA, Criterion, Tag


@transaction.atomic
def add_tag(
    criterion: Criterion,
    *,
    by: Actor,
    dimension: str,
    name_en: str = "",
    position: int = 0,
    at: datetime | None = None,
) -> Tag:
    """Firms it holds for bear its name from now on (ENT-6); a tag taken off before comes back."""
    grant, at = _demand_right(by, at), at or clock.now()
    criterion = Criterion.objects.select_for_update(of=("self",), no_key=True).get(pk=criterion.pk)
    _demand(criterion.retired_at is None, _("这个条件已经停用"))
    _demand(dimension in Tag.Dimension.values, _("请选择维度"), "dimension")
    tag = Tag.objects.filter(criterion=criterion).first() or Tag(criterion=criterion)
    _demand(tag.pk is None or tag.ended_at is not None, _("“%(name)s”已经是标签") % {"name": criterion.name})
    tag.dimension, tag.name_en, tag.position, tag.ended_at = dimension, name_en.strip(), position or _next(), None
    tag.save()
    record("tag.added", tag, by=by, at=at, data={"criterion": criterion.pk, "dimension": dimension}, grant=grant)
    return tag


@transaction.atomic
def end_tag(tag: Tag, *, by: Actor, at: datetime | None = None) -> Tag:
    """No firm bears it any more; its criterion stays."""
    grant, at = _demand_right(by, at), at or clock.now()
    tag = Tag.objects.select_for_update(of=("self",), no_key=True).get(pk=tag.pk)
    _demand(tag.ended_at is None, _("这个标签已经停用"))
    tag.ended_at = at
    tag.save(update_fields=["ended_at"])
    record("tag.ended", tag, by=by, at=at, grant=grant)
    return tag


def _next() -> int:
    last = Tag.objects.order_by("position").last()
    return last.position + 1 if last else 1


def _demand_right(by: Actor, at: datetime | None) -> Grant | None:
    if isinstance(by, Clock):
        return None
    grants = map(rights_of(by, at).grant, WRITES_CRITERIA) if isinstance(by, User) else iter(())
    grant = next(filter(None, grants), None)
    _demand(grant is not None, _("您不能设置标签"))
    return grant


def _demand(holds: bool, sentence: str, field: str | None = None) -> None:
    if not holds:
        raise Refused(sentence, field)
