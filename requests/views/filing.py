"""Filing a matter: one screen on a phone, kept as a draft while it is written, one ticket however often sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import Enterprise
from portal import files
from portal.files.contents import ACCEPT
from portal.people.masks import mask_phone
from portal.people.models import User
from portal.worktime import clock
from requests import drafts, flow, guess
from requests.answers import answers_to
from requests.flow.intake import first_responder
from requests.forms.base import keys
from requests.forms.filing import FilingForm, contact_of, filable_firm, filable_firms, own_firms
from requests.models import Article, Draft, Ticket, TicketDeadline
from requests.models.ticket import Urgency
from requests.views.mine import due_of, without_firm

ALIKE = 3  # of the firm's own open matters shown while writing
ANSWERS = 2  # of the public articles shown while writing
CAMERA = "image/jpeg,image/png"  # phones offer the camera only where a kind of picture is named


@login_required
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Opens the newest draft for the firm (`?firm=` code, else the one looked at), or an empty page under a new key.

    `?new=1` begins another one. Stewards of several firms choose for whom.
    """
    firm = _firm(request)
    if firm is None:
        firms = list(filable_firms(request.user))
        if len(firms) != 1:
            return _for_whom(request, firms)
        firm = firms[0]
    kept = None if request.GET.get("new") else drafts.unsent(request.user, firm).first()
    key = kept.key if kept else uuid.uuid4()
    return redirect(f"{reverse('requests:draft', args=[key])}?firm={firm.uscc}")


def _for_whom(request: HttpRequest, firms: list[Enterprise]) -> HttpResponse:
    return render(request, "requests/for_whom.html", {"firms": firms}) if firms else without_firm(request)


