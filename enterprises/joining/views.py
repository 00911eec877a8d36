"""Coming to act for a firm, seen by the person: the number, the account, the firm; an invitation; one's requests."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal import files
from portal.files.contents import FIELD
from portal.people.models import User
from portal.people.trying import attempt
from portal.worktime import clock

from ..flow import Refused
from ..models import Enterprise, Invitation, JoinRequest, NumberProof
from ..uscc import normal, validate_uscc
from . import flow, limits
from .forms import AccountForm, CodeForm, FirmForm, MobileForm

PROOF, PROVEN = "joining.proof", "joining.proven"  # in the session: the code that was sent; the number, and since when
PROVEN_SECONDS = 30 * 60
BACKEND = "portal.people.backends.NameOrMobileBackend"


# The number -------------------------------------------------------------------------------------------------------


@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """First whose telephone it is. The answer is the same whether or not the number has an account."""
    if request.user.is_authenticated:
        return redirect("joining:firm")
    form, status = MobileForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if limits.may_send_code(request, form.cleaned_data["mobile"]):
                proof = flow.send_code(form.cleaned_data["mobile"])
                request.session[PROOF] = proof.pk
                return redirect("joining:code")
            status = 429
            form.add_error(
                None, _("验证码发得太多：一个号码一分钟一个，一小时最多五个。请过一会儿再要，或打中心电话。")
            )
    return render(request, "enterprises/join_mobile.html", {"form": form}, status=status)


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    proof = NumberProof.objects.filter(pk=request.session.get(PROOF)).first()
    if proof is None or request.user.is_authenticated:
        return redirect("joining:register")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            flow.prove(proof, form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            del request.session[PROOF]
            request.session[PROVEN] = [proof.mobile, timezone.now().timestamp()]
            return redirect("joining:firm")
    status = 422 if request.method == "POST" else 200
    return render(
        request, "enterprises/join_code.html", {"form": form, "proof": proof, "demo": settings.DEMO}, status=status
    )


def _proven(request: HttpRequest) -> str:
    """The number this session has proven within the last half hour, else empty."""
    mobile, since = request.session.get(PROVEN, ("", 0))
    return mobile if timezone.now().timestamp() - since < PROVEN_SECONDS else ""


# The firm ---------------------------------------------------------------------------------------------------------


@never_cache
def firm(request: HttpRequest) -> HttpResponse:
    """The account, where there is none yet, the firm and the papers, in one form; then a clerk looks."""
    mobile = "" if request.user.is_authenticated else _proven(request)
    if not request.user.is_authenticated:
        if not mobile:
            return redirect("joining:register")
        if User.objects.filter(mobile=mobile).exists():
            return render(request, "enterprises/join_known.html", {"next": reverse("joining:firm")})
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FirmForm(*given)
    account = AccountForm(*given[:1], mobile=mobile) if mobile else None
    status = 200
    if given:
        status = 422
        if _all_valid(account, form):
            if not limits.may_ask(request):
                status = 429
                form.add_error(None, _("这个网络地址的申请太多，请过一小时再试，或到企业服务中心办。"))
            elif _asked(request, account, form):
                return redirect("joining:mine")
    known = _on_file(form["uscc"].value() or "") if given else None
    looked = bool(given) and bool(form.cleaned_data.get("uscc") or form.cleaned_data.get("firm_name"))
    context = {"form": form, "account": account, "mobile": mobile, "found": known, "looked": looked}
    return render(request, "enterprises/join_firm.html", context, status=status)


def _all_valid(*forms: Any) -> bool:
    """Every form is looked at, so that all that is wrong is said at once."""
    valid = [form.is_valid() for form in forms if form is not None]
    return all(valid)


def _asked(request: HttpRequest, account: AccountForm | None, form: FirmForm) -> bool:
    """The account, the files and the request, all or nothing; what is refused stands in the form."""
    try:
        with transaction.atomic():
            user = flow.open_account(**account.account()) if account else request.user
            uploads = form.cleaned_data["papers"]
            files.check_count(0, len(uploads))
            papers = [files.store(upload, by=user) for upload in uploads]
            flow.ask(user, by=user, notice=flow.NOTICE, papers=papers, **form.request())
    except Refused as refused:
        form.add_error("papers" if refused.field == FIELD else None, refused.sentence)
        return False
    if account:
        _sign_in(request, user)
    messages.success(request, _("申请已收到\n中心核对材料后告诉您，一般 1 个工作日内。"))
    return True


def _sign_in(request: HttpRequest, user: User) -> None:
    request.session.pop(PROVEN, None)
    login(request, user, backend=BACKEND)


def _on_file(typed: str) -> Enterprise | None:
    return Enterprise.objects.filter(uscc=normal(typed.replace("\0", ""))[:18]).only("name", "uscc").first()


def _wrong(code: str) -> str:
    """What is wrong with the 18 characters; a slip must not be taken for a firm that is not on file."""
    try:
        validate_uscc(code)
    except ValidationError as error:
        return error.messages[0]
    return ""


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Whose code it is, while it is typed; names of firms are public, who acts for them is not told."""
    if not (request.user.is_authenticated or _proven(request)):
        raise Http404
    typed = normal(request.GET.get("uscc", "").replace("\0", ""))
    whole = len(typed) == 18
    if whole and not limits.may_look_up(request):
        return HttpResponse(status=429)
    wrong = _wrong(typed) if whole else ""
    looked = whole and not wrong
    form = FirmForm(initial={name: request.GET.get(name, "") for name in ("firm_name", "address")})
    context = {"form": form, "found": _on_file(typed) if looked else None, "looked": looked, "wrong": wrong}
    return render(request, "enterprises/join_found.html", context)


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """One's own requests and what became of them."""
    own = JoinRequest.objects.filter(user=request.user).select_related("enterprise").order_by("-asked_at", "-pk")
    return render(request, "enterprises/join_mine.html", {"requests": own[:20]})


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    own = get_object_or_404(JoinRequest, pk=pk, user=request.user)
    attempt(request, _("申请已撤回"), flow.withdraw, own, by=request.user)
    return redirect("joining:mine")


