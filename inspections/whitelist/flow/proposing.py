"""Firms are proposed in a round (INS-1): by the criterion, many at once; and those whose term ends, anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from enterprises.attributes.values import of_firms
from enterprises.criteria.one import evaluate, moved
from enterprises.criteria.reading import parse
from enterprises.models import CriterionVersion, Enterprise, firms_of
from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.people.rights import Grant, rights_of
from portal.trail.entries import record_each
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Agency, Entry, EntryReview, Rules, WhitelistRound
from ...numbers import number
from .. import criteria, limits, reasons, stages
from ..capacity import not_renewable, proposer_grant
from . import core

LONGEST_TERM = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Proposed:
    """The round, its entries, and the firms that were chosen and are not in it, each with the reason."""

    round: WhitelistRound
    entries: list[Entry]
    left_out: list[tuple[Enterprise, str]]


@dataclass(frozen=True)
class Wanted:
    """A firm to be proposed from a day on; `renews` is the entry that its new term follows."""

    firm: Enterprise
    term_from: date
    renews: Entry | None = None


@transaction.atomic
def propose(
    firms: Sequence[Enterprise],
    *,
    by: User,
    title: str,
    term_from: date,
    term_until: date,
    at: datetime | None = None,
) -> Proposed:
    """推荐: opens a round with all chosen firms that the criterion admits today; each agency is asked once for all."""
    at = at or clock.now()
    grant = _proposer(by, at)
    _demand_number(firms)
    held = core.locked_firms(firm.pk for firm in firms)
    return _open(by, at, grant, title, (term_from, term_until), [Wanted(firm, term_from) for firm in held])


@transaction.atomic
def renew(entries: Iterable[Entry], *, by: User, title: str, term_until: date, at: datetime | None = None) -> Proposed:
    """续期: a round of firms whose terms end soon; the new term follows the old one, which stands until its end."""
    at = at or clock.now()
    grant = _proposer(by, at)
    wanted = list({entry.pk: entry for entry in entries}.values())
    _demand_number(wanted)
    rows = core.locked(wanted)
    held = {firm.pk: firm for firm in core.locked_firms(entry.enterprise_id for entry in rows)}
    left_out = [(entry.enterprise, said) for entry in rows if (said := not_renewable(entry, at)) is not None]
    gone = {firm.pk for firm, _said in left_out}
    ready = [entry for entry in rows if entry.enterprise_id not in gone]
    if not ready:
        raise Refused(_none(left_out))
    terms = [Wanted(held[one.enterprise_id], one.term_until + timedelta(days=1), one) for one in ready]
    made = _open(by, at, grant, title, (min(one.term_from for one in terms), term_until), terms, left_out)
    renewed = {entry.renews_id: {"number": entry.number} for entry in made.entries if entry.renews_id is not None}
    record_each("whitelist.renewal_begun", Entry, renewed, by=by, at=at, grant=grant)
    return made


def _proposer(by: User, at: datetime) -> Grant:
    rights = rights_of(by, at)
    grant = None if rights.is_outside else proposer_grant(rights)
    if grant is None:
        raise Refused(_("白名单由统筹检查计划的执法部门推荐。"))
    return grant


def _demand_number(chosen: Sequence[object]) -> None:
    if not chosen:
        raise Refused(_("请先选企业。"), "firms")
    if len(chosen) > core.MOST_AT_ONCE:
        raise Refused(_("一次最多 %(n)s 家。") % {"n": core.MOST_AT_ONCE}, "firms")


def _open(
    by: User,
    at: datetime,
    grant: Grant,
    title: str,
    term: tuple[date, date],
    wanted: Sequence[Wanted],
    left_out: Sequence[tuple[Enterprise, str]] = (),
) -> Proposed:
    version = _criterion()
    _demand_term(*term, at)
    fitting, unfit = _weighed(version, wanted, by, at)
    if not fitting:
        raise Refused(_none([*left_out, *unfit]))
    round = _round(title, version, term, by, at)
    agencies = list(Agency.objects.filter(active=True, approves_plans=False).select_related("department"))
    entries = _entries(round, fitting, bool(agencies), by, at)
    reviews = [EntryReview(entry=entry, agency=agency, asked_at=at) for entry in entries for agency in agencies]
    EntryReview.objects.bulk_create(reviews, batch_size=2000)
    told = {entry.pk: {"round": round.pk} for entry in entries}
    record_each("whitelist.proposed", Entry, told, by=by, at=at, grant=grant)
    for agency in agencies:
        limits.asked(round, agency, at)
    outbox.tell("whitelist_round.opened", round, by, at, grant, firms=len(entries))
    core.settle([round.pk], by, at)
    return Proposed(round, entries, [*left_out, *unfit])


def _criterion() -> CriterionVersion:
    found = criteria.admission()
    if found is None or found.current is None:
        raise Refused(_("还没有白名单准入条件，请先建立。"))
    return found.current


def _demand_term(first: date, last: date, at: datetime) -> None:
    if not first < last <= first + LONGEST_TERM:
        raise Refused(_("有效期要晚于开始的一天，并在五年以内。"), "term_until")
    if last <= local_day(at):
        raise Refused(_("有效期已经过了，请改日期。"), "term_until")
    if first < local_day(at):
        raise Refused(_("有效期不能从过去开始。"), "term_from")


def _weighed(
    version: CriterionVersion, wanted: Sequence[Wanted], by: User, at: datetime
) -> tuple[list[tuple[Wanted, list[reasons.Seen]]], list[tuple[Enterprise, str]]]:
    """Each with what was seen of it, and those that are not proposed with the reason; as many queries for one as for
    hundreds.
    """
    node, day, own = parse(version.tree), local_day(at), firms_of(by, at)
    firms = [one.firm.pk for one in wanted]
    known, there = of_firms(firms), _there(firms)
    fitting, unfit = [], []
    for one in wanted:
        finding = evaluate(node, known[one.firm.pk], day)
        said = _barred(one, there.get(one.firm.pk, []), own)
        said = said or (None if finding.outcome else _("按今天的数据不符合准入条件。"))
        if said is None:
            fitting.append((one, reasons.kept(finding.leaves())))
        else:
            unfit.append((one.firm, said))
    return fitting, unfit


def _there(firms: Sequence[int]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = {}
    for entry in Entry.objects.filter(enterprise__in=firms, status__in=stages.OPEN):
        found.setdefault(entry.enterprise_id, []).append(entry)
    return found


def _barred(one: Wanted, there: Iterable[Entry], own: Iterable[int]) -> str | None:
    if one.firm.pk in own:
        return _("是您自己所在的企业，请别的同事推荐。")
    for entry in there:
        if entry.status in stages.PROPOSED:
            return _("已经推荐，正在审查或审批。")
        if entry.status == stages.APPEAL:
            return _("正在处理移出申诉。")
        if entry.term_until >= one.term_from:
            return _("已在白名单上，到期前可以续期。")
    return None


def _none(left_out: Sequence[tuple[Enterprise, str]]) -> str:
    if len(left_out) == 1:
        firm, said = left_out[0]
        return _("%(firm)s：%(said)s") % {"firm": firm.called, "said": said}
    return _("选中的企业都不能推荐：%(said)s") % {"said": left_out[0][1]}


def _round(title: str, version: CriterionVersion, term: tuple[date, date], by: User, at: datetime) -> WhitelistRound:
    title = required_line(title, _("请写批次名称，如“2026 年第一批”。"), "title", 60)
    try:
        with transaction.atomic():
            return WhitelistRound.objects.create(
                title=title, criterion=version, term_from=term[0], term_until=term[1], by=by, at=at
            )
    except IntegrityError:
        raise Refused(_("已有一批叫“%(title)s”，请换个名称。") % {"title": title}, "title") from None


def _entries(
    round: WhitelistRound,
    fitting: Sequence[tuple[Wanted, list[reasons.Seen]]],
    reviewed: bool,
    by: User,
    at: datetime,
) -> list[Entry]:
    """Where no other agency inspects there is nothing to review."""
    rows = [
        Entry(
            number=number("BM", at),
            round=round,
            enterprise=one.firm,
            status=stages.REVIEW if reviewed else stages.APPROVE,
            reasons=seen,
            term_from=one.term_from,
            term_until=round.term_until,
            proposed_by=by,
            proposed_at=at,
            renews=one.renews,
        )
        for one, seen in fitting
    ]
    made: list[Entry] = Entry.objects.bulk_create(rows)
    return made


def usual_end(first: date) -> date:
    """The last day of a term of the town's usual length."""
    return moved(first, "months", Rules.now().term_months) - timedelta(days=1)
