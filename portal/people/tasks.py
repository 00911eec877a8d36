"""Work of this room that a page must not wait for."""

import logging
from collections.abc import Collection

from celery import Task, shared_task
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from portal.people.models import User

log = logging.getLogger(__name__)

MAIL_AGAIN_AFTER = 120  # seconds between two such mails to one person


@shared_task(bind=True, max_retries=4)
def send_reset_links(self: Task, email: str, again: Collection[int] = ()) -> None:
    """Mail a one-time link for a new password to every active user with this address; silent when there is none.

    Where the mail server fails it is tried `again` for those users, up to a quarter of an hour later.
    """
    users = User.objects.active().filter(email__iexact=email).exclude(email="")
    failed = [user.pk for user in users if (user.pk in again or _is_due(user)) and not _mailed(user)]
    if failed and self.request.called_directly:  # by a page, without a broker: he may ask again at once
        cache.delete_many([_key(pk) for pk in failed])
    elif failed:
        raise self.retry(args=[email, failed], countdown=60 * 2**self.request.retries)


def _is_due(user: User) -> bool:
    """Whether none was asked for lately; from now on one was."""
    return cache.add(_key(user.pk), True, MAIL_AGAIN_AFTER)


def _key(pk: int) -> str:
    return f"people.reset.{pk}"


def _mailed(user: User) -> bool:
    try:
        _mail_reset_link(user)
    except OSError:  # SMTP errors are such
        log.exception("No reset link could be mailed to user %s", user.pk)
        return False
    return True


def _mail_reset_link(user: User) -> None:
    uid, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    link = settings.BASE_URL.rstrip("/") + reverse("accounts:password-set", args=[uid, token])
    with translation.override(user.language):
        body = render_to_string("people/reset_mail.txt", {"user": user, "link": link})
        user.email_user(_("重新设置登录密码"), body)