def _firm(request: HttpRequest) -> Enterprise | None:
    """The firm named in the address, else the one the person looks at, else the first of his own."""
    code = request.GET.get("firm")
    if code:
        firm = filable_firm(request.user, code)
        if firm is None:
            raise Http404
        return firm
    own = list(own_firms(request.user))
    return next((firm for firm in own if firm.pk == request.session.get("firm")), own[0] if own else None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page of one draft; sending it files the matter, once."""
    made = drafts.filed(key, request.user)
    if made is not None and request.method != "POST":
        return redirect("requests:receipt", made.number)
    if made is None and not filable_firms(request.user).exists():
        return without_firm(request)
    if request.method == "POST":
        return _sent(request, key)
    kept = drafts.find(key, request.user)
    return _page(request, FilingForm(initial=_initial(request, kept), user=request.user), key, kept)


def _sent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One transaction from the first file to the ticket: of two sendings at once the second finds a ticket."""
    try:
        with transaction.atomic():
            drafts.alone(key)
            return _taken(request, key)
    except drafts.Filed as filed:
        return _sent_before(request, filed.ticket)


def _taken(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """First keeps everything as a draft, so that nothing refused is lost, then files it. Raises drafts.Filed."""
    user = request.user
    drafts.save(key, user, request.POST, filable_firm(user, request.POST.get("enterprise", "")))
    refused = _take_files(request, key)
    if "keep" in request.POST and not refused:  # the button for browsers without scripts
        return redirect("requests:draft", key)
    form = FilingForm(request.POST, user=user)
    form.full_clean()
    for sentence in refused:
        form.add_error("files", sentence)
    ticket = _file(form, key) if form.is_valid() else None
    if ticket is not None:
        return redirect("requests:receipt", ticket.number)
    return _page(request, form, key, drafts.find(key, user), status=422)


def _sent_before(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Sent twice is one ticket. Other words, from a page that was left open, become a draft of their own."""
    text = request.POST.get("description", "").replace("\r\n", "\n").strip()
    if text in ("", ticket.description):
        return redirect("requests:receipt", ticket.number)
    key = uuid.uuid4()
    drafts.save(key, request.user, request.POST, filable_firm(request.user, request.POST.get("enterprise", "")))
    sentence = _("那份草稿已经提交，编号 %(number)s\n这里是您后来写的，还没有提交。")
    messages.warning(request, sentence % {"number": ticket.number})
    return redirect(f"{reverse('requests:draft', args=[key])}?after={ticket.filed_key}")


def _kept(request: HttpRequest, form: FilingForm) -> str:
    """The address whose words have arrived here, so that the device forgets its copy: its own, or that of `?after=`."""
    if form.is_bound:
        return request.path
    try:
        return reverse("requests:draft", args=[uuid.UUID(request.GET.get("after", ""))])
    except ValueError:
        return ""


def _take_files(request: HttpRequest, key: uuid.UUID) -> list[str]:
    """Adds the files that came with the form, drops those taken out of it; the sentences of those refused."""
    refused = []
    wanted = keys(request.POST.getlist("attachments")) - keys(request.POST.getlist("remove"))
    for upload in request.FILES.getlist("files"):
        try:
            wanted.add(drafts.add_file(key, request.user, upload).pk)
        except files.Refused as no:
            refused.append(str(no))
    kept = drafts.find(key, request.user)
    if kept is not None:
        drafts.keep_only(kept, wanted)
    return refused


def _file(form: FilingForm, key: uuid.UUID) -> Ticket | None:
    """None, with the sentence in the form, where it is refused."""
    try:
        with transaction.atomic():  # a refusal keeps the draft
            return flow.file(form.matter(), by=form.user, key=key, draft=drafts.find(key, form.user))
    except flow.Refused as refused:
        refused.put_on(form)
        return None


def _initial(request: HttpRequest, kept: Draft | None) -> dict[str, Any]:
    """What the draft holds, else what is known of the firm's contact."""
    if kept is None:
        firm = _firm(request)
    else:
        firm = filable_firm(request.user, kept.enterprise.uscc) if kept.enterprise else _firm(request)
    contact = contact_of(firm, request.user) if firm else None
    known = {"enterprise": firm.uscc if firm else ""}
    if contact:
        known |= {"contact_name": contact.name, "contact_phone": contact.mobile or contact.phone}
    written = {name: kept.data[name] for name in drafts.FIELDS if kept.data.get(name)} if kept else {}
    return known | written


def _page(
    request: HttpRequest, form: FilingForm, key: uuid.UUID, kept: Draft | None, status: int = 200
) -> HttpResponse:
    now, firm, own = clock.now(), form.firm(), list(own_firms(request.user))
    behalf = firm is not None and firm not in own
    context = {
        "form": form,
        "key": key,
        "draft": kept,
        "arrived": _kept(request, form),
        "attachments": drafts.attachments(kept),
        "firm": firm,
        "behalf": behalf,
        "associates": firm is not None and firm in own and firm.is_association,
        "chooses": form.offer(own, firm),
        "instead": None if behalf else _instead(firm, now),
        "accept": f"{ACCEPT},{CAMERA}",
        "most": settings.FILES_PER_SUBJECT,
        "most_mb": settings.FILE_MAX_BYTES // 1024 // 1024,
        **_read(form, firm, form.data.get("guessed") or form.initial.get("guessed", ""), now),
    }
    return render(request, "requests/filing.html", context, status=status)


def _instead(firm: Enterprise | None, now: datetime) -> User | None:
    """Whom to call instead of writing: the one who would follow the matter (APP-8)."""
    person = first_responder(firm, None, now)
    return person if person and person.phone else None


def _read(form: FilingForm, firm: Enterprise | None, guessed: str, now: datetime) -> dict[str, Any]:
    """What the page says about what is typed so far, and says anew while it is typed."""
    text, category = form.typed("description"), form.typed("category")
    urgency, sign = guess.urgency_of(text)
    names = {"name": form.typed("contact_name") or "—", "phone": mask_phone(form.typed("contact_phone")) or "—"}
    return {
        "alike": _alike(form.user, firm, text),
        "answers": answers_to(text, Article.objects.public(), ANSWERS),
        "guessed": guessed,
        "seems": bool(category) and guessed.startswith(f"{category}:"),
        "sign": sign if form.typed("urgency") == urgency else "",
        "who": _("联系人 %(name)s %(phone)s") % names,
        "named": form.typed("title") or guess.title_of(text),
        "act": form.act(now),
    }


def _alike(user: User, firm: Enterprise | None, text: str) -> list[tuple[Ticket, TicketDeadline | None]]:
    """The firm's own open matters that say the same, so that nothing is filed twice, and the time each has left."""
    if firm is None:
        return []
    own = Ticket.objects.visible_to(user).open().filter(enterprise=firm).with_clocks()
    return [(ticket, due_of(ticket)) for ticket in guess.alike(own, text, ALIKE)]


@login_required
@require_POST  # the text is longer than an address may be, and belongs in no log
def hints(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The fragment that follows the typing: matters alike, and the guesses that can be changed. Keeps nothing."""
    if not filable_firms(request.user).exists():
        raise Http404
    typed = {name: value[: drafts.LONGEST] for name, value in request.POST.items()}
    guesses, guessed = _guess(typed)
    form = FilingForm(initial=typed | guesses, user=request.user)
    read = _read(form, form.firm(), guessed, clock.now())
    return render(request, "requests/filing_hints.html", {"form": form, "key": key, **read})


def _guess(typed: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The guesses for what nobody has chosen by hand, and all guesses as the page remembers them."""
    text = typed.get("description", "")
    found, (urgency, _sign) = guess.category_of(text), guess.urgency_of(text)
    category = found.code if found else ""
    before_category, _colon, before_urgency = typed.get("guessed", "").partition(":")
    guesses: dict[str, str] = {}
    if typed.get("category", "") == before_category:
        guesses["category"] = category
    if typed.get("urgency", "") in ("", before_urgency or Urgency.ORDINARY):
        guesses["urgency"] = str(urgency)
    return guesses, f"{category}:{urgency}"


@login_required
@require_POST
def drop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throws a draft away, with its files; what is already gone is no error."""
    kept = drafts.find(key, request.user)
    if kept is not None:
        kept.delete()
        messages.success(request, _("草稿已删除。"))
    return redirect("desk:home")
