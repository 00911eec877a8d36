"""Work of this room that a page must not wait for."""

import logging

from celery import shared_task
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


@shared_task
def send_reset_links(email: str) -> None:
    """Mail a one-time link for a new password to every active user with this address; silent when there is none."""
    for user in User.objects.active().filter(email__iexact=email).exclude(email=""):
        key = f"people.reset.{user.pk}"
        if not cache.add(key, True, MAIL_AGAIN_AFTER):
            continue
        try:
            _mail_reset_link(user)
        except OSError:  # SMTP errors are such; the person may ask again at once
            cache.delete(key)
            log.exception("No reset link could be mailed to user %s", user.pk)


def _mail_reset_link(user: User) -> None:
    uid, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    link = settings.BASE_URL.rstrip("/") + reverse("people:password-set", args=[uid, token])
    with translation.override(user.language):
        body = render_to_string("people/reset_mail.txt", {"user": user, "link": link})
        user.email_user(_("重新设置登录密码"), body)
