"""The verbs on draws (INS-5): the list is fixed, then drawn once, then its needs are made; or it is dropped in public.

Neither who draws nor who runs the platform can choose the outcome: the platform's secret is fixed by its digest before
anybody knows the public number, and the list by its own before either is told. docs/guide/draws.md says how to check.
"""

from __future__ import annotations

import math
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Industry, Place, firms_of
from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required_line
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import day as day_words
from portal.worktime.words import local_day

from ..models import Agency, Draw, DrawExclusion, DrawInspector, DrawRow, Inspector, Subject
from ..numbers import number
from . import formula, lots, stages
from .capacity import granted, standing, works_for
from .population import Candidate, Population, population

MOST = 20_000  # firms of one list
TAKE_MOST = 500  # firms of one drawing: each becomes needs while somebody waits for the page
CHUNK = 2000
Chance = Callable[[int], str]  # so many random bytes in hexadecimal digits


@dataclass(frozen=True)
class Asked:
    """What is to be drawn: `take` firms, or a `share` of them (0 to 1, rounded up). `source` says whence the public
    number will come, `known_on` on which day; with `ordered_by`, the document of who stands above, whitelisted firms
    may be drawn too (INS-2).
    """

    title: str
    subjects: Sequence[Subject]
    first: date
    last: date
    basis: str
    source: str
    known_on: date
    take: int = 0
    share: Decimal | None = None
    place: Place | None = None
    industry: Industry | None = None
    ordered_by: str = ""

    def fields(self) -> dict[str, Any]:
        """The row's own. Raises Refused for what is missing."""
        return {
            "title": required_line(self.title, _("请写抽查的名称。"), "title", 80),
            "basis": required_line(self.basis, _("请写依据。"), "basis", 470),
            "source": required_line(self.source, _("请写公共随机数从哪里来。"), "source", 200),
            "known_on": self.known_on,
            "ordered_by": one_line(self.ordered_by)[:200],
            "place": self.place,
            "industry": self.industry,
            "first": self.first,
            "last": self.last,
            "unannounced": any(subject.unannounced for subject in self.subjects),
        }


@transaction.atomic
def freeze(
    agency: Agency,
    asked: Asked,
    *,
    by: User,
    key: uuid.UUID | None = None,
    at: datetime | None = None,
    chance: Chance = secrets.token_hex,
) -> Draw:
    """固定名单: who may be drawn, with which weight, and the digests that bind list and platform from now on.

    The same `key` gives the draw that was made with it. `chance` is for tests and the demo.
    """
    agency = Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=agency.pk)
    at, key = at or clock.now(), key or uuid.uuid4()
    if (made := Draw.objects.filter(key=key, frozen_by=by).first()) is not None:
        return made
    grant, listed = _demand_agency(agency, by, at), look(agency, asked, by=by, at=at)
    people, secret = valid_inspectors(agency, asked.last), chance(32)
    draw = Draw(
        number=number("CQ", at),
        key=key,
        agency=agency,
        take=taken(len(listed.firms), asked),
        population=len(listed.firms),
        formula=formula.VERSION,
        secret=secret,
        commitment=lots.digest(secret),
        status=stages.FROZEN,
        frozen_by=by,
        frozen_at=at,
        **asked.fields(),
    )
    _keep(draw, asked.subjects, listed, people, chance)
    _tell("draw.frozen", draw, by, at, grant, told=False, digest=draw.digest, commitment=draw.commitment)
    return draw


def look(agency: Agency, asked: Asked, *, by: User, at: datetime) -> Population:
    """The list as it would be fixed now. Raises Refused."""
    _demand_agency(agency, by, at)
    _demand_days(asked, local_day(at))
    _demand_subjects(agency, asked.subjects)
    listed = population(
        agency,
        asked.subjects,
        asked.first,
        asked.last,
        place=asked.place,
        industry=asked.industry,
        ordered_by=one_line(asked.ordered_by),
    )
    if {one.firm for one in listed.firms} & firms_of(by, at):
        raise Refused(_("名单里有您所属的企业，请由同事办理。"))
    if not listed.firms:
        raise Refused(_("没有可以抽取的企业，请看检查事项的条件，或放宽范围。"))
    if len(listed.firms) > MOST:
        raise Refused(_("名单超过 %(n)s 户，请缩小范围。") % {"n": MOST})
    return listed


