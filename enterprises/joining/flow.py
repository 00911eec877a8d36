"""The verbs by which people come to act for a firm: asking, deciding, inviting, accepting. Each leaves an event.

All lock the request or invitation first, then the firm. Nobody decides on his own request or accepts his own
invitation.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal import outbox
from portal.files.models import StoredFile
from portal.people.models import User, plain_mobile
from portal.people.rights import Grant, rights_of
from portal.trail.entries import record
from portal.trail.models import Audience
from portal.worktime import clock

from .. import phones
from ..attributes import stale
from ..flow import Refused, admit, locked
from ..models import Enterprise, Invitation, JoinProof, JoinRequest, Member, NumberProof, Place
from ..models.joining import ADMITS, led_by
from ..powers import powers_over
from ..uscc import normal

NOTICE = "2026-11"  # the edition of the personal-data notice (`/register/notice/`) that people agree to
AT_ONCE = 5  # requests of one person that may wait at the same time
INVITED_A_DAY = 20  # for one firm: text messages cost money, and must not pester anybody
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


# Before there is an account ---------------------------------------------------------------------------------------


@transaction.atomic
def send_code(mobile: str, *, at: datetime | None = None) -> NumberProof:
    """Six digits to a mobile number, whoever it belongs to: what comes next tells nothing to who hasn't it."""
    at = at or clock.now()
    proof = NumberProof.objects.create(mobile=mobile, at=at)
    outbox.queue("number_proof.asked", proof, key=f"number_proof.asked:{proof.pk}", at=at)
    return proof


def prove(proof: NumberProof, typed: str, *, at: datetime | None = None) -> NumberProof:
    """The right digits, in time and within a few tries. A wrong one is counted also where it is refused."""
    with transaction.atomic():
        proof = NumberProof.objects.select_for_update(no_key=True).get(pk=proof.pk)
        at = at or clock.now()
        if proof.proven_at or at >= proof.at + timedelta(minutes=proof.MINUTES) or proof.tries >= proof.TRIES:
            raise Refused(_("验证码已失效，请再要一个。"))
        right = proof.fits(typed)
        proof.tries += 1
        proof.proven_at = at if right else None
        proof.save(update_fields=["tries", "proven_at"])
    if not right:
        raise Refused(_("验证码不对，请看最近的一条短信。"))
    return proof


@transaction.atomic
def open_account(
    name: str, password: str, *, mobile: str = "", email: str = "", username: str = "", at: datetime | None = None
) -> User:
    """An account of one's own, without a role; signed in to by the mobile number, or by the user name chosen."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username or f"u-{get_random_string(10, READABLE)}",
                password,
                name=name.strip(),
                mobile=mobile,
                email=email,
                language=get_language() or settings.LANGUAGE_CODE,
            )
    except IntegrityError:
        raise Refused(_("这个号码或用户名已有账号，请登录后再办。")) from None
    record("user.registered", user, by=user, at=at or clock.now(), audience=Audience.CLOSED)
    return user


# Asking and deciding ----------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    user: User,
    *,
    by: User,
    uscc: str,
    notice: str,
    papers: Iterable[StoredFile],
    name: str = "",
    address: str = "",
    title: str = "",
    at: datetime | None = None,
) -> JoinRequest:
    """申请: the person asks to act for a firm and shows papers; a clerk, or the firm's primary contact, decides."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two tabs of one person wait for each other
    at = at or clock.now()
    firm = Enterprise.objects.filter(uscc=normal(uscc)).first()
    papers = list(papers)
    _demand(user.pk == by.pk, _("只能为自己申请。"))
    if firm is not None:
        _demand_alive(firm)
        _demand_stranger(firm, user, at)
    else:
        _demand(name.strip() and address.strip(), _("名录里没有这家企业，请写名称和住所。"))
    waiting = JoinRequest.objects.pending().filter(user=user)
    _demand(not waiting.filter(uscc=normal(uscc)).exists(), _("您已经申请过这家企业，正在核对。"))
    _demand(waiting.count() < AT_ONCE, _("您有几份申请还在核对，等有了结果再申请别的企业。"))
    _demand(papers, _("请上传营业执照，代办的还要授权书。"))
    request = JoinRequest.objects.create(
        user=user,
        uscc=normal(uscc),
        enterprise=firm,
        name="" if firm else name.strip(),
        address="" if firm else address.strip(),
        title=title.strip(),
        notice=notice,
        asked_at=at,
    )
    JoinProof.objects.bulk_create([JoinProof(request=request, file=paper) for paper in papers])
    _note("join_request.asked", request, by=by, at=at, firm=firm.pk if firm else None)
    return request


