"""The work queues: what is left today in one sentence, then the tickets in groups by when they are due."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from requests.agenda import Agenda, Group, Item, Tally, grouped, open_to, tally
from requests.batch import offered
from requests.queues import Part, Queue, is_co, queues_of
from requests.rows import Row, filtered, here, rows_of
from requests.unread import unread
from requests.visits.views.visits import due_line
from requests.walk import working

PAGE = 50


@require_safe
@login_required
def first(request: HttpRequest) -> HttpResponse:
    """To the first queue in which the person has work, else to his first that is not rare; home where he has none."""
    mine = queues_of(request.user)
    if not mine:
        return redirect("desk:home")
    agenda = Agenda(request.user, mine)
    led = [queue for queue in mine if agenda.count(queue)] or [queue for queue in mine if not queue.rare]
    return redirect("requests:queue", led[0].name) if led else redirect("desk:home")


@require_safe
@login_required
def queue(request: HttpRequest, name: str) -> HttpResponse:
    """One queue or one part of it; 404 for who does not hold its role."""
    work = working(request, name, request.GET)
    if work is None:
        raise Http404
    current, part, agenda, items, now = work.queue, work.part, work.agenda, work.items, clock.now()
    groups = grouped(items, now) if work.filter.order == "due" else [Group("all", None, [item.pk for item in items])]
    page = Paginator(items, PAGE).get_page(request.GET.get("page"))
    heading, sub = said(current, tally(agenda.of(current), now), now)
    context = {
        "now": now,
        "here": here(request),
        "queue": current,
        "title": _(current.title),
        "heading": heading,
        "sub": sub,
        "tabs": tabs(agenda, current, part),
        "part": part,
        "filter": work.filter,
        "narrowed": work.filter.narrows,
        "groups": shown(groups, _rows(request, current, page.object_list, now), now),
        "page": page,
        "empty": nothing(current, part),
        "batch": offered(request.user, current.name),
        "known": " ".join(str(item.pk) for item in items),
        "visits_due": due_line(request.user, now) if current.name == "followed" else None,
    }
    return filtered(request, render(request, "requests/queue.html", context), "list")


@require_safe
@login_required
def fresh(request: HttpRequest, name: str) -> HttpResponse:
    """Asked every 20 seconds by an open queue: what is in it now and the tabs' counts, or 304 where nothing changed.

    One query of its own. A page that only asks does not keep its session awake (SEC-4).
    """
    work = working(request, name, request.GET)
    if work is None:
        raise Http404
    counts = {f"{tab['queue']}:{tab['part']}": tab["count"] for tab in tabs(work.agenda, work.queue, work.part)}
    body = {"rows": sorted(item.pk for item in work.items), "counts": counts}
    etag = f'"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = JsonResponse(body)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def _rows(request: HttpRequest, current: Queue, items: list[Item], now: datetime) -> list[Row]:
    dues = {item.pk: item.order_at for item in items}
    rows = rows_of(open_to(request.user), dues, now, here(request), came_from=here(request))
    new = unread(request.user, list(dues))
    for row in rows:
        row.is_unread = row.ticket.pk in new
        row.as_co = current.name == "handling" and is_co(row.ticket, request.user)
    return rows


# Tabs ------------------------------------------------------------------------------------------------------------


def tabs(agenda: Agenda, current: Queue, part: Part | None) -> list[dict[str, Any]]:
    """The parts of the current queue with their counts, then the person's other queues."""
    entries = [_tab(agenda, current, None, _("全部"), part is None)]
    parts = [one for one in current.parts if not one.rare or one is part or agenda.count(current, one)]
    entries += [_tab(agenda, current, one, _(one.name), part is one) for one in parts]
    return entries + [_tab(agenda, one, None, _(one.title), False) for one in agenda.queues if one is not current]


def _tab(agenda: Agenda, queue: Queue, part: Part | None, name: str, here: bool) -> dict[str, Any]:
    count = agenda.count(queue, part)
    return {"queue": queue.name, "part": part.key if part else "", "name": name, "here": here, "count": count}


