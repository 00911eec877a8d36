"""A firm sends its claim (POL-5): prefilled, with materials only for what is unknown or self-declared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.values import of_firm
from enterprises.models import Enterprise, firms_of
from policies.amounts import language
from policies.amounts.working import answered
from policies.claims import facts, limits, materials, stages
from policies.claims.facts import Weighed
from policies.claims.flow import core, places
from policies.claims.flow.barring import demand_compatible, demand_once, demand_open, room_under_caps
from policies.claims.words import money
from policies.models import Claim, ClaimFile, ClaimSupplement, ClauseVersion, Round
from portal.files import check_count
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required_line
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.drafts import alone

Files = Iterable[tuple[StoredFile, str]]  # each with the name of the material it stands for
ACCOUNT = re.compile(r"[0-9]{8,30}")


@dataclass(frozen=True)
class Account:
    """Where the money goes."""

    account_name: str
    bank: str
    account: str


@dataclass(frozen=True)
class Foreseen:
    """What `submit` would make of it now. `refusal` is empty where it would be taken."""

    outcome: bool | None
    finding: Any  # enterprises.criteria.one.Finding, or None where no data decide
    seen: list[dict[str, Any]]
    amount: Decimal | None
    working: list[str]
    missing: list[str]  # attribute codes
    asks: list[str]  # codes that the formula asks for and nobody answered
    materials: list[materials.Material]
    refusal: str
    waits: bool  # all places are taken: it would wait


def foreseen(
    round: Round, firm: Enterprise, answers: Mapping[str, str] | None = None, at: datetime | None = None
) -> Foreseen:
    """Reads alone; the same questions as `submit` asks, but for what is typed and brought."""
    at = at or clock.now()
    weighed = _weighed(round, firm, answers or {}, at)
    amount, working, refusal = weighed.worked.amount, list(weighed.worked.lines), ""
    try:
        _demand_may(round, firm, at)
        amount, working = within_caps(round, firm, weighed, at)
        _demand_fits(weighed, round.clause, at)
    except Refused as refused:
        refusal = refused.sentence
    full = round.places_on_filing and (places.take(round) is None or places.waiting(round).exists())
    return Foreseen(
        outcome=weighed.outcome,
        finding=weighed.finding,
        seen=weighed.seen,
        amount=amount,
        working=working,
        missing=weighed.missing,
        asks=list(weighed.worked.asks),
        materials=materials.needed(round.clause, weighed.known, weighed.declared),
        refusal=refusal,
        waits=bool(full),
    )


@transaction.atomic
def submit(
    round: Round,
    firm: Enterprise,
    *,
    by: User,
    key: UUID,
    account: Account,
    contact_name: str,
    contact_phone: str,
    answers: Mapping[str, str] | None = None,
    statement: str = "",
    files: Files = (),
    at: datetime | None = None,
) -> Claim:
    """申报. `key` is the form's: sent again, however often, it is the same claim."""
    alone(key)
    if (made := Claim.objects.filter(key=key).select_related(*core.WITH).first()) is not None:
        if made.filed_by_id != by.pk or made.enterprise_id != firm.pk or made.round_id != round.pk:
            raise Refused(_("这份申报已经提交。"))
        return made
    at = at or clock.now()
    if firm.pk not in firms_of(by, at):
        raise Refused(_("只有企业自己的人员可以申报。"))
    claim = Claim(key=key, enterprise=core.locked_firm(firm), created_at=at, filed_by=by, filed_at=at)
    write_contact(claim, account, contact_name, contact_phone)
    claim.statement = _statement(statement)
    claim.round = Round.objects.select_related(*core.OF_ROUND).get(pk=round.pk)
    brought = checked_files(files, by)
    _weigh_in(claim, answers or {}, [name for _file, name in brought], at)
    _give_place(claim, at)
    claim.number = core.number("ZC", at)
    claim.save(force_insert=True)
    attach(claim, brought, at)
    if claim.status == stages.SUBMITTED:
        limits.to_accept(claim, at)
    core.tell("claim.submitted", claim, by, at, None, waits=claim.status == stages.WAITING)
    return claim