# An invitation ----------------------------------------------------------------------------------------------------


@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at it uses nothing up; accepting does. Whoever has no account makes one in the same act."""
    invitation = Invitation.of(token)
    if invitation is None:
        raise Http404
    now = clock.now()
    if invitation.state(now) != "open":
        return _quiet(render(request, "enterprises/join_over.html", {"state": invitation.state(now)}, status=410))
    known = None if request.user.is_authenticated else invitation.account_of_addressee()
    form = _account_form(request, invitation) if not (request.user.is_authenticated or known) else None
    status = 200
    if request.method == "POST" and not known:
        if (form is None or form.is_valid()) and _accepted(request, invitation, form):
            messages.success(request, _("您现在可以代表 %(firm)s 办事") % {"firm": invitation.enterprise.name})
            return redirect("desk:firm")
        status = 422
    context = {"invitation": invitation, "form": form, "known": known, "next": request.path, "now": now}
    return _quiet(render(request, "enterprises/join_accept.html", context, status=status))


def _account_form(request: HttpRequest, invitation: Invitation) -> AccountForm:
    return AccountForm(request.POST or None, mobile=invitation.mobile, email=invitation.email)


def _accepted(request: HttpRequest, invitation: Invitation, form: AccountForm | None) -> bool:
    try:
        with transaction.atomic():
            user = flow.open_account(**form.account()) if form else request.user
            flow.accept(invitation, by=user)
    except Refused as refused:
        if form:
            form.add_error(None, str(refused))
        else:
            messages.error(request, str(refused))
        return False
    if form:
        _sign_in(request, user)
    return True


def _quiet(response: HttpResponse) -> HttpResponse:
    """A page reached by a secret address: not indexed, and the address is told to nobody."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
