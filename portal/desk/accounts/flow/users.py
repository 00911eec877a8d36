"""The account itself: making it, correcting it, a new first password."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from portal.desk.accounts.flow.core import Refused, as_administrator, changed, demand, lock_user, note
from portal.people import lockout
from portal.people.actors import Actor
from portal.people.models import User
from portal.worktime import clock

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on paper


def first_password() -> str:
    """Three groups of four, about 59 bits: to be read aloud or written down, and changed at the first sign-in."""
    return "-".join(get_random_string(4, READABLE) for _group in range(3))


@transaction.atomic
def create_user(*, by: Actor, at: datetime | None = None, **fields: Any) -> tuple[User, str]:
    """A new account and its first password, which is told once and kept nowhere."""
    grant = as_administrator(by, at)
    at, password = at or clock.now(), first_password()
    try:
        with transaction.atomic():
            user = User.objects.create_user(password=password, must_change_password=True, **fields)
    except IntegrityError:
        raise Refused(_("这个用户名或手机号已有人用。")) from None
    note("user.created", user, by=by, at=at, grant=grant)
    return user, password


@transaction.atomic
def edit_user(user: User, *, by: Actor, at: datetime | None = None, **fields: Any) -> User:
    """Correct an account; the event names the fields, not what stood in them."""
    grant = as_administrator(by, at)
    user = lock_user(user)
    names = changed(user, fields)
    if names:
        user.save(update_fields=names)
        note("user.edited", user, by=by, at=at or clock.now(), grant=grant, fields=sorted(names))
    return user


@transaction.atomic
def reset_password(user: User, *, by: Actor, at: datetime | None = None) -> str:
    """A new first password for one who cannot get in; his sessions end and a lock-out is lifted (SEC-4)."""
    grant = as_administrator(by, at)
    user = lock_user(user)
    demand(user.pk != by.pk, _("自己的密码请在“我的账号”里改。"))
    demand(user.is_active, _("%(name)s 的账号已停用。"), name=user.name)
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    lockout.unlock(user.username)
    note("user.password_reset", user, by=by, at=at or clock.now(), grant=grant)
    return password


@transaction.atomic
def unlock(user: User, *, by: Actor, at: datetime | None = None) -> None:
    """Lift the lock-out after wrong passwords before its time."""
    grant = as_administrator(by, at)
    lockout.unlock(user.username)
    note("user.unlocked", user, by=by, at=at or clock.now(), grant=grant)