@transaction.atomic
def approve(
    request: JoinRequest, *, by: User, place: Place | None = None, primary: bool = False, at: datetime | None = None
) -> Member:
    """通过: the person acts for the firm from now on; one that was not on file is put on it, at `place`."""
    request, grant, at = _decide(request, by, at)
    firm = request.enterprise or Enterprise.objects.filter(uscc=request.uscc).first()
    if firm is None:
        _demand(place is not None, _("名录里没有这家企业，请先选它所在的网格。"))
        firm = _put_on_file(request, place, by, at, grant)  # type: ignore[arg-type]
    locked(firm)
    _demand_alive(firm)
    _demand_stranger(firm, request.user, at)
    member = admit(firm, request.user, by=by, at=at, grant=grant, title=request.title, primary=primary)
    request.enterprise, request.member = firm, member
    _end(request, JoinRequest.State.APPROVED, by, at)
    _note("join_request.approved", request, by=by, at=at, grant=grant, member=member.pk)
    return member


@transaction.atomic
def refuse(request: JoinRequest, *, by: User, reason: str, at: datetime | None = None) -> JoinRequest:
    """不通过: with a reason that the person reads; he may mend it and ask again."""
    request, grant, at = _decide(request, by, at)
    request.reason = reason.strip()
    _demand(request.reason, _("请写明为什么，申请人照着补。"))
    _end(request, JoinRequest.State.REFUSED, by, at)
    _note("join_request.refused", request, by=by, at=at, grant=grant)
    return request


@transaction.atomic
def withdraw(request: JoinRequest, *, by: User, at: datetime | None = None) -> JoinRequest:
    """撤回: the person has mistaken the firm, or no longer needs it."""
    request = _locked_request(request)
    _demand(request.user_id == by.pk, _("只能撤回自己的申请。"))
    at = at or clock.now()
    _end(request, JoinRequest.State.WITHDRAWN, by, at)
    record("join_request.withdrawn", request, by=by, at=at)
    return request


def _locked_request(request: JoinRequest) -> JoinRequest:
    row = JoinRequest.objects.select_for_update(of=("self",), no_key=True).select_related("user", "decided_by")
    request = row.get(pk=request.pk)
    if request.state != JoinRequest.State.PENDING:
        decided = request.decided_by.name if request.decided_by else ""
        raise Refused(
            _("这份申请%(name)s已处理：%(state)s。") % {"name": decided, "state": request.get_state_display()}
        )
    return request


def _decide(request: JoinRequest, by: User, at: datetime | None) -> tuple[JoinRequest, Grant | None, datetime]:
    request = _locked_request(request)
    _demand(request.user_id != by.pk, _("不能处理自己的申请。"))
    rights = rights_of(by, at)
    leads = request.enterprise_id and led_by(by, at).filter(enterprise=request.enterprise_id).exists()
    _demand(rights.has(*ADMITS) or leads, _("这份申请不由您处理。"))
    return request, next(filter(None, map(rights.grant, ADMITS)), None), at or clock.now()