def taken(population: int, asked: Asked) -> int:
    """How many are drawn of so many. Raises Refused."""
    take = math.ceil(asked.share * population) if asked.share is not None else asked.take
    if not 1 <= take <= population:
        raise Refused(_("名单有 %(n)s 户，抽取户数要在 1 到 %(n)s 之间。") % {"n": population}, "amount")
    if take > TAKE_MOST:
        raise Refused(_("一次最多抽 %(n)s 户，请分几次抽。") % {"n": TAKE_MOST}, "amount")
    return take


def valid_inspectors(agency: Agency, last: date) -> list[Inspector]:
    """Those whose certificate is good to the last day. Raises Refused where they make no team of two."""
    found = agency.inspectors.valid_on(last).prefetch_related("skills").order_by("pk")
    people = list(found)
    if len(people) < lots.TEAM:
        raise Refused(_("到检查最后一天执法证仍有效的执法人员不足两人，不能抽取。"))
    return people


def _keep(
    draw: Draw, subjects: Sequence[Subject], listed: Population, people: Sequence[Inspector], chance: Chance
) -> None:
    """The draw with its list; the digest is of what the rows hold."""
    by_key = {subject.pk: subject for subject in subjects}
    rows = [_row(draw, one, chance) for one in listed.firms]
    crew = [_inspector(draw, one, chance) for one in people]
    draw.digest = lots.digest(
        lots.listing(head_of(draw), [firm_of(row, by_key) for row in rows], [person_of(one) for one in crew])
    )
    draw.save()
    draw.subjects.set(subjects)
    DrawRow.objects.bulk_create(rows, CHUNK)
    DrawInspector.objects.bulk_create(crew)
    out = [DrawExclusion(draw=draw, enterprise_id=firm, why=why) for firm, why in listed.out.items()]
    DrawExclusion.objects.bulk_create(out, CHUNK)


def _row(draw: Draw, one: Candidate, chance: Chance) -> DrawRow:
    salt = chance(16)
    return DrawRow(
        draw=draw,
        enterprise_id=one.firm,
        salt=salt,
        handle=lots.handle_of(salt, one.uscc),
        weight=one.weight,
        points=one.points,
        subjects=list(one.subjects),
    )


def _inspector(draw: Draw, one: Inspector, chance: Chance) -> DrawInspector:
    salt, skills = chance(16), sorted(skill.code for skill in one.skills.all())
    handle = lots.handle_of(salt, one.certificate)
    return DrawInspector(draw=draw, inspector=one, salt=salt, handle=handle, skills=skills)


def head_of(draw: Draw) -> lots.Head:
    days = draw.first.isoformat(), draw.last.isoformat()
    known_on = draw.known_on.isoformat() if draw.known_on else ""
    return lots.Head(draw.number, draw.formula, draw.take, *days, draw.source, known_on)


def firm_of(row: DrawRow, subjects: dict[int, Subject]) -> lots.Firm:
    """The row as the lots know it; `subjects` by key, with their skills."""
    own = [subjects[key] for key in row.subjects]
    skills = sorted({subject.skill.code for subject in own if subject.skill is not None})
    return lots.Firm(row.handle, row.weight, tuple(sorted(subject.code for subject in own)), tuple(skills))


def person_of(row: DrawInspector) -> lots.Person:
    return lots.Person(row.handle, tuple(row.skills))


def _demand_days(asked: Asked, today: date) -> None:
    """First the public number comes into the world, then the checks begin."""
    if asked.last < asked.first:
        raise Refused(_("最晚日期不能早于最早日期。"), "last")
    if asked.known_on <= today:
        raise Refused(_("公共随机数要在今天之后产生，请另选日期：今天的数可能已经有人知道。"), "known_on")
    if asked.first <= asked.known_on:
        raise Refused(_("最早日期要在公共随机数产生日期之后。"), "first")
    if (asked.last - asked.first).days > 366:
        raise Refused(_("检查时间最长一年。"), "last")


