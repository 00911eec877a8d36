"""The list of firms, the record of one, the firm's own profile, and the acts on its people, stewards and name."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.postgres.functions import TransactionNow
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.lists.arranging import arrangement, columns_of
from portal.lists.models import Kind
from portal.people.doors import only_for
from portal.people.masks import mask_phone
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.entries import read
from portal.worktime import clock

from . import columns, flow, portraying
from .attributes.values import of_firm
from .export import workbook
from .filters import EnterpriseFilter
from .forms import MemberForm, NameForm, StewardForm
from .models import READS_CRITERIA, READS_EVERY_FIRM, Enterprise, JoinRequest, Stewardship, firms_of
from .models.imports import IMPORTS_FIRMS
from .models.joining import led_by
from .phones import is_mobile
from .powers import Powers, powers_over
from .search import normal, words
from .tags.showing import tags_of, unsaid_to

PAGE = 50
SHOWN_OF_PEOPLE = ("enterprise", "title", "is_primary", "user__name", "user__mobile", "user__phone")


def listed(request: HttpRequest, among: QuerySet | None = None) -> EnterpriseFilter:
    """The firms the person sees, or those of `among`, as filtered and sorted, with what a row shows; in two queries."""
    stewards = Stewardship.objects.current().filter(kind=Stewardship.Kind.STEWARD).select_related("user")
    firms = Enterprise.objects.visible_to(request.user).select_related("place", "industry")
    firms = firms if among is None else firms.filter(pk__in=among)
    firms = firms.prefetch_related(Prefetch("stewardships", stewards, to_attr="stewards_now"))
    return EnterpriseFilter(request.GET, firms, request=request)


@require_GET
@only_for(*READS_EVERY_FIRM)
def firms(request: HttpRequest) -> HttpResponse:
    arranged = arrangement(request, Kind.FIRMS)
    if target := arranged.opens_with(request):
        return redirect(target)
    chosen = listed(request)
    rights = rights_of(request.user)
    scopes = [("", _("全部"))]
    if rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT):
        scopes.append(("mine", _("我服务的")))
    if rights.has(Role.GRID_MEMBER):
        scopes.append(("placed", _("我网格里的")))
    page = Paginator(chosen.qs, PAGE).get_page(request.GET.get("page"))
    say_former_names(page.object_list, request.GET.get("q", ""))
    wanted = columns.shown(arranged.columns)
    for firm in page.object_list:
        firm.cells = [(column.css, column.cell(firm)) for column in wanted]
    context = {
        "filter": chosen,
        "page": page,
        "scopes": scopes,
        "may_import": rights.has(*IMPORTS_FIRMS),
        "may_judge": rights.has(*READS_CRITERIA),
        "here": request.get_full_path(),
        "arranged": arranged,
        "columns": wanted,
        "all_columns": columns.COLUMNS.values(),
        "most_columns": columns.MOST,
    }
    return render(request, "enterprises/list.html", context)


def say_former_names(found: Sequence[Enterprise], query: str) -> None:
    """A firm found only by a name it bore before shows that name; one more query, and only for a search."""
    typed = words(query)
    if not typed:
        return
    prefetch_related_objects(found, "former_names")
    for firm in found:
        missing = [word for word in typed if word not in firm.search_text]
        names = (former.name for former in firm.former_names.all())
        firm.found_as = next((name for name in names if any(word in normal(name) for word in missing)), "")


@require_GET
@only_for(*READS_EVERY_FIRM)
def export(request: HttpRequest) -> HttpResponse:
    """The columns, filters and order of the list, all its pages; with `columns=all` every column."""
    every = request.GET.get("columns") == "all"
    wanted = list(columns.COLUMNS.values()) if every else columns.shown(columns_of(request.user, Kind.FIRMS))
    chosen = listed(request)
    named = [_("名称"), *(column.title for column in wanted)]
    rows = ([firm.name, *(column.value(firm) for column in wanted)] for firm in chosen.qs.iterator(chunk_size=2000))
    at, filters = clock.now(), chosen.in_force()
    return workbook(_("企业名单"), named, rows, by=request.user, at=at, of=Enterprise, filters=filters)


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """A firm's person comes to his firm at once, or to the choice of his firms."""
    own = Enterprise.objects.filter(pk__in=firms_of(request.user)).select_related("place").order_by("name", "pk")
    if not own and not rights_of(request.user).has(Role.ENTERPRISE_MEMBER):
        raise Http404
    if len(own) == 1:
        return redirect("enterprises:detail", own[0].uscc)
    return render(request, "enterprises/mine.html", {"firms": own})


@require_GET
@login_required
def firm(request: HttpRequest, uscc: str) -> HttpResponse:
    return show(request, visible(request, uscc))


def visible(request: HttpRequest, uscc: str) -> Enterprise:
    firms = Enterprise.objects.visible_to(request.user).select_related("place", "industry")
    return get_object_or_404(firms, uscc=uscc)


def show(request: HttpRequest, firm: Enterprise, **said: Any) -> HttpResponse:
    """The portrait of one firm: officials see the record, its own people the profile. `said` are forms with errors.

    An official who was shown what not all officials may see has read it (SEC-3).
    """
    status = 422 if any(getattr(form, "errors", None) for form in said.values()) else 200
    shown = page_of(request, firm)
    if not shown["portrait"].own and any(made.block.get("sensitive") for made in shown["blocks"]):
        read(firm, by=request.user, what="portrait", grant=shown["powers"].grant)
    return render(request, template_for(request), shown | said, status=status)


def template_for(request: HttpRequest) -> str:
    official = rights_of(request.user).has(*READS_EVERY_FIRM)
    return "enterprises/record.html" if official else "enterprises/profile.html"


