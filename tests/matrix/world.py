"""What the addresses are asked for: objects of the person's own firm and department, and foreign ones."""

from datetime import date
from uuid import UUID, uuid4

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
from requests import drafts, flow
from requests.flow.confidential import Grievance
from requests.models import ComplaintLink, ReplyTemplate, UnitQuestion
from requests.models.conversation import Audience
from tests.matrix import (
    api_rows,
    calculator_rows,
    claims_rows,
    commons_rows,
    criteria_rows,
    engine_rows,
    facts_rows,
    inspections,
    intake_rows,
    library_rows,
    matching_rows,
    portrait_rows,
    services_rows,
    visits_rows,
)
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
    return {
        "": (),
        "own": (own.number,),
        "foreign": (foreign.number,),
        "own receipt": (own.number, "receipt", 1),
        "own hand-over": (own.number, "handover", 1),
        "foreign hand-over": (foreign.number, "handover", 1),
        "to call": (make.revisiting(town, filed_at=A_YEAR_AGO).number,),
        "own file": (own.number, _attached(own, town, Audience.FIRM)),
        "own internal file": (own.number, _attached(own, town, Audience.OFFICE)),
        "draft": (draft.key,),
        "draft file": (draft.key, draft.attachments.create(file=_stored(town)).pk),
        "letter": (letter.pk,),
        "put aside": (_put_aside(own),),
        "dead kind": ("delivery",),
        "retention": ("contacts",),
        "dead": ("delivery", dead.pk),
        "import": (_imported(town),),
        "tickets": ("tickets",),
        "token": (DRAFT,),
        "saved view": (SavedView.objects.create(owner=town.handler, kind="tickets", name="在办", query="open=1").pk,),
        **{verb: (verb,) for verb in ("accept", "dispatch", "take", "name_handler")},
        "agenda item": (_on_agenda(own),),
        "display": (displays.make("大厅", by=town.administrator)[0].pk,),
        "nobody's link": ("MQ", "set-password"),
        **_people(town),
        **_rooms(town, own, foreign, draft),
    }


def _people(town):
    """Firms, who belongs to them and looks after them, and who holds what in the offices."""
    group = TaskGroup.objects.create(name="专班")
    inside = TaskGroupMember.objects.create(group=group, user=town.handler, since=make.LONG_AGO)
    member = Member.objects.get(user=town.enterprise_member)
    steward = Stewardship.objects.get(user=town.steward)
    return {
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
    }


def _rooms(town, own, foreign, draft):
    """What each room adds for its own addresses."""
    return {
        **_limits(town, own, foreign),
        **_templates(town, own),
        **api_rows.world(town, own),
        **calculator_rows.world(town),
        **claims_rows.world(town),
        **commons_rows.world(town, own, foreign, draft),
        **criteria_rows.world(town),
        **facts_rows.world(town),
        **engine_rows.world(town),
        **inspections.world(town),
        **library_rows.world(town),
        **matching_rows.world(town),
        **portrait_rows.world(town),
        **services_rows.world(town),
        **visits_rows.world(town),
        **intake_rows.world(town, _stored(town), A_YEAR_AGO),
        **_coming(town),
        **_calling(town),
        **_confided(town),
    }


def _templates(town, own):
    """A handler's own reply template."""
    now = make.moment("2025-11-10 09:00")
    pk = ReplyTemplate.objects.create(owner=town.handler, name="已联系", text="{企业}您好", changed_at=now).pk
    return {"reply template": (pk,), "filled template": (own.number, pk)}


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
    type(deadline).objects.filter(pk=deadline.pk).update(next_rung=6, next_rung_at=None)
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


def _confided(town):
    """The firm complains about the department; a caller complains, too, and has his receipt."""
    told = {"about": "department", "accused": town.housing, "unit_name": "", "persons": "", "description": "不肯收材料"}
    told |= {"contact_name": "乌有先生", "contact_phone": "13800000001"}
    own = flow.complain(Grievance(**told, enterprise=town.firm), by=town.enterprise_member, key=uuid4())
    called = flow.take_down(Grievance(**told, business_name="庖丁熟食店"), by=town.intake_clerk, key=uuid4())
    asked = {"department": town.housing, "text": "请说明", "asked_by": town.supervisor, "asked_at": A_YEAR_AGO}
    link = ComplaintLink.objects.create(ticket=called, phone="13800000001", sent_at=A_YEAR_AGO)
    return {
        "confidential": (own.number,),
        "confidential deadline": (own.number, own.deadlines.get(obligation="dispatch").pk),
        "unit question": (UnitQuestion.objects.create(ticket=own, **asked).key,),
        "complaint link": (link.token,),
    }


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
