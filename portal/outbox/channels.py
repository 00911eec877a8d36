"""The ways out of the house. Each sends one delivery or raises; repeats carry the same key."""

import hashlib
import json
import smtplib
import ssl
import time
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import demo, hooks
from .models import Channel, Delivery
from .trust import certificates

DISTRUSTED = ssl.SSLCertVerificationError.__name__
TIMEOUT = 10  # seconds for one step of a conversation, far below the lease of a claim


def send_email(delivery: Delivery) -> None:
    """Raises OSError or SMTPException. The Message-ID is made from the key, so mail programs recognise a repeat."""
    if settings.DEMO:
        demo.keep(delivery)
    link = f"\n\n{settings.BASE_URL}{delivery.url}" if delivery.url else ""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    EmailMessage(
        subject=delivery.title,
        body=delivery.body + link,
        to=[delivery.email],
        headers={
            "Message-ID": f"<{hashlib.sha256(delivery.key.encode()).hexdigest()[:32]}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=get_connection(timeout=TIMEOUT),
    ).send()


def signature(timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 of `timestamp.body` with WEBHOOK_SECRET; the receiver refuses an old timestamp or a wrong one."""
    return hooks.signature(settings.WEBHOOK_SECRET, timestamp, body)


def send_webhook(delivery: Delivery) -> None:
    """POST to the gateway. Raises httpx.HTTPError, also for every answer but 2xx. A demo without one shows it."""
    if settings.DEMO and not settings.WEBHOOK_URL:
        demo.keep(delivery)
        return
    body = json.dumps(
        {
            "key": delivery.key,
            "kind": delivery.message.kind,
            "at": delivery.message.at.isoformat(),
            "to": {"username": delivery.recipient.username if delivery.recipient else "", "mobile": delivery.mobile},
            "title": delivery.title,
            "body": delivery.body,
            "url": f"{settings.BASE_URL}{delivery.url}" if delivery.url else "",
        },
        ensure_ascii=False,
    ).encode()
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": delivery.key,
        "X-Timestamp": timestamp,
        "X-Signature": f"sha256={signature(timestamp, body)}",
    }
    gateway().post(settings.WEBHOOK_URL, content=body, headers=headers).raise_for_status()


@cache
def gateway() -> httpx.Client:
    """One client for each process: to load the certificates anew cost more than the message."""
    return httpx.Client(timeout=TIMEOUT, verify=certificates())


SEND: dict[str, Callable[[Delivery], None]] = {
    Channel.EMAIL: send_email,
    Channel.WEBHOOK: send_webhook,
    Channel.HOOK: hooks.send,
}


def is_closed(error: Exception) -> bool:
    """Whether the way itself is closed, so that the other deliveries of this run would fail too."""
    if isinstance(error, smtplib.SMTPException):  # a kind of OSError
        return isinstance(
            error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError | smtplib.SMTPAuthenticationError
        )
    return isinstance(error, OSError | httpx.TransportError)


def described(error: Exception) -> str:
    """The error for the dead-letter page: its name and code, never its text, which may quote a person or an address."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"SMTPRecipientsRefused {' '.join(sorted(str(code) for code, _text in error.recipients.values()))}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return DISTRUSTED if _is_distrusted(error) else type(error).__name__


def _is_distrusted(error: BaseException | None) -> bool:
    """Whether the other side's certificate was the cause, however deep below."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


# What an administrator reads before the name that `described` keeps; a name that is not here stands alone.
FAILURES = {
    DISTRUSTED: _("对方的证书不受信任"),
    "ConnectError": _("连不上对方"),
    "ConnectionRefusedError": _("连不上对方"),
    "gaierror": _("找不到对方的主机"),
    "ConnectTimeout": _("连不上对方"),
    "ReadTimeout": _("对方没有按时答复"),
    "TimeoutError": _("对方没有按时答复"),
    "HTTP": _("对方没有收下"),
    "Forbidden": _("网址指向内部网络，没有推送"),
    "SMTPRecipientsRefused": _("收件地址被拒收"),
    "SMTPServerDisconnected": _("邮件服务器断开"),
    "SMTPAuthenticationError": _("邮件账号或密码不对"),
}


def failure_words(error: str) -> str:
    """“连不上对方（ConnectError）”."""
    said = FAILURES.get(error.partition(" ")[0])
    return gettext("%(said)s（%(error)s）") % {"said": said, "error": error} if said else error
