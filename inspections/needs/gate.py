"""The gate (INS-2): every planned check is held against the whitelist, the yearly cap and other agencies' visits.

What it refuses is counted (`needs.counting`). A migration's triggers are the last line, for whatever forgets to ask.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from portal.people.actors import Actor
from portal.people.refusal import Refused
from portal.worktime.calendar import calendar
from portal.worktime.words import day as day_words

from ..models import Agency, BlockedAttempt, Entry, JointVisit, Need, Rules, Subject, VisitPart
from . import stages
from .counting import Attempt, note

Why = BlockedAttempt.Why


class Blocked(Refused):
    """Refused by the gate; `why` is one of `BlockedAttempt.Why`."""

    def __init__(self, sentence: str, why: str) -> None:
        super().__init__(sentence)
        self.why = why


class Standing(NamedTuple):
    """A visit that stands: with whom, and whether it counts against the cap."""

    pk: int
    number: str
    day: date
    agencies: frozenset[int]
    capped: bool
    unannounced: bool
    on_the_spot: bool


@dataclass(frozen=True)
class Verdict:
    """`why` is empty where nothing stands in the way; `words` are for the person who asked."""

    why: str = ""
    words: str = ""

    @property
    def passes(self) -> bool:
        return not self.why


@dataclass
class AtFirm:
    """What stands at one firm."""

    listed: list[tuple[date, date]] = field(default_factory=list)  # terms on the whitelist
    visits: list[Standing] = field(default_factory=list)

    def is_listed(self, first: date, last: date) -> bool:
        return any(begins <= last and ends >= first for begins, ends in self.listed)

    def used(self, year: int) -> int:
        """Visits of the year that count against the cap."""
        return sum(visit.capped and visit.day.year == year for visit in self.visits)


class Gate:
    """What stands at these firms around a span, read at once: three queries however many they are."""

    def __init__(self, firms: Iterable[int], first: date, last: date) -> None:
        self.rules = Rules.now()
        self.firms: dict[int, AtFirm] = {pk: AtFirm() for pk in firms}
        self._read_terms(first, last)
        self._read_visits(first, last)

    def _read_terms(self, first: date, last: date) -> None:
        entries = Entry.objects.standing(first, last).filter(enterprise__in=self.firms)
        for firm, begins, ends in entries.order_by().values_list("enterprise", "term_from", "term_until"):
            self.firms[firm].listed.append((begins, ends))

    def _read_visits(self, first: date, last: date) -> None:
        margin = timedelta(days=3 * self.rules.gap + 15)  # more than the gap's working days with any holiday in them
        span = (min(date(first.year, 1, 1), first - margin), max(date(last.year, 12, 31), last + margin))
        capped = Need.objects.filter(visit=OuterRef("pk"), kind__in=stages.CAPPED)
        visits = JointVisit.objects.standing().filter(enterprise__in=self.firms, day__range=span)
        found = list(visits.annotate(capped=Exists(capped)).order_by("day", "pk"))
        agencies: dict[int, set[int]] = {}
        parts = VisitPart.objects.filter(visit__in=[visit.pk for visit in found]).order_by()
        for visit, agency in parts.values_list("visit", "agency"):
            agencies.setdefault(visit, set()).add(agency)
        for one in found:
            whose = frozenset(agencies.get(one.pk, ()))
            told = (one.capped, one.unannounced, one.on_the_spot)
            self.firms[one.enterprise_id].visits.append(Standing(one.pk, one.number, one.day, whose, *told))

    def judge(self, firm: int, agency: int, kind: str, first: date, last: date, *, ordered_by: str = "") -> Verdict:
        """Whether this agency may want a check of this kind at the firm on a day from `first` to `last`."""
        here = self.firms[firm]
        if here.is_listed(first, last):
            if kind == stages.SELF_CHOSEN or (kind == stages.RANDOM and not ordered_by.strip()):
                return Verdict(Why.WHITELIST, _(stages.SPARED[kind]))
            if kind in stages.MULTI_HEAD and (near := self._in_the_way(here, agency, first, last)):
                return Verdict(Why.MULTI_HEAD, self._join(near))
        cap = self.rules.yearly_cap
        if kind in stages.CAPPED and all(here.used(year) >= cap for year in range(first.year, last.year + 1)):
            said = _("企业今年的检查已到上限 %(cap)s 次，不能再安排自选检查和随机抽查。")
            return Verdict(Why.CAP, said % {"cap": cap})
        return Verdict()

    def near(self, firm: int, agency: int, first: date, last: date) -> list[Standing]:
        """Other agencies' visits within the span, or nearer to it than the gap: one could join them."""
        others = [visit for visit in self.firms[firm].visits if _is_other(visit, agency)]
        return [visit for visit in others if self._reaches(visit, first, last)]

    def _reaches(self, visit: Standing, first: date, last: date) -> bool:
        closest = min(max(visit.day, first), last)
        return closest == visit.day or self._too_near(closest, visit)

    def _in_the_way(self, here: AtFirm, agency: int, first: date, last: date) -> Standing | None:
        """The visit to join where no day of the span is far enough from other agencies' visits, nor one's own day."""
        others = [visit for visit in here.visits if _is_other(visit, agency)]
        if not others or any(first <= visit.day <= last for visit in others):
            return None
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        working = [day for day in days if calendar().is_working(day)]
        if any(not any(self._too_near(day, visit) for visit in others) for day in working):
            return None
        return min(others, key=lambda visit: abs((visit.day - first).days))

    def _too_near(self, day: date, visit: Standing) -> bool:
        return abs(calendar().working_days_between(day, visit.day)) < self.rules.gap

    def _join(self, near: Standing) -> str:
        if near.unannounced:  # its day and number are its agency's alone until it begins
            return _("企业在白名单内，其他部门近期已安排检查，请与统筹部门联系并入，不另行上门。")
        said = _("企业在白名单内，%(agencies)s %(day)s已安排检查 %(number)s，请把日期包括这一天，并入这次检查。")
        names = Agency.objects.filter(pk__in=near.agencies).select_related("department")
        agencies = _("、").join(str(agency) for agency in names)
        return said % {"agencies": agencies, "day": day_words(near.day), "number": near.number}


