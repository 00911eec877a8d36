"""The messages of 复核 and 写回热线, and the text messages that ask a caller (APP-1, APP-2, APP-6)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.outbox import SECRET, Letter, Outsider, notice, topics
from portal.outbox.models import Channel, Topic
from portal.people.models import User
from portal.people.roles import Role
from requests import caller_links, stages
from requests.flow.core import stopped
from requests.models import CallerLink, Review, Ticket
from requests.notices.letters import FIRM, Params, Words, due, tells
from requests.recipients import responder, waited_for

topics.put_under(Topic.MUST, "ticket.review_upheld", "ticket.review_overturned", "ticket.caller_link_sent")
topics.put_under(Topic.WORK, "ticket.review_asked")
topics.put_under(Topic.NEWS, "ticket.written_back")


@tells("ticket.review_asked")
def review_asked(ticket: Ticket, params: Params) -> Iterator[Words]:
    review = Review.objects.get(pk=params["review"])
    named = {"due": due(ticket, "review"), "reasons": review.reasons}
    yield FIRM, _("复核已受理"), _("督查员 %(due)s裁定，到时告诉您。") % named
    if review.is_open:
        body = _("企业不同意不予受理，%(due)s裁定。理由：%(reasons)s") % named
        yield User.objects.holding(Role.SUPERVISOR), _("复核待裁定"), body
    yield responder(ticket), _("企业申请复核"), _("督查员 %(due)s裁定。理由：%(reasons)s") % named


@tells("ticket.review_upheld")
def review_upheld(ticket: Ticket, params: Params) -> Iterator[Words]:
    review = Review.objects.get(pk=params["review"])
    body = _("理由：%(ruling)s您可以：%(go_to)s") % {"ruling": stopped(review.ruling), "go_to": review.go_to}
    yield FIRM, _("复核维持不予受理"), body
    yield responder(ticket), _("复核维持不予受理"), body


@tells("ticket.review_overturned")
def review_overturned(ticket: Ticket, params: Params) -> Iterator[Words]:
    review = Review.objects.get(pk=params["review"])
    named = {"ruling": stopped(review.ruling), "due": due(ticket, "dispatch")}
    body = _("复核认为应当受理：%(ruling)s%(due)s定下由谁办。") % named
    yield FIRM, _("复核后受理"), body
    yield waited_for(ticket, stages.TRIAGING), _("复核后受理，待研判"), body
    yield responder(ticket), _("复核后受理"), body


@tells("ticket.written_back")
def written_back(ticket: Ticket, params: Params) -> Iterator[Words]:
    yield responder(ticket), _("已写回热线"), _("热线编号 %(number)s。") % {"number": ticket.hotline_number or "—"}


@notice("ticket.caller_link_sent", subject=Ticket, outside=caller_links.address)
def link_sent(ticket: Ticket, params: Params) -> list[Letter]:
    """To the telephone from which the matter came; what it says is no more than what it is about."""
    link = CallerLink.objects.get(pk=params["link"])
    given = {"what": ticket.title, "number": ticket.number, "due": due(ticket, "supplement"), "link": SECRET}
    if link.verb == CallerLink.For.SUPPLEMENT:
        title = _("诉求要补材料")
        body = _("您反映的“%(what)s”（%(number)s）还缺材料，请点开在 %(due)s补齐：%(link)s") % given
    else:
        title = _("诉求不予受理")
        body = _("您反映的“%(what)s”（%(number)s）不予受理，原因请点开看，不同意可以申请一次复核：%(link)s") % given
    return [Letter(to=Outsider(mobile=link.phone), title=title, body=body, channels=[Channel.WEBHOOK])]