def portrait_of(request: HttpRequest, firm: Enterprise) -> portraying.Portrait:
    """The firm as this person sees it, for whatever the rooms add to its page."""
    own = firm.pk in firms_of(request.user)
    powers = powers_over(firm, request.user)
    hidden = unsaid_to(request.user, firm, serves=powers.files)  # who files for it is its steward
    return portraying.Portrait(firm, request.user, own, powers, clock.now(), hidden, of_firm(firm))


def page_of(request: HttpRequest, firm: Enterprise) -> dict[str, Any]:
    """Everything the page of one firm shows."""
    portrait = portrait_of(request, firm)
    own, powers = portrait.own, portrait.powers
    hidden = is_mobile(firm.phone) and not (own or powers.phones)  # a sole trader's line is his own (SEC-3)
    blocks = portraying.made(portrait)
    return {
        "portrait": portrait,
        "now": portrait.now,
        "tags": tags_of(firm),
        "chips": [chip for source in portraying.CHIPS for chip in source(portrait)],
        "next": portraying.first_act(portrait),
        "blocks": blocks,
        "finding": portraying.finding(blocks),
        "past": portraying.past_of(portrait),
        "charges": [charge for source in portraying.CHARGE for charge in source(portrait)],
        "firm": firm,
        "powers": powers,
        "phone": mask_phone(firm.phone) if hidden else firm.phone,
        "places": firm.place.lineage(),
        "people": firm.members.current().select_related("user").only(*SHOWN_OF_PEOPLE),
        "stewards": portrait.stewards,
        "former_names": portrait.former_names,
        "member_form": MemberForm() if powers.people else None,
        "steward_form": StewardForm() if powers.stewards else None,
        "name_form": NameForm() if powers.rename else None,
        **coming(portrait),
    }


def coming(portrait: portraying.Portrait) -> dict[str, Any]:
    """Who asks to act for the firm and who is invited, for whoever decides on it."""
    firm, user = portrait.firm, portrait.reader
    decides = portrait.powers.people or (portrait.own and led_by(user).filter(enterprise=firm.pk).exists())
    if not decides:
        return {"may_invite": False, "joins": [], "invited": 0}
    asked = JoinRequest.objects.decidable_by(user).filter(enterprise=firm).select_related("user")
    waiting = firm.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=TransactionNow())
    return {"may_invite": True, "joins": asked, "invited": waiting.count()}


def allowed(request: HttpRequest, uscc: str, power: str) -> Enterprise:
    """The firm, if the person has that power over it; else 404, as if it weren't there (SEC-1)."""
    enterprise = visible(request, uscc)
    powers: Powers = powers_over(enterprise, request.user)
    if not getattr(powers, power):
        raise Http404
    return enterprise


def tied(ties: QuerySet, pk: str) -> Any:
    return get_object_or_404(ties.current().select_related("user", "enterprise"), pk=pk)


def done(request: HttpRequest, firm: Enterprise, sentence: str, **named: str) -> HttpResponse:
    messages.success(request, sentence % named)
    return redirect("enterprises:detail", firm.uscc)


def refused(request: HttpRequest, firm: Enterprise, reason: flow.Refused) -> HttpResponse:
    messages.error(request, str(reason))
    return redirect("enterprises:detail", firm.uscc)


@require_POST
@login_required
def add_member(request: HttpRequest, uscc: str) -> HttpResponse:
    enterprise = allowed(request, uscc, "people")
    form = MemberForm(request.POST)
    if form.is_valid():
        user, title, primary = (form.cleaned_data[name] for name in ("account", "title", "primary"))
        try:
            flow.add_member(enterprise, user, by=request.user, title=title, primary=primary)
        except flow.Refused as reason:
            form.add_error("account", str(reason))
        else:
            return done(request, enterprise, _("%(name)s 现在可以代表这家企业办事"), name=user.name)
    return show(request, enterprise, member_form=form)


@require_POST
@login_required
def end_member(request: HttpRequest, uscc: str, member: str) -> HttpResponse:
    enterprise = allowed(request, uscc, "people")
    person = tied(enterprise.members, member)
    try:
        flow.end_member(person, by=request.user)
    except flow.Refused as reason:
        return refused(request, enterprise, reason)
    return done(request, enterprise, _("%(name)s 已不能再代表这家企业，他提交的诉求照常办理"), name=person.user.name)


@require_POST
@login_required
def make_primary(request: HttpRequest, uscc: str, member: str) -> HttpResponse:
    enterprise = allowed(request, uscc, "people")
    person = tied(enterprise.members, member)
    try:
        flow.make_primary(person, by=request.user)
    except flow.Refused as reason:
        return refused(request, enterprise, reason)
    return done(request, enterprise, _("主要联系人改为 %(name)s"), name=person.user.name)


@require_POST
@login_required
def show_phone(request: HttpRequest, uscc: str, member: str) -> HttpResponse:
    """The whole number of one person, to be called; who looked is recorded (SEC-3)."""
    enterprise = allowed(request, uscc, "phones")
    person = tied(enterprise.members, member)
    read(person, by=request.user, what="phone", grant=powers_over(enterprise, request.user).grant)
    if request.htmx:
        return render(request, "enterprises/phone.html", {"person": person, "shown": person.pk})
    return show(request, enterprise, shown=person.pk)


@require_POST
@login_required
def change_name(request: HttpRequest, uscc: str) -> HttpResponse:
    enterprise = allowed(request, uscc, "rename")
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            former = flow.change_name(enterprise, form.cleaned_data["name"], by=request.user)
        except flow.Refused as reason:
            form.add_error("name", str(reason))
        else:
            return done(request, enterprise, _("已更名，用旧名“%(name)s”仍能找到"), name=former.name)
    return show(request, enterprise, name_form=form)
