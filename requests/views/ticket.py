"""The ticket for both sides: its page, the side panel of the queues, its files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from enterprises.models import Member
from portal import files
from portal.people.models import User
from portal.worktime import clock
from requests import links, stages
from requests.capacity import capacities, verbs_with
from requests.flow.revisit import checklist
from requests.forms.verbs import FORMS, VerbForm
from requests.journey import journey, work_deadline
from requests.models import Assignment, Attachment, Supplement, Ticket
from requests.models.ticket import TicketQuerySet
from requests.next_act import NextAct
from requests.reckoning import basis_of, reckoning
from requests.story import Line, Story, objections, tabs
from requests.total import outer_limit, total
from requests.unread import seen
from requests.views.part import own_part
from requests.walk import walk

# Who needs the firm's full telephone number for his task; others see it masked (SEC-3).
CALLS_THE_FIRM = {
    "intake_clerk",
    "revisitor",
    "first_responder",
    "supervisor",
    *stages.LEAD,
    "firm.steward",
    *stages.FIRM_SIDE,
}
OTHERS = 5  # other tickets of the firm that the page names


def found(request: HttpRequest, number: str) -> Ticket:
    """The ticket if the person may read it, else 404 (SEC-1)."""
    return get_object_or_404(_readable(request), number=number)


def _readable(request: HttpRequest) -> TicketQuerySet:
    return (
        Ticket.objects.visible_to(request.user)
        .for_rows()
        .select_related(
            "enterprise__place",
            "enterprise__industry",
            "lead_department",
            "handler",
            "first_responder",
            "category",
            "rejected_item",
            "supplement",
        )
        .prefetch_related("assignments__department", "assignments__opinion_by")
    )


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The record: the line, the next act, the story, the parts and limits, the people."""
    ticket = _readable(request).filter(number=number).first()
    if ticket is None:
        return own_part(request, number)
    seen(request.user, ticket)
    held = capacities(ticket, request.user)
    firm_side = not office(held)
    if not firm_side:
        prefetch_related_objects(ticket.open_deadlines, "rule", "pauses")  # what the reckoning is told from
    now = clock.now()
    story = Story(ticket, firm_side=firm_side)
    verbs = verbs_with(ticket, held, request.user, now)
    shown = list(tabs(story))
    tab = next((key for key, _name, _count in shown if key == request.GET.get("tab")), "all")
    wanted = [] if firm_side or not ticket.lead_department_id else checklist(ticket)
    context = {
        "now": now,
        "ticket": ticket,
        "firm_side": firm_side,
        "line": journey(ticket, now, story.events, work_deadline(ticket)),
        "story": story,
        "lines": _lines(story, tab),
        "tabs": shown,
        "tab": tab,
        "next": NextAct(ticket, request.user, verbs, now, firm_side=firm_side),
        "checklist": wanted,
        "lacking": sum(not there for _name, there in wanted),
        "full_phone": not held.isdisjoint(CALLS_THE_FIRM),
        "others": others(request.user, ticket),
        "caller": None if firm_side else links.state(ticket, held, now),
        "once": uuid4().hex,
        **_times(ticket, now, firm_side),
        **_onward(request, ticket, firm_side),
    }
    if "write" in verbs and tab != "trail":
        context |= _composing(ticket, request.user, now, firm_side)
    return render(request, "requests/ticket.html", context)


def _times(ticket: Ticket, now: datetime, firm_side: bool) -> dict[str, Any]:
    """Every clock of the ticket, the one of those who work on it first."""
    return {
        "due_first": work_deadline(ticket) or ticket.deadline,
        "total": total(ticket, now),
        "outer": None if firm_side else outer_limit(ticket),
        "parts": parts(ticket, explained=not firm_side),
        "limits": limits(ticket, firm_side=firm_side),
    }


def _onward(request: HttpRequest, ticket: Ticket, firm_side: bool) -> dict[str, Any]:
    """The way through the queue from which the page was opened, and what its links to acts carry along."""
    came_from = "" if firm_side else request.GET.get("from", "")
    way = walk(request, came_from, ticket) if came_from else None
    return {"walk": way, "onward": f"?{urlencode({'next': way.onward})}" if way else ""}


