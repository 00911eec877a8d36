"""The lists of inspections beside each other, on top of each of them: one room has ten, the navigation one entry."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop

from enterprises.models import firms_of
from inspections.figures.readers import reader_of
from inspections.models.agencies import READS_INSPECTIONS
from inspections.needs.capacity import reads
from portal.people.rights import rights_of
from portal.people.roles import Role

# The sections of the pages of inspections: all stand under one entry.
SECTIONS = (
    *("inspections", "whitelist", "needs", "draws", "planning", "agencies"),
    *("recording", "rectification", "inspection-figures", "bookings"),
)
PUBLIC = (
    (gettext_noop("白名单"), "whitelist:public"),
    (gettext_noop("双随机"), "draws:draws"),
    (gettext_noop("公示"), "inspection-figures:public"),
)
FIRM = (
    (gettext_noop("检查"), "inspections:mine"),
    (gettext_noop("整改"), "rectification:mine"),
    (gettext_noop("积分"), "rectification:points"),
    (gettext_noop("预约"), "bookings:bookings"),
    (gettext_noop("我的白名单"), "whitelist:mine"),
)
OFFICE = (
    (gettext_noop("检查"), "inspections:visits"),
    (gettext_noop("白名单办理"), "whitelist:desk"),
    (gettext_noop("整改"), "rectification:all"),
    (gettext_noop("双随机"), "draws:draws"),
)
TODAY = ((gettext_noop("今天"), "inspections:today"),)
AGENCY = (
    (gettext_noop("需求"), "needs:needs"),
    (gettext_noop("计划"), "planning:plans"),
    (gettext_noop("预约"), "bookings:bookings"),
    (gettext_noop("执法力量"), "agencies:agencies"),
)
FIGURES = ((gettext_noop("统计"), "inspection-figures:figures"),)
ALL = {view for group in (PUBLIC, FIRM, OFFICE, TODAY, AGENCY, FIGURES) for _name, view in group}


def rooms_of(user: Any, view: str) -> list[tuple[str, str]]:
    """(name, address) of the lists that are there for him; none but where one of them is shown."""
    if view not in ALL:
        return []
    found = _found(user)
    return [(_begun(gettext(name)), where) for name, where in found] if view in {w for _n, w in found} else []


def _begun(name: str) -> str:
    """With a capital letter, where its language has any: the same word may stand within a sentence elsewhere."""
    return name[:1].upper() + name[1:]


def _found(user: Any) -> list[tuple[str, str]]:
    if not getattr(user, "is_authenticated", False):
        return list(PUBLIC)
    rights = rights_of(user)
    if not rights.has(*READS_INSPECTIONS) or rights.is_outside:
        return [*FIRM, *PUBLIC] if firms_of(user) else list(PUBLIC)
    today = TODAY if rights.has(Role.INSPECTOR) else ()
    return [*today, *OFFICE, *(AGENCY if reads(user) else ()), *(FIGURES if reader_of(user) else ())]
