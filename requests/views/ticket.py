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
from portal.people.rights import rights_of
from portal.worktime import clock
from requests import caller_links, lateness, links, stages
from requests.about import about
from requests.capacity import capacities, verbs_with
from requests.confiding import note_read
from requests.confiding_page import confided_page
from requests.forms.base import VerbForm
from requests.forms.verbs import FORMS
from requests.joined import joined
from requests.journey import journey, work_deadline
from requests.models import Attachment, Rating, Review, Supplement, Ticket
from requests.models.ticket import TicketQuerySet
from requests.next_act import NextAct
from requests.story import Line, Story, objections, tabs
from requests.story.folding import Folded, folded
from requests.total import outer_limit, total
from requests.unread import seen
from requests.views import triage
from requests.views.beside import on_paper
from requests.views.clocks import limits, parts
from requests.views.closing import lacking, to_close
from requests.views.commons_side import commons_of
from requests.views.dispatching import dispatching_of
from requests.views.mine import due_of
from requests.views.part import own_part
from requests.views.respite_side import second_look
from requests.visits.beside import visit_of
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
    """The ticket if the person may read it, else 404 (SEC-1); of a confidential one it is noted (APP-18)."""
    ticket = get_object_or_404(_readable(request), number=number)
    _note(request, ticket)
    return ticket


def _note(request: HttpRequest, ticket: Ticket) -> None:
    """Once for each request, named after the address; what is fetched for a paper counts as one."""
    if ticket.confidential and not hasattr(request, "noted"):
        request.noted = True  # type: ignore[attr-defined]
        match = request.resolver_match
        what = {"ticket": "page", "panel": "panel", "verb": "act", "receipt": "receipt"}
        note_read(ticket, request.user, what.get(match.url_name or "" if match else "", "paper"))


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
    _note(request, ticket)
    seen(request.user, ticket)
    held = capacities(ticket, request.user)
    firm_side = not office(held)
    if not firm_side:
        prefetch_related_objects(ticket.open_deadlines, "rule", "pauses")  # what the reckoning is told from
    now = clock.now()
    story = Story(ticket, firm_side=firm_side, reader=request.user)
    verbs = verbs_with(ticket, held, request.user, now)
    shown = list(tabs(story))
    tab = next((key for key, _name, _count in shown if key == request.GET.get("tab")), "all")
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
        "full_phone": not held.isdisjoint(CALLS_THE_FIRM),
        "others": others(request.user, ticket, now, firm_side=firm_side),
        "co_late": "" if firm_side else lateness.co_late(ticket, now),
        "joined": joined(ticket, request.user, now, firm_side=firm_side),
        "once": uuid4().hex,
        "confided": confided_page(ticket, held) if ticket.confidential else None,
        **_beside(request, ticket, held, verbs, story, now, firm_side=firm_side),
        **_for_office(ticket, held, verbs, now, firm_side=firm_side),
        "outside": rights_of(request.user).is_outside,
    }
    followed = firm_side and context["joined"].own  # its firm writes to the main case
    if "write" in verbs and tab != "trail" and not followed:
        context |= _composing(ticket, request.user, now, firm_side)
    return render(request, "requests/ticket.html", context)


def _beside(
    request: HttpRequest,
    ticket: Ticket,
    held: frozenset[str],
    verbs: list[str],
    story: Story,
    now: datetime,
    *,
    firm_side: bool,
) -> dict[str, Any]:
    """What other parts of the loop show beside it: clocks, papers, an earlier or later case, common problems."""
    return {
        **second_look(ticket, request.user, story, firm_side=firm_side),
        **_times(ticket, now, firm_side),
        **on_paper(ticket, request.user, held),
        "dispatching": dispatching_of(request, ticket, firm_side=firm_side),
        "from_visit": visit_of(ticket, request.user),
        "about": about(ticket, request.user),
        **_onward(request, ticket, firm_side),
        **commons_of(ticket, request.user, held, verbs, firm_side=firm_side),
    }


