"""What the addresses are asked for: objects of the person's own firm and department, and foreign ones."""

from datetime import date
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.joining import flow as joining
from enterprises.models import FirmImport, Member, Stewardship
from portal import files
from portal.deadlines.models import Following, SlaChoice, SlaRule, SlaTable, TimedFailure
from portal.desk import displays
from portal.desk.mine import feed
from portal.lists.models import SavedView
from portal.outbox.models import Channel, Delivery, Message, State
from portal.people.models import Delegation, Membership, TaskGroup, TaskGroupMember
from portal.worktime import calendar as current
from portal.worktime.models import CalendarDay, OfficeHours
from requests import drafts
from requests.models.conversation import Audience
from tests.matrix import api_rows
from tests.requests import callers
from tests.requests import factories as make

DRAFT = UUID("11111111-1111-4111-8111-111111111111")
# A year ago, so that both are overdue whenever the test runs: the congress observer reads them.
A_YEAR_AGO = make.moment("2025-11-10 09:00")


def build(town):
    """Address arguments by a short name; `own` is of `town.firm`, led by `town.housing`, `foreign` is of others."""
    own = make.handling(town, filed_at=A_YEAR_AGO, co=[town.police])
    foreign = make.filed(town, filed_at=A_YEAR_AGO, enterprise=town.foreign_firm, by=town.other_member)
    draft = drafts.save(DRAFT, town.enterprise_member, {"description": "又进水了"}, town.firm)
    letter, dead = _messages(town, own)
    group = TaskGroup.objects.create(name="专班")
    inside = TaskGroupMember.objects.create(group=group, user=town.handler, since=make.LONG_AGO)
    member = Member.objects.get(user=town.enterprise_member)
    steward = Stewardship.objects.get(user=town.steward)
    return {
        "": (),
        "own": (own.number,),
        "foreign": (foreign.number,),
        "own file": (own.number, _attached(own, town, Audience.FIRM)),
        "own internal file": (own.number, _attached(own, town, Audience.OFFICE)),
        "draft": (draft.key,),
        "draft file": (draft.key, draft.attachments.create(file=_stored(town)).pk),
        "firm": (town.firm.uscc,),
        "foreign firm": (town.foreign_firm.uscc,),
        "member": (town.firm.uscc, member.pk),
        "steward": (town.firm.uscc, steward.pk),
        "user": (town.colleague.pk,),
        "role": (Membership.objects.get(user=town.colleague).pk,),
        "department": (town.economy.pk,),
        "group": (group.pk,),
        "group member": (inside.pk,),
        "delegation": (Delegation.objects.get().pk,),
        "letter": (letter.pk,),
        "put aside": (_put_aside(own),),
        "dead kind": ("delivery",),
        "dead": ("delivery", dead.pk),
        "import": (_imported(town),),
        "tickets": ("tickets",),
        "token": (DRAFT,),
        "saved view": (SavedView.objects.create(owner=town.handler, kind="tickets", name="在办", query="open=1").pk,),
        **{verb: (verb,) for verb in ("accept", "dispatch", "take", "name_handler")},
        "agenda item": (_on_agenda(own),),
        "display": (displays.make("大厅", by=town.administrator)[0].pk,),
        "nobody's link": ("MQ", "set-password"),
        **_limits(town, own, foreign),
        **api_rows.world(town, own),
        **_coming(town),
        **_calling(town),
    }


def _limits(town, own, foreign):
    """What an administrator changes of time limits; the deadlines of both tickets; a feed."""
    later = date(2049, 1, 4)
    CalendarDay.objects.create(date=later, working=False, name="停工", origin="local", reason="演练")
    hours = OfficeHours.objects.create(valid_from=later, spans=[["09:00", "12:00"]])
    current.changed()
    following = Following.objects.create(cause="calendar", asked_at=A_YEAR_AGO)
    table = SlaTable.objects.get(code="2-10")
    return {
        "local day": (later,),
        "hours": (hours.pk,),
        "following": (following.pk,),
        "table": (table.code,),
        "rule": (SlaRule.objects.get(reference="SLA-4").pk,),
        "obligation": ("mediation",),
        "choice": (SlaChoice.objects.create(table=table, category="", complexity="cross", valid_from=later).pk,),
        "ladder": ("department",),
        "own deadline": (own.number, own.deadlines.get(obligation="handle").pk),
        "own part's deadline": (own.number, own.deadlines.get(obligation="co_handle").pk),
        "foreign deadline": (foreign.number, foreign.deadlines.get(obligation="dispatch").pk),
        "feed": (feed.make(town.handler),),
    }


def _on_agenda(ticket):
    """Its work has been overdue for five working days, and more."""
    deadline = ticket.deadlines.get(obligation="handle")
    deadline.firings.create(cycle=deadline.cycle, rung=5, rung_at=deadline.due_at, fired_at=deadline.due_at)
    return deadline.pk


def _coming(town):
    """`town.nobody` asks to act for the firm; somebody else is invited to it."""
    paper = files.store(SimpleUploadedFile("执照.txt", "营业执照".encode()), by=town.nobody)
    join = joining.ask(town.nobody, by=town.nobody, uscc=town.firm.uscc, notice="1", papers=[paper])
    invitation = joining.invite(town.firm, by=town.intake_clerk, mobile="13800000088")
    return {
        "join": (join.pk,),
        "join paper": (join.pk, join.proofs.get().pk),
        "invitation": (invitation.token,),
        "firm's invitation": (town.firm.uscc, invitation.pk),
    }


def _calling(town):
    ticket = callers.confirming(town, filed_at=A_YEAR_AGO)
    return {"link": (callers.link_of(ticket).token,), "caller's": (ticket.number,)}


def _imported(town):
    """A list of firms that was read and holds nothing new."""
    return FirmImport.objects.create(
        file=_stored(town), state=FirmImport.State.READY, heading_row=1, headings=["代码", "名称"], by=town.data_officer
    ).pk


def _stored(town):
    return files.store(SimpleUploadedFile("进水.txt", "3 号车间".encode()), by=town.enterprise_member)


def _attached(ticket, town, audience):
    return ticket.attachments.create(file=_stored(town), audience=audience).pk


def _messages(town, ticket):
    """One letter in the member's inbox, and one to him that could not be sent."""
    message = Message.objects.filter(subject_id=ticket.pk, kind="ticket.taken").get()
    common = {"message": message, "recipient": town.enterprise_member, "title": "诉求开始办理"}
    now = ticket.moved_at
    letter = Delivery.objects.create(
        **common, key="a", channel=Channel.INBOX, state=State.SENT, sent_at=now, url=f"/tickets/{ticket.number}/"
    )
    return letter, Delivery.objects.create(**common, key="b", channel=Channel.EMAIL, state=State.DEAD)


def _put_aside(ticket) -> int:
    """A timed verb of the ticket that failed."""
    failure = TimedFailure.objects.create(
        verb="requests.TicketDeadline.confirm",
        row_type="requests.ticketdeadline",
        row_id=ticket.deadlines.get(obligation="handle").pk,
        error="Refused (core.py:30)",
        parked_at=ticket.filed_at,
        retry_at=ticket.filed_at,
    )
    return failure.pk