def office(held: frozenset[str]) -> bool:
    """Whether any of the capacities is an official's; whoever is a member of the firm has no other (handbook §1)."""
    return not held <= set(stages.FIRM_SIDE)


def _lines(story: Story, tab: str) -> list[Line]:
    if tab == "firm":
        return story.talk
    if tab == "internal":
        return story.internal
    return story.lines


def _composing(ticket: Ticket, user: User, now: datetime, firm_side: bool) -> dict[str, Any]:
    """The form to write with, and who will be told."""
    return {
        "write_form": FORMS["write"](ticket=ticket, user=user, now=now),
        "told": "" if firm_side else _told(ticket),
        "uploads": uploads(),
    }


def _told(ticket: Ticket) -> str:
    """Who gets what is written to the firm: its people with an account, else nobody until he is called."""
    if not ticket.enterprise_id:
        return _("来人没有账号，写下后请另打电话告诉他")
    now = Member.objects.current().filter(enterprise=ticket.enterprise_id, user__is_active=True)
    names = list(now.order_by("-is_primary", "id").values_list("user__name", flat=True))
    if not names:
        return _("这家企业还没有账号，写下后请另打电话告诉他")
    if len(names) > 2:
        return _("%(name)s等 %(n)s 人会收到提醒") % {"name": names[0], "n": len(names)}
    return _("%(names)s会收到提醒") % {"names": _("、").join(names)}


def others(user: User, ticket: Ticket) -> list[Ticket]:
    """The firm's other tickets that this person may read, the latest first."""
    if not ticket.enterprise_id:
        return []
    return list(_firms(user, ticket).only("number", "title", "status").with_clocks().order_by("-filed_at")[:OTHERS])


def _firms(user: User, ticket: Ticket) -> TicketQuerySet:
    return Ticket.objects.visible_to(user).filter(enterprise=ticket.enterprise_id).exclude(pk=ticket.pk)


# Parts and limits ---------------------------------------------------------------------------------------------

MAIN = ("accept", "handle", "rework", "second", "order", "co_handle")  # a department's own clock


def parts(ticket: Ticket, *, explained: bool) -> list[dict[str, Any]]:
    """Each department's part with its clock, the lead first."""
    clocks = main_clocks(ticket)
    rows = []
    for part in ticket.assignments.all():
        lead = part.part == Assignment.Part.LEAD
        if _undone(part, ticket) or (lead and part.department_id != ticket.lead_department_id):
            continue
        deadline = clocks.get(part.department_id)
        rows.append({"part": part, "lead": lead, "deadline": deadline, **_explained(ticket, deadline, explained)})
    return sorted(rows, key=lambda row: not row["lead"])


def main_clocks(ticket: Ticket) -> dict[int | None, Any]:
    """Each department's own clock, the one that is due first: before it has accepted, handling may run already."""
    return {d.department_id: d for d in reversed(ticket.open_deadlines) if d.obligation in MAIN}


def _undone(part: Assignment, ticket: Ticket) -> bool:
    """Whether the dispatch that gave it was taken back before anybody worked on it."""
    given_since = ticket.dispatched_at is not None and part.assigned_at >= ticket.dispatched_at
    return bool(part.ended_at) and not (given_since or part.taken_at or part.opinion_at)


def limits(ticket: Ticket, *, firm_side: bool) -> list[dict[str, Any]]:
    """The other open clocks: the centre's, the firm's, the first contact. The firm sees its own."""
    main = main_clocks(ticket).values()
    rest = [d for d in ticket.open_deadlines if d not in main]
    told = [d for d in rest if d.obligation != "instruction"]  # these stand with their words (`supervision.html`)
    shown = [d for d in told if d.obligor_kind == "enterprise" or not firm_side]
    return [{"deadline": d, **_explained(ticket, d, not firm_side)} for d in shown]


def _explained(ticket: Ticket, deadline: Any, explained: bool) -> dict[str, Any]:
    if deadline is None or not explained:
        return {"basis": "", "steps": []}
    return {"basis": basis_of(deadline, ticket), "steps": reckoning(deadline)}


# The panel beside a queue -------------------------------------------------------------------------------------


@login_required
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """The side panel: head, what was said, and the form of the next act with its one button."""
    ticket = found(request, number)
    seen(request.user, ticket)
    return show_panel(request, ticket)