def _weighed(round: Round, firm: Enterprise, answers: Mapping[str, str], at: datetime) -> Weighed:
    declared = facts.declared_by([firm.pk])[firm.pk]
    return facts.weigh(round.clause, of_firm(firm), declared, answers, local_day(at))


def _weigh_in(claim: Claim, answers: Mapping[str, str], brought: Sequence[str], at: datetime) -> None:
    """What the data say of the firm now, kept on the claim. Raises Refused where it may not be claimed."""
    round, firm = claim.round, claim.enterprise
    _demand_may(round, firm, at)
    claim.answers = _answers(round.clause, answers)
    weighed = _weighed(round, firm, claim.answers, at)
    _demand_fits(weighed, round.clause, at)
    _demand_brought(weighed, round.clause, brought)
    claim.seen = weighed.seen
    claim.asked_amount, claim.working = within_caps(round, firm, weighed, at)
    if get_language() != settings.LANGUAGE_CODE:
        with facts.for_the_record():
            claim.working = within_caps(round, firm, _weighed(round, firm, claim.answers, at), at)[1]


def _demand_may(round: Round, firm: Enterprise, at: datetime) -> None:
    if firm.status != Enterprise.Status.ACTIVE:
        raise Refused(_("企业登记状态不是“存续”，不能申报。"))
    demand_open(round, at)
    demand_once(round, firm)
    demand_compatible(round, firm, at)


def _demand_fits(weighed: Weighed, clause: ClauseVersion, at: datetime) -> None:
    """A plain no, or almost, is refused with what fails; unknown may be claimed with materials."""
    if weighed.outcome is not False or weighed.finding is None:
        if weighed.worked.amount is not None and weighed.worked.amount <= 0:
            raise Refused(_("按现有数据算得的金额是 0，不能申报。"))
        return
    said = _("现有数据不符合条件：%(why)s。") % {"why": facts.failing(weighed.finding)}
    change = facts.change_needed(weighed.finding.node, weighed.known, local_day(at))
    raise Refused(said + (_("还差：%(change)s。") % {"change": change} if change else ""))


def _demand_brought(weighed: Weighed, clause: ClauseVersion, brought: Sequence[str]) -> None:
    """Every required material that the data do not stand for; and of what nothing stands for, at least something."""
    if weighed.worked.asks:
        raise Refused(_("请填写计算金额要用的数。"), f"answer_{weighed.worked.asks[0]}")
    wanted = materials.needed(clause, weighed.known, weighed.declared)
    lacking = [one.name for one in wanted if one.required and one.name not in brought]
    if lacking:
        raise Refused(_("还缺材料：%(names)s。") % {"names": _("、").join(lacking)}, "files")
    if weighed.missing and not brought:
        names = _("、").join(str(TOWN[code]) for code in weighed.missing)
        raise Refused(_("还没有“%(names)s”的数据，请先填报，或上传证明材料。") % {"names": names}, "files")


def _answers(clause: ClauseVersion, typed: Mapping[str, str]) -> dict[str, str]:
    """Exact text of what the formula asks for, nothing else. Raises Refused where one is no amount."""
    if clause.formula is None:
        return {}
    kept = {}
    for question in language.parse(clause.formula).questions:
        text = str(typed.get(question.code, "")).strip()
        try:
            answered(question, text)
        except Refused as refused:
            raise Refused(refused.sentence, f"answer_{question.code}") from refused
        kept[question.code] = text
    return kept


def within_caps(
    round: Round, firm: Enterprise, weighed: Weighed, at: datetime, but: Claim | None = None
) -> tuple[Decimal | None, list[str]]:
    """The amount and its working, within what a shared cap leaves. Raises Refused where that is nothing."""
    amount, lines = weighed.worked.amount, list(weighed.worked.lines)
    room = room_under_caps(round, firm, at, but)
    if room is None or amount is None or amount <= room[0]:
        return amount, lines
    if not room[0]:
        raise Refused(_("按“%(rule)s”，合计已达上限，不能再享受。") % {"rule": room[1]})
    lines.append(_("按“%(rule)s”合计封顶，还可享受 %(room)s") % {"rule": room[1], "room": money(room[0])})
    return room[0], lines


