"""The firm's matters on its portrait: what is open, how the last year went. Confidential ones are in nothing here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import mean
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.portraying import Moment, NextAct, Portrait, block, next_act, past
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests import stages
from requests.models import Ticket, TicketDeadline
from requests.rows import read_rows, rows_from

SHOWN = 5
READS_ALL = (Role.SUPERVISOR, Role.INTAKE_CLERK, Role.TRIAGER, Role.LEADER)
YEAR = timedelta(365)


class Matter(NamedTuple):
    """What is told of every one of a firm's tickets."""

    pk: int
    number: str
    title: str
    status: str
    filed_at: datetime
    closed_at: datetime | None
    worked_late: bool | None
    score: int | None


def matters(portrait: Portrait) -> list[Matter]:
    """Those the reader may read; never a confidential one, whoever looks (APP-18). Read once for all parts."""
    found: list[Matter] = portrait.once("tickets", lambda: _readable(portrait))
    return found


def _readable(portrait: Portrait) -> list[Matter]:
    visible = Ticket.objects.visible_to(portrait.reader).filter(enterprise=portrait.firm, confidential=False)
    return [Matter(*row) for row in visible.order_by().values_list(*Matter._fields)]


@block("tickets", template="portrait/tickets.html", order=20)
def tickets(portrait: Portrait) -> Mapping[str, Any] | None:
    own = matters(portrait)
    counts, whole = _counts(own, portrait.now - YEAR), _reads_all(portrait)
    if not own and not whole:
        return None
    shown = [row for one in _first(own) if (row := _rows(portrait).get(one.pk))]
    rows = rows_from(shown, portrait.now, reverse("enterprises:detail", args=[portrait.firm.uscc]))
    everything = f"{reverse('requests:list')}?{urlencode({'q': portrait.firm.name, 'all': 1})}"
    url = reverse("requests:mine") if portrait.own else everything
    late = len(late_ones(portrait)) if counts["open"] else 0
    said = {"finding": _finding(counts, whole), "says": _says(counts["open"], late)}
    return {**counts, **said, "rows": rows, "url": url}


def _first(own: Sequence[Matter]) -> list[Matter]:
    """What the tile shows: open ones first, then the last to end."""
    newest = sorted(own, key=lambda one: (one.filed_at, one.pk), reverse=True)
    return sorted(newest, key=lambda one: (one.closed_at is None, one.closed_at), reverse=True)[:SHOWN]


def _rows(portrait: Portrait) -> Mapping[int, Ticket]:
    """What the page shows as a row or next act, by key, with what a row shows; read once."""

    def read() -> dict[int, Ticket]:
        shown = {one.pk for one in (*_first(matters(portrait)), *late_ones(portrait)[:1])}
        return {row.pk: row for row in read_rows(Ticket.objects.filter(pk__in=shown))} if shown else {}

    found: Mapping[int, Ticket] = portrait.once("ticket rows", read)
    return found


def _counts(own: Sequence[Matter], since: datetime) -> dict[str, Any]:
    lately = [one for one in own if one.status == stages.CLOSED and one.closed_at and one.closed_at >= since]
    scores = [one.score for one in lately if one.score is not None]
    return {
        "all": len(own),
        "open": sum(one.status in stages.OPEN for one in own),
        "closed": len(lately),
        "late": sum(one.worked_late is True for one in lately),
        "score": mean(scores) if scores else None,
    }


def _reads_all(portrait: Portrait) -> bool:
    """Whether he reads every ordinary matter of this firm: else what is counted is his share, and says so."""
    return portrait.own or portrait.powers.files or rights_of(portrait.reader).has(*READS_ALL)


def _finding(counts: Mapping[str, Any], whole: bool) -> str:
    """“诉求：在办 3 件，近一年办结 6 件，全部按时”"""
    if not counts["all"]:
        return _("诉求：还没有提过")
    said = [_("在办 %(n)s 件") % {"n": counts["open"]} if counts["open"] else _("没有在办的")]
    if counts["closed"]:
        said.append(_("近一年办结 %(n)s 件") % {"n": counts["closed"]})
        said.append(_("%(n)s 件超期") % {"n": counts["late"]} if counts["late"] else _("全部按时"))
    words = _("诉求：%(what)s") if whole else _("您经手的诉求：%(what)s")
    return words % {"what": _("，").join(said)}


def late_ones(portrait: Portrait) -> list[Matter]:
    """Open ones past a limit, the longest waiting first; to its firm a suspended matter waits and is not late."""
    found: list[Matter] = portrait.once("late tickets", lambda: _late(portrait))
    return found


def _late(portrait: Portrait) -> list[Matter]:
    running = [one for one in matters(portrait) if one.status in stages.OPEN]
    asked = {one.pk: one for one in running if not (portrait.own and one.status == stages.SUSPENDED)}
    if not asked:
        return []
    clocks = TicketDeadline.objects.late(portrait.now).filter(subject__in=list(asked)).order_by()
    late = {asked[pk] for pk in clocks.values_list("subject_id", flat=True)}
    return sorted(late, key=lambda one: (one.filed_at, one.pk))


def _says(open_now: int, late: int) -> str:
    if not open_now:
        return ""
    if late:
        words = ngettext("在办 %(n)s 件诉求，%(late)s 件超期", "在办 %(n)s 件诉求，%(late)s 件超期", open_now)
    else:
        words = ngettext("在办 %(n)s 件诉求，没有超期", "在办 %(n)s 件诉求，没有超期", open_now)
    return words % {"n": open_now, "late": late}


@past
def filed_and_ended(portrait: Portrait, most: int) -> Iterable[Moment]:
    """When each was filed, and when it ended."""
    own = matters(portrait)
    for one in sorted(own, key=lambda one: (one.filed_at, one.pk), reverse=True)[:most]:
        yield _moment(one, one.filed_at, _("提交诉求：%(title)s"), "ticket")
    ended = [(one.closed_at, one.pk, one) for one in own if one.closed_at]
    for at, _pk, one in sorted(ended, reverse=True)[:most]:
        words = _("诉求办结：%(title)s") if one.status == stages.CLOSED else _("诉求结束：%(title)s")
        yield _moment(one, at, words, "ticket-end")


def _moment(ticket: Matter, at: datetime, words: str, kind: str) -> Moment:
    return Moment(at, words % {"title": ticket.title}, "", reverse("requests:ticket", args=[ticket.number]), kind)


@next_act
def what_is_late(portrait: Portrait) -> NextAct | None:
    """An overdue matter of the firm comes before everything else."""
    longest = None if portrait.own else next(iter(late_ones(portrait)), None)
    late = _rows(portrait).get(longest.pk) if longest else None
    if late is None:
        return None
    words = _("诉求超期未办好：%(title)s") % {"title": late.title}
    return NextAct(
        10, words, reverse("requests:ticket", args=[late.number]), _("看这件诉求"), late.number, late.deadline
    )


@next_act
def file_for_it(portrait: Portrait) -> NextAct | None:
    """Steward and assistant file on its behalf."""
    if not portrait.powers.files:
        return None
    url = f"{reverse('requests:file')}?firm={portrait.firm.uscc}"
    return NextAct(90, _("企业有难题，可以替它提交"), url, _("替这家企业提交诉求"), _("您和企业都会记在诉求上"))
