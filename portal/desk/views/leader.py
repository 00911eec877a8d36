"""The leader's home: the finding, the next act, where the open matters stand, and the list of what is late (SUP-2)."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inspections.waiting import waiting
from portal.desk import figures
from portal.desk.views.beside import beside_of
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from requests import lateness
from requests.journey import journey
from requests.models import DeadlineCommitment, Instruction, Ticket
from requests.visits.views.visits import due_line

READERS = (Role.LEADER, Role.SUPERVISOR)
SHOWN = 10  # of the late items; the rest is in the list


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The whole town, or `?mine=1` the departments the leader is in charge of."""
    if not rights_of(request.user).has(*READERS):
        raise Http404
    now = clock.now()
    everything = Ticket.objects.visible_to(request.user)
    in_charge = list(request.user.departments_in_charge.values_list("pk", flat=True))
    mine = bool(in_charge) and request.GET.get("mine") == "1"
    tickets = everything.filter(lead_department__in=in_charge) if mine else everything
    picture = _picture(tickets, now, {"in_charge": 1} if mine else {})
    context = {"now": now, "mine": mine, "in_charge": in_charge, **picture}
    context["beside_late"] = beside_of(request.user, None).count
    context["visits_due"] = due_line(request.user, now)
    context["inspections_waiting"] = waiting(request.user, now)
    if rights_of(request.user).has(Role.LEADER):
        context["instructs"] = True
        context["instructions"] = Instruction.objects.visible_to(request.user).given_by(request.user).open().count()
    return render(request, "desk/leader.html", context)


def _picture(tickets, now, scope: dict[str, object]) -> dict:
    """`scope` is the list's filter that leaves just these tickets: every figure opens the list behind it."""
    picture = figures.Picture(tickets, now, scope)
    flow, departments = picture.flow(), picture.by_department()
    late = figures.worst(tickets, now, SHOWN)
    for ticket in late:
        ticket.late_clock, ticket.owner = lateness.clock_of(ticket, now), lateness.debtor(ticket, now)
        ticket.line = journey(ticket, now, due=ticket.late_clock)
        ticket.promise = lateness.PROMISES.get(ticket.late_promise, "—")
    _add_words_given(late)
    open_count, late_count = picture.open.total
    pledges = figures.pledges(tickets, now, scope)
    ages, areas = picture.ageing(), picture.by_area()
    return {
        "flow": flow,
        "open_count": open_count,
        "late_count": late_count,
        "finding": finding(late_count, departments, late, now),
        "late": late,
        "worst": late[0] if late else None,
        "departments": bars(departments[:5]),
        "department_finding": _department_finding(departments[:5]),  # of those that are shown
        "in_departments": picture.in_departments,
        "ages": shares(ages),
        "ageing_finding": _ageing_finding(ages),
        "areas": bars(areas),
        "area_finding": _area_finding(areas),
        "all_url": figures.listed(**scope, open=1),
        "late_url": figures.listed(**scope, overdue=1),
        "pledges": pledges,
        "broken": pledges.whole - pledges.part,
        "looks": figures.looks(tickets, scope),
        **_months(picture, tickets),
    }


def _add_words_given(late: list[Ticket]) -> None:
    """To each the latest commitment of the clock that is shown, approved or still to be; one query (DL-5)."""
    clocks = {ticket.late_clock.pk: ticket for ticket in late if ticket.late_clock and ticket.late_promise}
    for given in DeadlineCommitment.objects.filter(deadline__in=clocks, returned_at=None).order_by("pk"):
        clocks[given.deadline_id].word_given = given


def _months(picture: figures.Picture, tickets) -> dict:
    """What this month brought and closed, beside the last one, and the on-time rate of twelve."""
    months = figures.months_up_to(words.local_day(picture.now))
    month, before = months[-1], months[-2]
    report = figures.Report(tickets, [month, before], picture.areas)
    tally, scope = report.whole(), picture.scope
    categories = figures.by_category(report, picture.names["category"], month, scope)
    rates = [figures.Rate(t.on_time, t.closed).percent for t in figures.Months(tickets, months).tallies]
    trend = list(zip([m.first for m in months], rates, strict=True))
    return {
        "on_time": figures.rate("on_time", tally, month, scope),
        "late_handled_url": figures.late_handled(month, scope),
        "on_time_finding": _on_time_finding(trend),
        "trend": [(words.month(day), value) for day, value in trend if value is not None],
        "goal": figures.GOAL,
        "categories": bars(_top(categories)),
        "category_finding": _category_finding(categories, tally.filed),
        "filed": tally.filed,
        "minutes": tally.minutes,
        "quick": figures.rate("quick", tally, month, scope),
        "days": figures.MEASURE["days"].value(tally),
        "days_before": figures.MEASURE["days"].value(report.whole(1)),
        "closed_url": figures.MEASURE["closed"].url(month, scope),
        "minutes_url": figures.MEASURE["minutes"].url(month, scope),
        "satisfaction": figures.rate("satisfied", tally, month, scope),
        "month_filed_url": figures.listed(**scope, **month.query("filed")),
    }


