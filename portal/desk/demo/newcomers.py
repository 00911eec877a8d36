"""People who ask to act for a firm: three wait for a clerk, one was let in, one refused; nobody of the others' firms."""

from __future__ import annotations

from datetime import datetime
from random import Random

from enterprises.demo import valid_uscc
from enterprises.joining import flow
from enterprises.models import Enterprise, JoinRequest
from portal import files
from portal.desk.demo.content import table
from portal.desk.demo.office import later
from portal.desk.demo.papers import paper
from portal.desk.demo.units import MOBILE
from portal.files.models import StoredFile
from portal.people.demo import DEMO_PASSWORD
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar

MOBILES = 8000  # from this number on
NOT_ON_FILE = 99_001  # a code that no firm of the town has
MORNING, LATER = 95, 150  # working minutes after the opening, and after the asking


def load(seed: int, now: datetime) -> None:
    """After all else, for they have done nothing yet; fewer where few firms are without an account."""
    firms = Enterprise.objects.filter(status=Enterprise.Status.ACTIVE, members=None).order_by("uscc")
    rows = table("newcomers")["newcomer"]
    unknown = [row for row in rows if "firm" in row]
    known = list(zip([row for row in rows if "firm" not in row], firms[: len(rows)], strict=False))
    for number, (row, firm) in enumerate([*known, *((row, None) for row in unknown)]):
        _newcomer(number, row, firm, now)


def _newcomer(number: int, row: dict[str, str], firm: Enterprise | None, now: datetime) -> None:
    at = later(calendar().close_before(now, int(row["days"]) + 1), MORNING + 20 * number)
    user = flow.open_account(
        row["name"], DEMO_PASSWORD, mobile=MOBILE.format(MOBILES + number), username=f"newcomer_{number + 1}", at=at
    )
    at = later(at, 6)
    request = flow.ask(
        user,
        by=user,
        uscc=firm.uscc if firm else valid_uscc(NOT_ON_FILE),
        notice=flow.NOTICE,
        papers=[_paper(name, firm.name if firm else row["firm"], by=user, at=at) for name in row["papers"]],
        name=row.get("firm", ""),
        address=row.get("address", ""),
        title=row["title"],
        at=at,
    )
    _decide(request, row, later(at, LATER))


def _decide(request: JoinRequest, row: dict[str, str], at: datetime) -> None:
    clerk = User.objects.get(username=Role.INTAKE_CLERK)
    if row["state"] == "approved":
        flow.approve(request, by=clerk, at=at)
    elif row["state"] == "refused":
        flow.refuse(request, by=clerk, reason=row["reason"], at=at)


def _paper(name: str, firm: str, *, by: User, at: datetime) -> StoredFile:
    file = files.store(paper(name, [name.rpartition(".")[0], firm, f"{at:%Y-%m-%d}"], Random(name)), by=by)
    StoredFile.objects.filter(pk=file.pk).update(at=at)
    return file