# Words -----------------------------------------------------------------------------------------------------------


def said(queue: Queue, tally: Tally, now: datetime) -> tuple[str, str]:
    """The heading, which is the work left today, and the sentence below it, which is what is late."""
    if queue.name == "followed":
        return _followed(tally, now)
    if queue.name in ("supervision", "raised"):
        return (_left(queue, tally.total) if tally.total else _done(queue)), ""
    if tally.today:
        return _today(queue, tally), _late_too(tally, now)
    if tally.late:
        rest = tally.total - tally.late
        return _late_first(tally), _rest(rest) if rest else ""
    if tally.total:
        return _left(queue, tally.total), _("今天没有到期的，都在时限内。")
    return _done(queue), ""


def _today(queue: Queue, tally: Tally) -> str:
    given = {"n": tally.today, "when": _("今天")}
    if tally.today_first == tally.today_last:
        given["when"] = _("今天 %(time)s 前") % {"time": words.clock_time(tally.today_first)}
    return {
        "intake": ngettext("%(when)s还要受理 %(n)s 件", "%(when)s还要受理 %(n)s 件", tally.today),
        "triage": ngettext("%(when)s还要流转 %(n)s 件", "%(when)s还要流转 %(n)s 件", tally.today),
        "handling": ngettext("%(when)s还要办 %(n)s 件", "%(when)s还要办 %(n)s 件", tally.today),
        "revisit": ngettext("%(when)s还要回访 %(n)s 件", "%(when)s还要回访 %(n)s 件", tally.today),
    }[queue.name] % given


def _left(queue: Queue, n: int) -> str:
    return {
        "intake": ngettext("还有 %(n)s 件要受理", "还有 %(n)s 件要受理", n),
        "triage": ngettext("还有 %(n)s 件要流转", "还有 %(n)s 件要流转", n),
        "handling": ngettext("还有 %(n)s 件在办", "还有 %(n)s 件在办", n),
        "revisit": ngettext("还有 %(n)s 件要回访", "还有 %(n)s 件要回访", n),
        "supervision": ngettext("还有 %(n)s 件要审核", "还有 %(n)s 件要审核", n),
        "raised": ngettext("还有 %(n)s 件无人承接", "还有 %(n)s 件无人承接", n),
    }[queue.name] % {"n": n}


def _done(queue: Queue) -> str:
    return {
        "intake": _("都受理完了"),
        "triage": _("都流转完了"),
        "handling": _("手上没有要办的"),
        "revisit": _("都回访完了"),
        "supervision": _("没有待审的承诺"),
        "raised": _("没有等您定的"),
    }[queue.name]


def _late_too(tally: Tally, now: datetime) -> str:
    if tally.late == 1:
        return _("另有 1 件已超期，%(day)s到期，先办它。") % {"day": _past_day(tally.late_since, now)}
    if tally.late:
        given = {"n": tally.late, "day": _past_day(tally.late_since, now)}
        return _("另有 %(n)s 件已超期，最早的%(day)s到期，先办它们。") % given
    if tally.today_first != tally.today_last:
        return _("最早的一件 %(time)s 到期。") % {"time": words.clock_time(tally.today_first)}
    return _("没有超期的。")


def _late_first(tally: Tally) -> str:
    return ngettext("%(n)s 件已超期，先办它", "%(n)s 件已超期，先办它们", tally.late) % {"n": tally.late}


def _rest(n: int) -> str:
    return ngettext("另有 %(n)s 件没到期，今天没有到期的。", "另有 %(n)s 件没到期，今天没有到期的。", n) % {"n": n}


