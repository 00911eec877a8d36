"""What people are told of coming to act for a firm: codes and links to bare numbers, and who decided what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.outbox import SECRET, Letter, Outsider, notice
from portal.outbox.models import Channel
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.words import by_when

from .models import Invitation, JoinRequest, Member, NumberProof

Params = Mapping[str, Any]


def _letters(to: Iterable[User], title: str, body: str, url: str, but: int | None = None) -> list[Letter]:
    people = {user.pk: user for user in to if user.pk != but}
    return [Letter(to=user, title=title, body=body, url=url) for user in people.values()]


def _leads(firm: int | None) -> list[User]:
    """The firm's primary contact, who knows his colleagues."""
    found = Member.objects.current().filter(enterprise=firm, is_primary=True, user__is_active=True)
    return [member.user for member in found.select_related("user")]


# The proof of a number ----------------------------------------------------------------------------------------------


def code(proof: NumberProof, params: Params) -> str | None:
    ends = proof.at + timedelta(minutes=proof.MINUTES)
    return proof.code if proof.proven_at is None and timezone.now() < ends else None


@notice("number_proof.asked", subject=NumberProof, outside=code)
def number_proof_asked(proof: NumberProof, params: Params) -> list[Letter]:
    body = _("验证码 %(code)s，%(minutes)s 分钟内有效。不是您本人在注册，请不要理会，也不要告诉别人。") % {
        "code": SECRET,
        "minutes": proof.MINUTES,
    }
    return [Letter(to=Outsider(mobile=proof.mobile), title=_("企服注册验证码"), body=body, channels=[Channel.WEBHOOK])]


# Requests -----------------------------------------------------------------------------------------------------------


@notice("join_request.asked", subject=JoinRequest)
def asked(request: JoinRequest, params: Params) -> list[Letter]:
    body = _("%(name)s 申请代表 %(firm)s 办事，请核对证明材料。") % {
        "name": request.user.name,
        "firm": request.firm_name,
    }
    told = [*User.objects.holding(Role.INTAKE_CLERK), *_leads(request.enterprise_id)]
    url = reverse("joining:request", args=[request.pk])
    return _letters(told, _("新的注册申请"), body, url, but=request.user_id)


@notice("join_request.approved", subject=JoinRequest)
def approved(request: JoinRequest, params: Params) -> list[Letter]:
    body = _("您现在可以代表 %(firm)s 提交诉求、看进度。") % {"firm": request.firm_name}
    told = _letters([request.user], _("注册申请已通过"), body, reverse("desk:home"))
    others = _("%(name)s 已登记为 %(firm)s 的人员。不是您公司的人，请马上联系企业服务中心。") % {
        "name": request.user.name,
        "firm": request.firm_name,
    }
    url = reverse("joining:request", args=[request.pk])
    but = {params["by"], request.user_id}
    leads = [user for user in _leads(request.enterprise_id) if user.pk not in but]
    return told + _letters(leads, _("企业多了一位人员"), others, url)


@notice("join_request.refused", subject=JoinRequest)
def refused(request: JoinRequest, params: Params) -> list[Letter]:
    body = _("%(firm)s：%(reason)s 补好后可以再申请。") % {"firm": request.firm_name, "reason": request.reason}
    return _letters([request.user], _("注册申请没有通过"), body, reverse("joining:mine"))


# Invitations --------------------------------------------------------------------------------------------------------


def link(invitation: Invitation, params: Params) -> str | None:
    if invitation.state(timezone.now()) != "open":
        return None
    return settings.BASE_URL.rstrip("/") + reverse("joining:accept", args=[invitation.token])


@notice("invitation.sent", subject=Invitation, outside=link)
def invitation_sent(invitation: Invitation, params: Params) -> list[Letter]:
    body = _("%(by)s 邀请您代表 %(firm)s 在沙溪企服办事。%(until)s点开接受：%(link)s") % {
        "by": invitation.invited_by.name,
        "firm": invitation.enterprise.name,
        "until": by_when(invitation.expires_at),
        "link": SECRET,
    }
    to = Outsider(mobile=invitation.mobile, email=invitation.email)
    return [Letter(to=to, title=_("邀请您代表企业办事"), body=body)]


@notice("invitation.accepted", subject=Invitation)
def invitation_accepted(invitation: Invitation, params: Params) -> list[Letter]:
    user = invitation.accepted_by
    if user is None:
        return []
    body = _("%(name)s 接受了邀请，现在可以代表 %(firm)s 办事。不是您邀请的人，请马上结束他的权限。") % {
        "name": user.name,
        "firm": invitation.enterprise.name,
    }
    url = reverse("enterprises:detail", args=[invitation.enterprise.uscc])
    told = [invitation.invited_by, *_leads(invitation.enterprise_id)]
    return _letters(told, _("邀请已被接受"), body, url, but=user.pk)
