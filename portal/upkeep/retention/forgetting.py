"""How each kind of personal data is found when its time is over, and what is left of it (SEC-3, APP-19)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from enterprises.models import Invitation, JoinProof, JoinRequest, Member
from inspections.models import Booking, CheckPhoto
from policies.models import Claim, Objection, ServiceOrder
from portal import files
from portal.files.importing.models import Import
from portal.outbox.models import Delivery, State
from portal.people.models import Membership, User
from requests.models import CallerLink, ComplaintLink, ResultLink, Ticket, Visit

GONE = "—"  # in place of a name or number that must not be empty


def older(model: Any, field: str) -> Callable[[datetime], QuerySet[Any]]:
    return lambda before: model.objects.filter(**{f"{field}__lt": before})


def deleted(rows: QuerySet[Any]) -> object:
    return rows.delete()


# Matters -------------------------------------------------------------------------------------------------------


def contacts(before: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(closed_at__lt=before).exclude(contact_name=GONE, contact_phone=GONE)


def forget_contacts(rows: QuerySet[Ticket]) -> object:
    return rows.update(contact_name=GONE, contact_phone=GONE)


def ended(links: type[ResultLink | CallerLink | ComplaintLink]) -> Callable[[datetime], QuerySet[Any]]:
    def over(before: datetime) -> QuerySet[Any]:
        return links.objects.filter(ticket__closed_at__lt=before, sent_at__lt=before).exclude(phone=GONE)

    return over


def forget_phone(rows: QuerySet[Any]) -> object:
    return rows.update(phone=GONE)


def unused_photos(before: datetime) -> QuerySet[CheckPhoto]:
    return CheckPhoto.objects.filter(record=None, at__lt=before)


def met(before: datetime) -> QuerySet[Visit]:
    return Visit.objects.filter(recorded_at__lt=before).exclude(met_name__in=["", GONE])


def forget_met(rows: QuerySet[Visit]) -> object:
    return rows.update(met_name=GONE, met_title="")


# Claims (POL-5) -------------------------------------------------------------------------------------------------


def claimants(before: datetime) -> QuerySet[Claim]:
    """With contact or bank data; what was paid is kept as long as its vouchers are."""
    ended = Claim.objects.filter(ended_at__lt=before)
    return ended.exclude(contact_name__in=["", GONE], contact_phone__in=["", GONE], account__in=["", GONE])


def forget_claimants(rows: QuerySet[Claim]) -> object:
    return rows.update(contact_name=GONE, contact_phone=GONE, account_name=GONE, bank=GONE, account=GONE)


def objectors(before: datetime) -> QuerySet[Objection]:
    return Objection.objects.filter(claim__ended_at__lt=before, decided_at__lt=before).exclude(name=GONE, phone=GONE)


def forget_objectors(rows: QuerySet[Objection]) -> object:
    return rows.update(name=GONE, phone=GONE, by=None)


# Coming to act for a firm ---------------------------------------------------------------------------------------


def papers(*states: str) -> Callable[[datetime], QuerySet[JoinProof]]:
    def over(before: datetime) -> QuerySet[JoinProof]:
        return JoinProof.objects.filter(request__state__in=states, request__decided_at__lt=before)

    return over


def invitations(before: datetime) -> QuerySet[Invitation]:
    ended = Q(accepted_at__lt=before) | Q(revoked_at__lt=before) | Q(accepted_at=None, expires_at__lt=before)
    return Invitation.objects.filter(ended).exclude(mobile=GONE)


def forget_addressee(rows: QuerySet[Invitation]) -> object:
    return rows.update(mobile=GONE, email="")


def customers(before: datetime) -> QuerySet[ServiceOrder]:
    return ServiceOrder.objects.filter(ended_at__lt=before).exclude(contact_name=GONE, contact_phone=GONE)


def bookers(before: datetime) -> QuerySet[Booking]:
    over = Q(ended_at__lt=before) | Q(need__ended_at__lt=before)
    return Booking.objects.filter(over).exclude(contact_name=GONE, contact_phone=GONE)


# Imports ----------------------------------------------------------------------------------------------------------


def ended_imports(imports: type[Import], rows: Any) -> Callable[[datetime], QuerySet[Any]]:
    """Finished ones of which the file, or the rows as they stood in it, are still there."""

    def over(before: datetime) -> QuerySet[Any]:
        ended = imports.objects.exclude(state__in=[*Import.WAITING, Import.State.MAPPING, Import.State.READY])
        kept = Exists(rows._base_manager.filter(batch=OuterRef("pk")))
        return ended.filter(kept | Q(file__size__gt=0), moved_at__lt=before)

    return over


def rows_deleted(rows: Any) -> Callable[[QuerySet[Any]], object]:
    """What came in by them stays, with who brought it and when; taken back it can be no more."""

    def forget(imports: QuerySet[Any]) -> object:
        rows._base_manager.filter(batch__in=imports).delete()
        for batch in imports.select_related("file"):
            files.empty(batch.file)
        return imports.update(samples=[])

    return forget


# Accounts -------------------------------------------------------------------------------------------------------


def left(before: datetime) -> QuerySet[User]:
    """Firms' people who act for no firm any more, hold no office and ask for nothing; officials stay on record."""
    ties, asked = Member.objects.filter(user=OuterRef("pk")), JoinRequest.objects.filter(user=OuterRef("pk"))
    open_ties = ties.filter(Q(until=None) | Q(until__gte=before))
    lately = asked.filter(Q(state=JoinRequest.State.PENDING) | Q(asked_at__gte=before))
    known = User.objects.filter(Exists(ties) | Exists(asked)).exclude(name=GONE)
    in_use = Exists(Membership.objects.filter(user=OuterRef("pk"))) | Exists(open_ties) | Exists(lately)
    waiting = Exists(Ticket.objects.filter(filed_by=OuterRef("pk"), closed_at=None))
    return known.filter(~in_use, ~waiting, Q(last_login=None) | Q(last_login__lt=before), joined_at__lt=before)