def _followed(tally: Tally, now: datetime) -> tuple[str, str]:
    """What a first responder follows is worked on by others: late and due today are told, not asked of him (APP-8)."""
    if not tally.total:
        return _("没有跟着的诉求"), ""
    heading = ngettext("跟着 %(n)s 件诉求", "跟着 %(n)s 件诉求", tally.total) % {"n": tally.total}
    told = []
    if tally.late:
        told.append(ngettext("%(n)s 件已超期", "%(n)s 件已超期", tally.late) % {"n": tally.late})
    if tally.today:
        told.append(ngettext("%(n)s 件今天到期", "%(n)s 件今天到期", tally.today) % {"n": tally.today})
    return heading, _("其中 %(what)s。") % {"what": _("，").join(told)} if told else _("都在时限内。")


def _past_day(due: datetime, now: datetime) -> str:
    """“今天 15:20 ”, “昨天”, “上周五”, “11月2日(周一)”."""
    day, today = words.local_day(due), words.local_day(now)
    if day == today:
        said = words.moment(due, today=today)
        return said if words.in_english() else f"{said} "  # a number and the word after it
    if day == today - timedelta(days=1):
        return _("昨天")
    monday = today - timedelta(days=today.weekday())
    if monday - timedelta(days=7) <= day < monday:
        names = words.ENGLISH_WEEKDAYS if words.in_english() else words.WEEKDAYS
        return _("上%(weekday)s") % {"weekday": names[day.weekday()]}
    return words.day(day, today=today)


def shown(groups: list[Group], rows: list[Row], now: datetime) -> list[dict[str, Any]]:
    """The groups that have rows on this page, each with its heading; the number is that of the whole group."""
    by_pk = {row.ticket.pk: row for row in rows}
    found = []
    for group in groups:
        on_page = [by_pk[pk] for pk in group.pks if pk in by_pk]
        if on_page:
            named = {"key": group.key, "name": _name(group, now), "note": _note(group, now)}
            found.append({**named, "late": group.key == "late", "rows": on_page})
    return found


def _name(group: Group, now: datetime) -> str:
    named = {
        "late": _("已超期"),
        "past": _("对方时限已到期"),
        "later": _("以后到期"),
        "none": _("没有时限在走"),
        "all": "",
    }
    if group.key in named:
        return named[group.key]
    if group.key == "today":
        return _("今天 %(time)s 到期") % {"time": words.clock_time(group.due_at)} if group.due_at else _("今天到期")
    day = date.fromisoformat(group.key)
    today = words.local_day(now)
    when = words.at_time(group.due_at, today=today) if group.due_at else words.day(day, today=today)
    return _("%(when)s 到期") % {"when": when}


def _note(group: Group, now: datetime) -> str:
    n = len(group.pks)
    count = ngettext("%(n)s 件", "%(n)s 件", n) % {"n": n}
    if group.key == "today" and group.due_at:
        left = words.left(calendar().remaining(now, group.due_at))
        return _("%(count)s，%(left)s") % {"count": count, "left": left}
    return count


def nothing(queue: Queue, part: Part | None) -> tuple[str, str]:
    """What would be here, and why it is empty (look: empty states)."""
    if part and part.waiting:
        return _("没有在等的"), _("要等别人办的诉求会出现在这里。")
    return {
        "intake": (_("没有待受理的诉求"), _("企业从网上提交的诉求会出现在这里，30 个工作分钟内要联系企业。")),
        "triage": (_("没有待研判的诉求"), _("受理了的诉求会出现在这里，1 个工作日内要流转到部门。")),
        "handling": (_("手上没有在办的工单"), _("中心转交给您部门的工单会出现在这里。")),
        "revisit": (_("没有待回访的诉求"), _("企业确认了结果，或两次没有回应的诉求，会出现在这里。")),
        "supervision": (_("没有待审的承诺"), _("部门对超期件作的公开承诺会出现在这里，批准后才公开。")),
        "raised": (_("没有等总召集人定的"), _("两轮没有部门接的诉求会出现在这里，由总召集人一起定。")),
        "followed": (_("没有跟着的诉求"), _("您是首问负责人的诉求会出现在这里，跟到办结。")),
    }[queue.name]