def _is_other(visit: Standing, agency: int) -> bool:
    return agency not in visit.agencies and not visit.on_the_spot


def judge(firm: Enterprise, agency: Agency, kind: str, first: date, last: date, *, ordered_by: str = "") -> Verdict:
    """What `passes` would say, without counting it: for a page that answers while one types."""
    return Gate([firm.pk], first, last).judge(firm.pk, agency.pk, kind, first, last, ordered_by=ordered_by)


def locked(firms: Iterable[Enterprise]) -> list[Enterprise]:
    """The firms' rows, locked in the order of their keys: whoever lists, enters or schedules at one holds it."""
    rows = Enterprise.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    return list(rows.filter(pk__in=[firm.pk for firm in firms]))


def passes(
    firm: Enterprise,
    agency: Agency,
    kind: str,
    first: date,
    last: date,
    *,
    ordered_by: str = "",
    way: str,
    by: Actor,
    at: datetime,
    subject: Subject | None = None,
    key: uuid.UUID | None = None,
) -> None:
    """Inside the verb's transaction: locks the firm's row and asks. Raises Blocked, and the attempt is counted.

    `way` is how it came (`Need.came_by`, `edit`, `visit`). `key` names what was sent, so that a second click on it
    counts once; without one each call counts.
    """
    locked([firm])
    verdict = judge(firm, agency, kind, first, last, ordered_by=ordered_by)
    if not verdict.passes:
        with translation.override(settings.LANGUAGE_CODE):  # kept for the office, whatever language he reads
            said = judge(firm, agency, kind, first, last, ordered_by=ordered_by)
        note(Attempt(firm, agency, subject, kind, first, last, said.why, said.words, way=way, by=by, at=at, key=key))
        raise Blocked(verdict.words, verdict.why)
