"""The second factor (SEC-4): one sets up and renews one's own; an administrator resets that of one who lost his."""

from datetime import datetime

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal import outbox
from portal.desk.accounts.flow.core import as_administrator, demand, lock_user, note
from portal.desk.accounts.flow.users import READABLE
from portal.people import factor
from portal.people.actors import Actor
from portal.people.models import User
from portal.people.rights import Grant
from portal.worktime import clock

CODES = 10


def offered(user: User) -> TOTPDevice:
    """The key that waits to be confirmed; the same on every look at the page, until it is."""
    with transaction.atomic():
        lock_user(user)
        known = TOTPDevice.objects.filter(user=user, confirmed=False).first()
        return known or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


@transaction.atomic
def set_factor(user: User, *, by: User, code: str, at: datetime | None = None) -> tuple[User, list[str]]:
    """The offered key becomes the one asked for; what was before ends. Returns the recovery codes, told once."""
    user = _own(user, by)
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    demand(device, _("这个二维码已经用过，请刷新页面再扫一次。"))
    assert device is not None
    demand(device.verify_token(factor.plain(code)), _("验证码不对。请填验证器现在显示的 6 位数字，并核对手机的时间。"))
    at = at or clock.now()
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    user.second_factor_at = at
    user.save(update_fields=["second_factor_at"])
    codes = _new_codes(user)
    _tell("user.second_factor_set", user, by=by, at=at)
    return user, codes


@transaction.atomic
def renew_codes(user: User, *, by: User, at: datetime | None = None) -> list[str]:
    """Ten new recovery codes; those from before are worth nothing any more."""
    user = _own(user, by)
    demand(user.second_factor_at, _("还没有设两步验证。"))
    codes = _new_codes(user)
    _tell("user.recovery_codes_renewed", user, by=by, at=at or clock.now())
    return codes


@transaction.atomic
def reset_factor(user: User, *, by: Actor, at: datetime | None = None) -> User:
    """For one who lost telephone and codes: he sets it up anew after his password; his sessions stop until then."""
    grant = as_administrator(by, at)
    user = lock_user(user)
    demand(user.pk != by.pk, _("自己的两步验证请在“我的账号”里换；手机丢了，请另一位系统管理员重置。"))
    demand(user.second_factor_at, _("%(name)s 没有设两步验证。"), name=user.name)
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    user.second_factor_at = None
    user.save(update_fields=["second_factor_at"])
    _tell("user.second_factor_reset", user, by=by, at=at or clock.now(), grant=grant)
    return user


def _own(user: User, by: User) -> User:
    demand(user.pk == by.pk, _("两步验证只能由本人设置。"))
    return lock_user(user)


def _new_codes(user: User) -> list[str]:
    """Ten codes of about 49 bits; only their digests are kept."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="codes", confirmed=True)
    codes = ["-".join(get_random_string(5, READABLE) for _half in range(2)) for _code in range(CODES)]
    for code in codes:
        device.token_set.create(token=factor.digest(code))
    return codes


def _tell(kind: str, user: User, *, by: Actor, at: datetime, grant: Grant | None = None) -> None:
    """The person learns of every change, so that one he did not make is noticed."""
    event = note(kind, user, by=by, at=at, grant=grant)
    outbox.queue(kind, user, key=f"{kind}:{event.pk}", at=at)