def show_panel(request: HttpRequest, ticket: Ticket, form: VerbForm | None = None, status: int = 200) -> HttpResponse:
    """The panel with the form of the next act, or with the one given: another act, or one that was refused."""
    held = capacities(ticket, request.user)
    now = clock.now()
    firm_side = not office(held)
    story = Story(ticket, firm_side=firm_side)
    first = ("ticket.filed", "ticket.registered", "ticket.supplemented")
    act = NextAct(ticket, request.user, verbs_with(ticket, held, request.user, now), now, firm_side=firm_side)
    chosen = form or act.form
    context = {
        "now": now,
        "ticket": ticket,
        "firm_side": firm_side,
        "line": journey(ticket, now, story.events),
        "said": [line for line in reversed(story.lines) if line.kind in first],
        "next": act,
        "form": chosen,
        "in_panel": True,
        "full_phone": not held.isdisjoint(CALLS_THE_FIRM),
        "others": _firms(request.user, ticket).open().count() if ticket.enterprise_id else 0,
        "back": request.GET.get("next") or request.POST.get("next", ""),
        **basis(ticket, request.user, chosen.verb if chosen else ""),
    }
    return render(request, "requests/panel.html", context, status=status)


ABOUT_THE_RESULT = ("sign_off", "send_back", "confirm", "dispute", "record_revisit")
OBJECTED_TO = ("report", "sign_off", "send_back")  # of later rounds: what the firm has against the former result
INSTRUCTED = ("take", "give_opinion", "report")
ABOUT_THE_MATTER = ("accept", "ask_supplement", "reject", "dispatch", "take", "give_opinion", "name_handler")


def basis(ticket: Ticket, user: User, verb: str) -> dict[str, Any]:
    """What somebody must have before him to do the verb: the result, what was asked for, whom to call."""
    held = capacities(ticket, user)
    firm_side = not office(held)
    visible = ticket.attachments.visible_to(user).select_related("file")
    result = ticket.result if verb in ABOUT_THE_RESULT else None
    instructed = not firm_side and verb in INSTRUCTED
    matter = verb in ABOUT_THE_MATTER
    return {
        "firm_side": firm_side,
        "full_phone": not held.isdisjoint(CALLS_THE_FIRM),
        "result": result,
        "objections": objections(ticket) if not firm_side and verb in OBJECTED_TO else [],
        "result_files": visible.filter(result=result) if result else [],
        "asked": Supplement.objects.filter(ticket=ticket).first() if verb == "supplement" else None,
        "calls": list(ticket.revisits.filter(result=result).order_by("id")) if verb == "record_revisit" else [],
        "instruction": next((p.instruction for p in ticket.assignments.all() if p.instruction), "")
        if instructed
        else "",
        "about_matter": matter,
        "matter_files": visible.filter(comment=None, result=None, supplement=None, assignment=None) if matter else [],
        "once": uuid4().hex,
        "uploads": uploads(),
    }


# Paper and files ----------------------------------------------------------------------------------------------


def uploads() -> dict[str, int]:
    """How many files an act may bring, and how large each may be."""
    return {"max": settings.FILES_PER_SUBJECT, "max_mb": settings.FILE_MAX_BYTES // 1024 // 1024}


@login_required
@require_POST
def upload(request: HttpRequest, number: str) -> JsonResponse:
    """Stores one file ahead of the act it belongs to: 201 with its id, or 422 with the sentence why not.

    It belongs to nobody's ticket until the act takes it (`VerbForm.kept`); what no act takes is removed after a day.
    """
    ticket = found(request, number)
    verbs = verbs_with(ticket, capacities(ticket, request.user), request.user)
    if not any("files" in FORMS[verb].base_fields for verb in verbs):
        raise Http404
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"error": _("没有收到文件，请再选一次。")}, status=422)
    try:
        stored = files.store(sent, by=request.user)
    except files.Refused as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    return JsonResponse({"id": stored.pk, "name": stored.name}, status=201)


@login_required
def download(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """A file of the ticket, as long as the person may read it (SEC-2, SEC-7)."""
    attachments = Attachment.objects.visible_to(request.user).select_related("file")
    attachment = attachments.filter(pk=pk, ticket__number=number).first()
    if attachment is None:
        raise Http404
    return files.serve(attachment.file)