def _end(request: JoinRequest, state: str, by: User, at: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, by, at
    request.save()


def _put_on_file(request: JoinRequest, place: Place, by: User, at: datetime, grant: Grant | None) -> Enterprise:
    try:
        with transaction.atomic():
            firm = Enterprise.objects.create(uscc=request.uscc, name=request.name, address=request.address, place=place)
    except IntegrityError:  # an import was faster
        return Enterprise.objects.get(uscc=request.uscc)
    stale.mark([firm.pk])
    record("enterprise.put_on_file", firm, by=by, at=at, grant=grant, data={"join_request": request.pk})
    return firm


# Inviting ---------------------------------------------------------------------------------------------------------


def may_invite(enterprise: Enterprise, by: User, at: datetime | None = None) -> bool:
    """The centre, the firm's steward or grid member, and its own primary contact."""
    return powers_over(enterprise, by, at).people or led_by(by, at).filter(enterprise=enterprise.pk).exists()


@transaction.atomic
def invite(
    enterprise: Enterprise,
    *,
    by: User,
    mobile: str = "",
    email: str = "",
    title: str = "",
    at: datetime | None = None,
) -> Invitation:
    """邀请: a link, good once and for a while, to a mobile number or a mail address; who accepts acts for the firm."""
    locked(enterprise)
    _demand(may_invite(enterprise, by, at), _("您不能邀请这家企业的人员"))
    _demand_alive(enterprise)
    at = at or clock.now()
    mobile, email = plain_mobile(mobile), email.strip()
    _demand(bool(mobile) != bool(email), _("请写手机号或邮箱，写一样。"))
    _demand(not mobile or phones.is_mobile(mobile), _("手机号应为 11 位，以 1 开头。"))
    _demand(not mobile or outbox.reaches_telephones(), _("短信没有接通，请写邮箱，或直接登记他的账号。"))
    waiting = enterprise.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)
    lately = enterprise.invitations.filter(at__gt=at - timedelta(days=1)).count()
    _demand(lately < INVITED_A_DAY, _("这家企业一天里邀请得太多，请明天再邀请。"))
    _demand(not waiting.filter(mobile=mobile, email=email).exists(), _("已经邀请过，链接还有效；要重发，请先收回。"))
    invitation = Invitation.objects.create(
        enterprise=enterprise,
        mobile=mobile,
        email=email,
        title=title.strip(),
        invited_by=by,
        at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
    )
    _note("invitation.sent", invitation, by=by, at=at, grant=_grant(enterprise, by, at), firm=enterprise.pk)
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, by: User, at: datetime | None = None) -> Invitation:
    """收回: the link opens nothing any more."""
    invitation = _locked_invitation(invitation)
    at = at or clock.now()
    _demand(may_invite(invitation.enterprise, by, at), _("您不能收回这份邀请"))
    _demand(invitation.state(at) == "open", _("这份邀请已经用过、收回或过期。"))
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    grant = _grant(invitation.enterprise, by, at)
    record("invitation.revoked", invitation, by=by, at=at, grant=grant, data={"firm": invitation.enterprise_id})
    return invitation


@transaction.atomic
def accept(invitation: Invitation, *, by: User, at: datetime | None = None) -> Member:
    """接受: whoever holds the link acts for the firm from now on; who invited him is told."""
    invitation = _locked_invitation(invitation)
    at = at or clock.now()
    _demand(invitation.state(at) == "open", _("这份邀请已经用过、收回或过期，请邀请您的人再发一次。"))
    _demand(invitation.invited_by_id != by.pk, _("不能接受自己发出的邀请。"))
    firm = locked(invitation.enterprise)
    _demand_alive(firm)
    _demand_stranger(firm, by, at)
    member = admit(firm, by, by=by, at=at, title=invitation.title, invitation=invitation.pk)
    invitation.accepted_at, invitation.accepted_by = at, by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _note("invitation.accepted", invitation, by=by, at=at, firm=firm.pk, member=member.pk)
    return member


def _locked_invitation(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("enterprise")
    return rows.get(pk=invitation.pk)


def _grant(enterprise: Enterprise, by: User, at: datetime) -> Grant | None:
    return powers_over(enterprise, by, at).grant


# Shared -----------------------------------------------------------------------------------------------------------


def _demand(holds: Any, sentence: str) -> None:
    if not holds:
        raise Refused(sentence)


def _demand_alive(firm: Enterprise) -> None:
    if firm.status != Enterprise.Status.ACTIVE:
        said = {"state": firm.get_status_display()}
        raise Refused(_("这家企业的登记状态是“%(state)s”，不能再登记人员。不对的话，请联系企业服务中心。") % said)


def _demand_stranger(firm: Enterprise, user: User, at: datetime) -> None:
    known = firm.members.unfinished(at).filter(user=user).exists()
    _demand(not known, _("%(name)s 已经是这家企业的人员") % {"name": user.name})


def _note(kind: str, subject: Any, *, by: User, at: datetime, grant: Grant | None = None, **data: Any) -> None:
    event = record(kind, subject, by=by, at=at, grant=grant, data=data)
    outbox.queue(kind, subject, key=f"{kind}:{event.pk}", at=at, by=by.pk)