def bars(items: list[figures.Figure]) -> list[dict]:
    """Figures as the bars component takes them; the one with most late is the subject of the sentence."""
    subject = max(
        (f for f in items if f.key is not None), key=lambda f: (f.late, f.count), default=None
    )  # not “the rest”
    return [
        {
            "label": f.name,
            "value": f.count,
            "late": f.late,
            "url": f.url,
            "late_url": f.late_url,
            "subject": f is subject,
        }
        for f in items
    ]


def shares(items: list[figures.Figure]) -> list[dict]:
    """The younger half is the subject of the ageing bar."""
    return [
        {"label": f.name, "value": f.count, "url": f.url, "subject": i < len(items) // 2} for i, f in enumerate(items)
    ]


def _top(categories: list[figures.Figure], shown: int = 4) -> list[figures.Figure]:
    rest = categories[shown:]
    if len(rest) < 2:
        return categories
    name = ngettext("其余 %(n)s 类", "其余 %(n)s 类", len(rest)) % {"n": len(rest)}
    return [*categories[:shown], figures.Figure(name, sum(f.count for f in rest))]


# Sentences: the finding before the figure (look, decision 9) ---------------------------------------------------


def finding(late_count: int, departments: list[figures.Figure], late: list[Ticket], now) -> str:
    """“9 件超期，其中 3 件在综合执法局；最久的已超期 6 个工作日。”"""
    if not late_count:
        return _("没有超期的诉求。")
    longest = words.left(calendar().remaining(now, late[0].late_since))
    if departments and departments[0].late:
        return _("%(late)s 件超期，其中 %(n)s 件在%(name)s；最久的已%(longest)s。") % {
            "late": late_count,
            "n": departments[0].late,
            "name": departments[0].name,
            "longest": longest,
        }
    return _("%(late)s 件超期，最久的已%(longest)s。") % {"late": late_count, "longest": longest}


def _department_finding(departments: list[figures.Figure]) -> str:
    if not departments:
        return _("部门手上没有在办件")
    worst = max(departments, key=lambda f: (f.late / f.count, f.late))
    if worst.late:
        return _("%(name)s %(all)s 件里 %(late)s 件超期，占比最高") % {
            "name": worst.name,
            "all": worst.count,
            "late": worst.late,
        }
    most = max(departments, key=lambda f: f.count)
    return _("%(name)s在办最多，%(all)s 件，没有超期") % {"name": most.name, "all": most.count}


def _on_time_finding(trend: list) -> str:
    known = [value for _day, value in trend if value is not None]
    if not known or trend[-1][1] is None:
        return _("本月还没有办结")
    fallen = _run(known, lambda before, after: after < before)
    risen = _run(known, lambda before, after: after > before)
    rate = known[-1]
    if fallen > 1:
        return _("按时办结率 %(rate)s%%，连降 %(n)s 个月") % {"rate": rate, "n": fallen}
    if risen > 1:
        return _("按时办结率 %(rate)s%%，连升 %(n)s 个月") % {"rate": rate, "n": risen}
    if rate >= figures.GOAL:
        return _("按时办结率 %(rate)s%%，达到目标") % {"rate": rate}
    return _("按时办结率 %(rate)s%%，低于目标 %(goal)s%%") % {"rate": rate, "goal": figures.GOAL}


def _run(values: list[float], moved) -> int:
    """How many of the last steps moved the same way."""
    count = 0
    while count + 1 < len(values) and moved(values[-2 - count], values[-1 - count]):
        count += 1
    return count


def _category_finding(categories: list[figures.Figure], whole: int) -> str:
    """Of all that came: what nobody has put into a category yet counts too."""
    if not categories:
        return _("本月还没有新增")
    top = categories[0]
    return _("%(name)s类占新增的 %(share)s%%") % {"name": top.name, "share": round(100 * top.count / whole)}


def _ageing_finding(ages: list[figures.Figure]) -> str:
    """Of the younger half, up to the second border."""
    whole, young = sum(f.count for f in ages), sum(f.count for f in ages[: len(ages) // 2])
    if not whole:
        return _("没有在办件")
    given = {"share": round(100 * young / whole), "days": figures.AGES[1]}
    return _("在办件 %(share)s%% 受理不超过 %(days)s 个工作日") % given


def _area_finding(areas: list[figures.Figure]) -> str:
    most = max((f for f in areas if f.key is not None), key=lambda f: f.count, default=None)
    return _("%(name)s在办最多") % {"name": most.name} if most and most.count else _("没有在办件")