def _for_office(
    ticket: Ticket, held: frozenset[str], verbs: list[str], now: datetime, *, firm_side: bool
) -> dict[str, Any]:
    """What officials read beside the ticket: what is lacking to close it (APP-14), and the links sent to a caller."""
    came_closed = ticket.old_number and ticket.ended  # what the old system lacks nobody supplies now
    wanted = [] if firm_side or came_closed or not ticket.lead_department_id else to_close(ticket, verbs)
    return {
        "checklist": wanted,
        "lacking": sum(not item.there for item in wanted),
        "caller": None if firm_side else links.state(ticket, held, now),
        "asks_caller": None if firm_side else caller_links.state(ticket, held, now),
    }


def _times(ticket: Ticket, now: datetime, firm_side: bool) -> dict[str, Any]:
    """Every clock of the ticket, the one of those who work on it first."""
    return {
        "due_first": work_deadline(ticket) or ticket.deadline,
        "total": total(ticket, now),
        "outer": None if firm_side else outer_limit(ticket),
        "written_back": ticket.write_backs.select_related("by") if ticket.from_hotline and not firm_side else (),
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


def _lines(story: Story, tab: str) -> list[Line | Folded]:
    if tab == "firm":
        return folded(story.talk)
    return folded(story.internal if tab == "internal" else story.lines)


def _composing(ticket: Ticket, user: User, now: datetime, firm_side: bool) -> dict[str, Any]:
    """The form to write with, and who will be told."""
    return {
        "write_form": FORMS["write"](ticket=ticket, user=user, now=now),
        "told": "" if firm_side else _told(ticket),
        "uploads": uploads(),
    }


def _told(ticket: Ticket) -> str:
    """Who gets what is written to the firm: its people with an account, else nobody until he is called."""
    if ticket.confidential and ticket.registered_by_id is None and ticket.filed_by:
        return _("只有%(names)s会收到提醒") % {"names": ticket.filed_by.name}
    if not ticket.enterprise_id or ticket.confidential:
        return _("来人没有账号，写下后请另打电话告诉他")
    now = Member.objects.current().filter(enterprise=ticket.enterprise_id, user__is_active=True)
    names = list(now.order_by("-is_primary", "id").values_list("user__name", flat=True))
    if not names:
        return _("这家企业还没有账号，写下后请另打电话告诉他")
    if len(names) > 2:
        return _("%(name)s等 %(n)s 人会收到提醒") % {"name": names[0], "n": len(names)}
    return _("%(names)s会收到提醒") % {"names": _("、").join(names)}


def others(user: User, ticket: Ticket, now: datetime, *, firm_side: bool) -> list[dict[str, Any]]:
    """The firm's other tickets that this person may read, the latest first, each by the limit its own page begins with.

    Officials are told with it which co-handlers are late. No confidential one stands beside an ordinary one.
    """
    if not ticket.enterprise_id:
        return []
    kept = _firms(user, ticket)
    kept = kept if ticket.confidential else kept.filter(confidential=False)
    kept = kept.only("number", "title", "status", "lead_department").with_clocks().order_by("-filed_at")[:OTHERS]
    return [
        {"ticket": one, "due": due_of(one), "co_late": "" if firm_side else lateness.co_late(one, now)} for one in kept
    ]


def _firms(user: User, ticket: Ticket) -> TicketQuerySet:
    return Ticket.objects.visible_to(user).filter(enterprise=ticket.enterprise_id).exclude(pk=ticket.pk)


# Parts and limits ---------------------------------------------------------------------------------------------


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
    story = Story(ticket, firm_side=firm_side, reader=request.user)
    first = ("ticket.filed", "ticket.registered", "ticket.supplemented")
    act = NextAct(ticket, request.user, verbs_with(ticket, held, request.user, now), now, firm_side=firm_side)
    chosen = form or act.form
    context = {
        "now": now,
        "ticket": ticket,
        "firm_side": firm_side,
        "line": journey(ticket, now, story.events, act.deadline),
        "said": [line for line in reversed(story.lines) if line.kind in first],
        "next": act,
        "form": chosen,
        "in_panel": True,
        "co_late": "" if firm_side else lateness.co_late(ticket, now),
        "full_phone": not held.isdisjoint(CALLS_THE_FIRM),
        "outside": rights_of(request.user).is_outside,
        "others": _firms(request.user, ticket).open().count() if ticket.enterprise_id else 0,
        "back": request.GET.get("next") or request.POST.get("next", ""),
        **basis(ticket, request.user, chosen.verb if chosen else ""),
    }
    return render(request, "requests/panel.html", context, status=status)


ABOUT_THE_RESULT = ("deliver_scan", "sign_off", "send_back", "confirm", "dispute", "record_revisit")
OBJECTED_TO = ("report", "sign_off", "send_back")  # of later rounds: what the firm has against the former result
INSTRUCTED = ("take", "take_part", "give_opinion", "report")
ABOUT_THE_MATTER = ("rule_review", "accept", "ask_supplement", "reject", "merge", "dispatch", "take", "give_opinion")
ABOUT_THE_MATTER += ("name_handler",)
FOLDED = ("log_contact", "report", "look_again", "record_revisit")  # at hand, without being in the way
CALLS = ("record_revisit", "log_contact")  # somebody is rung up


def basis(ticket: Ticket, user: User, verb: str) -> dict[str, Any]:
    """What somebody must have before him to do the verb: the result, what was asked for, whom to call."""
    held = capacities(ticket, user)
    firm_side = not office(held)
    visible = ticket.attachments.visible_to(user).select_related("file")
    result = ticket.result if verb in ABOUT_THE_RESULT else None
    instructed = not firm_side and verb in INSTRUCTED
    matter = verb in (*ABOUT_THE_MATTER, *FOLDED)
    return {
        "firm_side": firm_side,
        "full_phone": not held.isdisjoint(CALLS_THE_FIRM),
        "result": result,
        "objections": objections(ticket) if not firm_side and verb in OBJECTED_TO else [],
        "result_files": visible.filter(result=result) if result else [],
        "asked": Supplement.objects.filter(ticket=ticket).first() if verb == "supplement" else None,
        "review": Review.objects.filter(ticket=ticket).first() if verb == "rule_review" else None,
        "calls": list(ticket.revisits.filter(result=result).order_by("id")) if verb == "record_revisit" else [],
        "instruction": _instruction(ticket, user) if instructed else "",
        "dials": verb in CALLS,
        "rated": Rating.objects.filter(result=result).first() if verb == "record_revisit" and result else None,
        "about_matter": matter,
        "folded": verb in FOLDED,
        "matter_files": visible.filter(comment=None, result=None, supplement=None, assignment=None) if matter else [],
        "still_missing": lacking(ticket, user, held) if verb == "record_revisit" else [],
        "once": uuid4().hex,
        "uploads": uploads(),
        **triage.beside(ticket, user, verb, held),
    }


def _instruction(ticket: Ticket, user: User) -> str:
    """What his department was asked; a part given later has its own words."""
    own = rights_of(user).workplaces
    parts = sorted((p for p in ticket.assignments.all() if not p.ended_at), key=lambda p: p.department_id not in own)
    return next((p.instruction for p in parts if p.instruction), "")


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
    return files.take_upload(request.FILES.get("file"), by=request.user)


@login_required
def download(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """A file of the ticket, as long as the person may read it (SEC-2, SEC-7)."""
    attachments = Attachment.objects.visible_to(request.user).select_related("file", "ticket")
    attachment = attachments.filter(pk=pk, ticket__number=number).first()
    if attachment is None:
        raise Http404
    if attachment.ticket.confidential:
        note_read(attachment.ticket, request.user, "file")
    return files.serve(attachment.file)