def forget_people(rows: QuerySet[User]) -> object:
    """The account stays as a number that the trail refers to, and nobody signs in with it again."""
    for devices in (TOTPDevice, StaticDevice):
        devices.objects.filter(user__in=rows).delete()
    nothing = {"position": "", "mobile": None, "phone": "", "email": "", "second_factor_at": None, "is_active": False}
    number = Concat(Value("left-"), Cast("pk", CharField()))
    return rows.update(name=GONE, username=number, password=make_password(None), **nothing)


def retired(before: datetime) -> QuerySet[User]:
    """Officials without an office since then whose account is closed: the trail and the papers go on naming them."""
    reached = ~Q(mobile=None) | ~Q(email="") | ~Q(phone="")
    offices = Membership.objects.filter(user=OuterRef("pk"))
    lately = Exists(offices.filter(Q(until=None) | Q(until__gte=before)))
    return User.objects.filter(reached, Exists(offices), ~lately, is_active=False)


def forget_numbers(rows: QuerySet[User]) -> object:
    return rows.update(mobile=None, email="", phone="")


# Letters and sign-ins ------------------------------------------------------------------------------------------


def letters(before: datetime) -> QuerySet[Delivery]:
    """To people without an account."""
    done = Delivery.objects.filter(state__in=[State.SENT, State.DROPPED, State.DEAD], message__at__lt=before)
    return done.exclude(address="").exclude(address=GONE)


def forget_letters(rows: QuerySet[Delivery]) -> object:
    return rows.update(address=GONE, body="")


def old_messages(before: datetime) -> QuerySet[Delivery]:
    """To people with an account, in their inbox, by mail or to their telephone."""
    done = Delivery.objects.filter(state__in=[State.SENT, State.DROPPED, State.DEAD], message__at__lt=before)
    return done.exclude(recipient=None).exclude(body="")


def forget_bodies(rows: QuerySet[Delivery]) -> object:
    return rows.update(body="")