def _demand_subjects(agency: Agency, subjects: Sequence[Subject]) -> None:
    if not subjects:
        raise Refused(_("请选检查事项。"), "subjects")
    if any(subject.agency_id != agency.pk or not subject.active for subject in subjects):
        raise Refused(_("只能抽查本部门在用的检查事项。"), "subjects")


def _demand_agency(agency: Agency, by: User, at: datetime) -> Grant | None:
    held = works_for(agency, by, at)
    if not agency.active or "agency" not in held:
        raise Refused(_("抽查由本部门的执法人员办理。"))
    return held["agency"]


@transaction.atomic
def draw(draw: Draw, *, by: User, text: str, at: datetime | None = None) -> Draw:
    """抽取: with the public number that was announced, once its day is over; what comes out stands."""
    draw, at, grant = begin(draw, "draw", by, at)
    if draw.known_on and draw.waits_for_its_number(at):
        raise Refused(_("公布的公共随机数要到 %(day)s才产生，这一天过完才能抽取。") % {"day": day_words(draw.known_on)})
    text = required_line(text, _("请写公共随机数，按公布的来源照抄。"), "text", 200)
    draw.text, draw.seed = text, lots.seed_of(draw.secret, text, draw.digest)
    _take(draw)
    draw.status, draw.drawn_by, draw.drawn_at = stages.DRAWN, by, at
    draw.save(update_fields=["text", "seed", "status", "drawn_by", "drawn_at"])
    _tell("draw.drawn", draw, by, at, grant, seed=draw.seed)
    return draw


def _take(draw: Draw) -> None:
    """Writes lots, ranks and teams. Raises Refused where the rows are no longer those of the digest."""
    subjects = {one.pk: one for one in draw.subjects.select_related("skill")}
    rows, crew = list(draw.rows.all()), list(draw.inspectors.all())
    firms, people = [firm_of(row, subjects) for row in rows], [person_of(one) for one in crew]
    if lots.digest(lots.listing(head_of(draw), firms, people)) != draw.digest:
        raise Refused(_("名单与公布的摘要不符，不能抽取；请作废并报告督查员。"))
    by_handle = {row.handle: row for row in rows}
    order = lots.drawn(draw.seed, firms)
    teams = lots.crews(draw.seed, people)
    where = lots.sent([firm for _lot, firm in order[: draw.take]], [[one for _lot, one in team] for team in teams])
    for rank, (lot, firm) in enumerate(order, 1):
        row = by_handle[firm.handle]
        row.lot, row.rank, row.team = lot, rank if rank <= draw.take else None, where.get(firm.handle)
    DrawRow.objects.bulk_update(rows, ["lot", "rank", "team"], CHUNK)
    handled = {one.handle: one for one in crew}
    for n, team in enumerate(teams, 1):
        for lot, one in team:
            handled[one.handle].lot, handled[one.handle].team = lot, n
    DrawInspector.objects.bulk_update(crew, ["lot", "team"])


@transaction.atomic
def drop(draw: Draw, *, by: User, reason: str, at: datetime | None = None) -> Draw:
    """作废: with the reason, in public; after drawing supervisors are told: one might draw till it suits."""
    draw, at, grant = begin(draw, "drop", by, at)
    was_drawn = draw.status == stages.DRAWN
    draw.dropped_for = required_line(reason, _("请写作废的原因，会公开。"), "reason", 300)
    draw.status, draw.dropped_by, draw.dropped_at = stages.DROPPED, by, at
    draw.save(update_fields=["dropped_for", "status", "dropped_by", "dropped_at"])
    _tell("draw.dropped", draw, by, at, grant, told=was_drawn, drawn=was_drawn)
    return draw


def begin(draw: Draw, verb: str, by: User, at: datetime | None) -> tuple[Draw, datetime, Grant | None]:
    """The draw, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    rows = Draw.objects.select_for_update(of=("self",), no_key=True).select_related("agency__department")
    draw = rows.get(pk=draw.pk)
    at = at or clock.now()
    return draw, at, granted(verb, draw, standing(draw, by, at))


def _tell(kind: str, draw: Draw, by: User, at: datetime, grant: Grant | None, told: bool = True, **data: Any) -> None:
    outbox.tell(kind, draw, by, at, grant, told=told, **data)