def _give_place(claim: Claim, at: datetime) -> None:
    """First come, first served: a place, or the end of the queue; whoever waits already goes before."""
    claim.status = stages.SUBMITTED
    if not claim.round.places_on_filing:
        return
    claim.round = core.locked_round(claim.round)  # last of all, so that a full round is not held while others are read
    demand_open(claim.round, at)
    claim.place = None if places.waiting(claim.round).exists() else places.take(claim.round)
    if claim.place is None:
        claim.status, claim.waits_since = stages.WAITING, at


def write_contact(claim: Claim, account: Account, name: str, phone: str) -> None:
    """Raises Refused with the field that is wrong."""
    claim.contact_name = required_line(name, _("请写联系人。"), "contact_name", 40)
    claim.contact_phone = required_line(phone, _("请写联系电话。"), "contact_phone", 40)
    if sum(char.isdecimal() for char in claim.contact_phone) < 7:
        raise Refused(_("联系电话不对，请核对。"), "contact_phone")
    claim.account_name = required_line(account.account_name, _("请写开户名称。"), "account_name", 120)
    claim.bank = required_line(account.bank, _("请写开户银行。"), "bank", 80)
    number = re.sub(r"[\s-]", "", account.account or "")
    if not ACCOUNT.fullmatch(number):
        raise Refused(_("银行账号是 8 到 30 位数字，请核对。"), "account")
    claim.account = number


def _statement(text: str) -> str:
    text = (text or "").strip()
    if len(text) > 2000:
        raise Refused(_("最多 %(n)s 字。") % {"n": 2000}, "statement")
    return text


def checked_files(files: Files, by: User) -> list[tuple[StoredFile, str]]:
    """Of his own uploads, each used for the first time. Raises Refused."""
    brought = [(file, name) for file, name in files]
    check_count(0, len(brought))
    used = ClaimFile.objects.filter(file__in=[file.pk for file, _name in brought]).exists()
    if used or any(file.uploaded_by_id != by.pk for file, _name in brought):
        raise Refused(_("请重新上传这些材料。"), "files")
    return brought


def attach(claim: Claim, files: Iterable[tuple[StoredFile, str]], at: datetime) -> None:
    rows = [ClaimFile(claim=claim, file=file, material=name[:80], at=at) for file, name in files]
    ClaimFile.objects.bulk_create(rows)


@transaction.atomic
def supplement(claim: Claim, *, by: User, text: str = "", files: Files = (), at: datetime | None = None) -> Claim:
    """补正: the firm brings what was asked for; the department's clock runs again."""
    claim, at, grant = core.begin(claim, "supplement", by, at)
    asked = ClaimSupplement.objects.get(claim=claim)
    brought = checked_files(files, by)
    check_count(claim.files.count(), len(brought))
    asked.answer = (text or "").strip()[:1000]
    if not asked.answer and not brought:
        raise Refused(_("请写下补充的内容，或上传材料。"), "text")
    asked.answered_by, asked.answered_at = by, at
    asked.save()
    attach(claim, brought, at)
    claim.checked_at = None  # what was checked before may be otherwise now
    core.move(claim, stages.SUBMITTED, at)
    claim.save()
    limits.supplemented(claim, at)
    core.tell("claim.supplemented", claim, by, at, grant)
    return claim


@transaction.atomic
def withdraw(claim: Claim, *, by: User, reason: str = "", at: datetime | None = None) -> Claim:
    """撤回: the firm takes it back; place and money are free again."""
    claim, at, grant = core.begin(claim, "withdraw", by, at)
    claim.reason = one_line(reason)[: core.LONGEST]
    core.move(claim, stages.WITHDRAWN, at)
    claim.save()
    limits.ended(claim, at)
    places.came_free(claim.round, at)
    core.tell("claim.withdrawn", claim, by, at, grant)
    return claim
