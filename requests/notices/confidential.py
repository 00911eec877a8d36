"""Letters about confidential complaints: that there is something to do, never what it is about (APP-18, DL-4).

To the firm's side only who filed it; of the officials whoever has the next act, and both sides of the office where
somebody has spoken. What they are told they read on the page, where every reading is noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, Outsider, notice, topics
from portal.outbox.letters import SECRET
from portal.outbox.models import Channel, Topic
from portal.people.models import User
from portal.people.rights import HEADS
from requests import confiding, stages
from requests.models import ComplaintLink, Ticket, UnitQuestion
from requests.notices.letters import Params, Words, tells

topics.put_under(Topic.WORK, "ticket.entrusted", "ticket.found", "ticket.unit_answered")

FIRM_TOLD = {
    *("ticket.accepted", "ticket.supplement_asked", "ticket.supplement_lapsed", "ticket.rejected", "ticket.dispatched"),
    *("ticket.taken", "ticket.contacted", "ticket.replied", "ticket.answered", "ticket.confirmation_lapsed"),
    *("ticket.reply_delivered", "ticket.review_upheld", "ticket.review_overturned", "ticket.assigned_again"),
    *("ticket.ordered", "ticket.closed", "ticket.extended", "ticket.suspended", "ticket.resumed"),
}
BOTH = {"ticket.firm_wrote", "ticket.noted", "ticket.urged", "ticket.unit_answered", "ticket.withdrawn"}
BY_NAME = (stages.ASSIGNED, stages.HANDLING)


def quiet(kind: str, ticket: Ticket, params: Params) -> list[Letter]:
    """The letters of a kind about a confidential matter, whatever they say of an ordinary one."""
    url = reverse("requests:ticket", args=[ticket.number])
    letters: dict[int, Letter] = {}
    for user in _officials(kind, ticket, params):
        if user.pk != params.get("by"):
            letters[user.pk] = Letter(to=user, title=_("您有一件保密件需要处理"), body=_("请登录后看。"), url=url)
    if kind in FIRM_TOLD and ticket.filed_by and ticket.registered_by_id is None:
        body = _("请登录后看，只有您自己看得到。")
        told = Letter(to=ticket.filed_by, title=_("您提交的保密投诉有新进展"), body=body, url=url)
        letters.setdefault(ticket.filed_by.pk, told)
    return list(letters.values())


def _officials(kind: str, ticket: Ticket, params: Params) -> Iterable[User]:
    from requests.notices import alerts

    if kind == alerts.RUNG:
        return alerts.confided(ticket, params)
    if kind in BOTH:
        return [*confiding.keepers(ticket), *confiding.named(ticket)]
    return confiding.named(ticket) if ticket.status in BY_NAME else confiding.keepers(ticket)


@tells("ticket.entrusted")
def entrusted(ticket: Ticket, params: Params) -> Iterator[Words]:
    """Said by `quiet` alone, as the two below."""
    yield from ()


@tells("ticket.found")
def found(ticket: Ticket, params: Params) -> Iterator[Words]:
    yield from ()


@tells("ticket.unit_answered")
def unit_answered(ticket: Ticket, params: Params) -> Iterator[Words]:
    yield from ()


@notice("unit.asked", subject=UnitQuestion)
def unit_asked(question: UnitQuestion, params: Params) -> list[Letter]:
    """To the heads of the unit: that it is asked, and where."""
    heads = {user.pk: user for role in HEADS for user in User.objects.holding(role, question.department)}
    url = reverse("confidential:unit-question", args=[question.key])
    body = _("督查员请%(name)s说明一件事，请看后答复。") % {"name": question.department.short_name}
    return [Letter(to=user, title=_("请作情况说明"), body=body, url=url) for user in heads.values()]


def receipt_address(ticket: Ticket, params: Params) -> str | None:
    """What goes out in place of SECRET."""
    link = ComplaintLink.objects.filter(ticket=ticket, pk=params["link"]).first()
    return settings.BASE_URL.rstrip("/") + reverse("confidential:receipt", args=[link.token]) if link else None


@notice("complaint.receipt", subject=Ticket, outside=receipt_address)
def receipt(ticket: Ticket, params: Params) -> list[Letter]:
    """To the caller: it has arrived; what it is about stands nowhere in the message."""
    link = ComplaintLink.objects.get(pk=params["link"])
    body = _("您反映的事已收到，进展只凭这个链接看，请勿转发：%(link)s") % {"link": SECRET}
    return [Letter(to=Outsider(mobile=link.phone), title=_("已收到"), body=body, channels=[Channel.WEBHOOK])]
