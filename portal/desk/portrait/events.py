"""What the firm's own rows and the trail tell of its past: name, stewards, key lists, deliveries of data, its code."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from enterprises.models import Resource
from enterprises.portraying import Moment, Portrait, past
from portal.desk.portrait.people import all_entries
from portal.trail.models import Event

NAMED = 4  # resources of one quarter that are named, the rest is counted

# Events about the firm itself that are told as they stand; names and stewards are told from their own rows.
TOLD = {
    "enterprise.member_added": gettext_noop("登记企业人员"),
    "enterprise.member_ended": gettext_noop("企业人员权限结束"),
    "enterprise.primary_named": gettext_noop("更换主要联系人"),
    "enterprise.code_renewed": gettext_noop("启用新的企业码"),
}


@past
def told_by_the_trail(portrait: Portrait, most: int) -> Iterable[Moment]:
    about = Event.objects.about(portrait.firm).filter(kind__in=TOLD)
    if portrait.own:
        about = about.for_firm()
    for at, kind, who in about.order_by("-at", "-pk").values_list("at", "kind", "actor__name")[:most]:
        yield Moment(at, _(TOLD[kind]), who or "", kind="firm")


@past
def names(portrait: Portrait, most: int) -> Iterable[Moment]:
    for former in portrait.former_names[:most]:
        words = _("更名，曾用名 %(name)s") % {"name": former.name}
        yield Moment(_at(former.until), words, kind="firm", day_only=True)
    if portrait.firm.established_on:
        yield Moment(_at(portrait.firm.established_on), _("成立"), kind="firm", day_only=True)


@past
def stewards(portrait: Portrait, most: int) -> Iterable[Moment]:
    for tie in sorted(portrait.stewardships, key=lambda tie: tie.since, reverse=True)[:most]:
        named = {"name": tie.user.name, "kind": tie.get_kind_display()}
        yield Moment(tie.since, _("%(name)s 担任%(kind)s") % named, kind="people")
        if tie.until is not None and tie.until <= portrait.now:
            yield Moment(tie.until, _("%(name)s 不再担任%(kind)s") % named, kind="people")


@past
def key_lists(portrait: Portrait, most: int) -> Iterable[Moment]:
    """The years in which it stood on an approved list."""
    approved = [(entry.of.approved_at, entry.of) for entry in all_entries(portrait) if entry.of.approved_at]
    for at, key_list in sorted(approved, key=lambda one: one[0], reverse=True)[:most]:
        yield Moment(at, _("列入 %(list)s") % {"list": key_list}, kind="list")


DELIVERED = """SELECT date_trunc('quarter', d.at AT TIME ZONE 'Asia/Shanghai') AS quarter, max(d.at),
    array_agg(DISTINCT r.id ORDER BY r.id)
    FROM (SELECT DISTINCT unnest(deliveries) AS id FROM enterprises_fact WHERE enterprise_id = %s) f
    JOIN enterprises_delivery d ON d.id = f.id JOIN enterprises_resource r ON r.id = d.resource_id
    WHERE d.undone_at IS NULL GROUP BY 1 ORDER BY 1 DESC LIMIT %s"""


@past
def deliveries(portrait: Portrait, most: int) -> Iterable[Moment]:
    """By quarter: which of the resources that he may read were brought up to date.

    That a register of penalties has something about the firm would tell what it keeps (SEC-11).
    """
    with connection.cursor() as cursor:
        cursor.execute(DELIVERED, [portrait.firm.pk, most])
        quarters = cursor.fetchall()
    wanted = {one for _quarter, _latest, ids in quarters for one in ids}
    told = Resource.objects.filter(pk__in=wanted).only("name", "name_en", "sensitivity").order_by()
    seen = {one.pk: str(one) for one in told if portrait.sight.sees(one)}
    for _quarter, latest, ids in quarters:
        if named := [seen[one] for one in ids if one in seen]:
            yield Moment(latest, _delivered(named), kind="facts", day_only=True)


def _delivered(resources: list[str]) -> str:
    named = _("、").join(resources[:NAMED])
    if len(resources) <= NAMED:
        return _("数据更新：%(what)s") % {"what": named}
    return _("数据更新：%(what)s 等 %(n)s 项") % {"what": named, "n": len(resources)}


def _at(day: date) -> datetime:
    """A day without an hour stands at its beginning."""
    return timezone.make_aware(datetime.combine(day, time()))
