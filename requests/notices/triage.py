"""The messages of merging (APP-16): nobody learns from them whose matter the other one is."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.outbox import topics
from portal.outbox.models import Topic
from requests import stages
from requests.joined import answer_for, same_firm
from requests.models import Result, Ticket
from requests.notices.letters import FIRM, Params, Words, due, tells
from requests.recipients import handler, responder, waited_for

topics.put_under(Topic.MUST, "ticket.merged", "ticket.split", "ticket.main_answered", "ticket.main_closed")
topics.put_under(Topic.NEWS, "ticket.joined")


def _main(params: Params) -> Ticket:
    return Ticket.objects.select_related("enterprise").get(pk=params["main"])


@tells("ticket.merged")
def merged(ticket: Ticket, params: Params) -> Iterator[Words]:
    main = _main(params)
    if same_firm(ticket, main):
        given = {"number": main.number, "what": main.title}
        body = _("与您提的 %(number)s“%(what)s”是同一件事，合在一起办，进展看那一件。") % given
    else:
        body = _("中心正在办同样的问题，合在一起办，有了答复就告诉您。编号 %(number)s 一直有效。")
        body = body % {"number": ticket.number}
    yield FIRM, _("诉求已并案"), body
    yield responder(ticket), _("诉求已并案"), _("和同样的问题合在一起办，进展看这一件。")


@tells("ticket.joined")
def joined(ticket: Ticket, params: Params) -> Iterator[Words]:
    other = Ticket.objects.select_related("enterprise").get(pk=params["merged"])
    if same_firm(ticket, other):
        given = {"number": other.number}
        yield FIRM, _("诉求已并案"), _("您提的 %(number)s 并入这一件，合在一起办。") % given
        office = _("同一企业的 %(number)s 并入这一件。") % given
    else:
        yield FIRM, _("有企业反映同样的问题"), _("合在一起办，您这件的时限不变。")
        office = _("另有企业反映同样的问题，一并答复；答复里不要写企业和人的名称。")
    working = handler(ticket) if ticket.status in stages.IN_DEPARTMENT else []
    yield [*working, *responder(ticket)], _("有诉求并入"), office


@tells("ticket.split")
def split(ticket: Ticket, params: Params) -> Iterator[Words]:
    until = due(ticket, "dispatch")
    why = _("原来合在一起办的那一件没有办成。") if params.get("ended") else ""
    yield FIRM, _("诉求单独办理"), why + _("您这件单独办理，%(due)s定下由谁办。") % {"due": until}
    body = why + _("编号 %(number)s，%(due)s流转。") % {"number": ticket.number, "due": until}
    yield waited_for(ticket, stages.TRIAGING), _("拆出的诉求待研判"), body
    yield responder(ticket), _("诉求单独办理"), body


@tells("ticket.main_answered")
def main_answered(ticket: Ticket, params: Params) -> Iterator[Words]:
    """The same firm has been asked to confirm the main one: it is not told twice."""
    main, result = _main(params), Result.objects.get(pk=params["result"])
    if ticket.status != stages.MERGED:
        return
    if not same_firm(ticket, main):
        body = _("合在一起办的问题有了答复：%(text)s 没有解决您的问题，请在这一件里留言，中心单独办理。")
        yield FIRM, _("诉求有答复了"), body % {"text": answer_for(ticket, main, result)}
    yield responder(ticket), _("并案的主件有答复了"), _("答复看这一件，请关照企业。")


@tells("ticket.main_closed")
def main_closed(ticket: Ticket, params: Params) -> Iterator[Words]:
    main = _main(params)
    if ticket.status != stages.MERGED:
        return
    if not same_firm(ticket, main):
        body = _("答复可以随时查看。您还有问题的，请重新提交，写上编号 %(number)s。")
        yield FIRM, _("并案办理的诉求已办结"), body % {"number": ticket.number}
    yield responder(ticket), _("并案的主件已办结"), _("企业还有问题的，请另登记一件。")
