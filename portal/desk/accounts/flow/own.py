"""What a person changes about his own account; he is told, so that a change he did not make is noticed (SEC-4)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal import outbox
from portal.desk.accounts.flow.core import Refused, changed, demand, lock_user, note
from portal.people import lockout
from portal.people.models import User
from portal.worktime import clock

REACHED_BY = {"mobile", "email"}  # whoever has these can get in


@transaction.atomic
def change_password(user: User, *, by: User, new: str, at: datetime | None = None) -> User:
    """A new password of one's own choice; it ends the sessions elsewhere and lifts a lock-out.

    `user` is the account as it was when the old password, or the mailed link, was checked.
    """
    user = _as_checked(user, by)
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    lockout.unlock(user.username)
    _tell("user.password_changed", user, at or clock.now())
    return user


@transaction.atomic
def edit_own(user: User, *, by: User, at: datetime | None = None, **fields: Any) -> User:
    """How one is reached and how the pages look. Only a changed mobile number or address leaves an event."""
    user = _as_checked(user, by)
    names = changed(user, fields)
    try:
        with transaction.atomic():
            user.save(update_fields=names)
    except IntegrityError:
        raise Refused(_("这个手机号已登记在另一个账号上。")) from None
    moved = sorted(REACHED_BY.intersection(names))
    if moved:
        _tell("user.contact_changed", user, at or clock.now(), fields=moved)
    return user


def _as_checked(user: User, by: User) -> User:
    """The row, locked; refused where it was deactivated, or its password set anew, after it was read for the check."""
    demand(user.pk == by.pk, _("这只能由本人来改。"))
    row = lock_user(user)
    demand(row.is_active and row.password == user.password, _("这个账号刚有变动，请重新登录后再试。"))
    return row


def _tell(kind: str, user: User, at: datetime, **data: Any) -> None:
    event = note(kind, user, by=user, at=at, grant=None, **data)
    outbox.queue(kind, user, key=f"{kind}:{event.pk}", at=at)
