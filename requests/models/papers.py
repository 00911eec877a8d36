"""What is given out on paper and has a number: sealed replies, special reports (APP-4, APP-11, APP-22)."""

from __future__ import annotations

from django.db import connection, models
from django.db.models import Q

from portal.people.models import Department, User
from requests.models.conversation import Attachment
from requests.models.handling import Result
from requests.models.ticket import Ticket


class SerialNumber(models.Model):
    """The last number given out in a series of papers; its row lock leaves no gap and no number twice."""

    series = models.CharField(max_length=40, primary_key=True)  # e.g. reply:12:2026, order:2026
    last = models.PositiveIntegerField()

    @classmethod
    def take(cls, series: str, n: int = 1) -> int:
        """The next number, of several the last; held until the transaction ends, not used up where that is given up."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {cls._meta.db_table} AS row (series, last) VALUES (%s, %s)"
                " ON CONFLICT (series) DO UPDATE SET last = row.last + excluded.last RETURNING last",
                [series, n],
            )
            return cursor.fetchone()[0]


class WrittenReply(models.Model):
    """The written reply (书面答复) as it went out: its number in the department's series of the year (APP-11).

    That of a confidential matter has no number of the series: a gap in it would betray the matter (APP-18).
    """

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="reply")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["department", "year", "serial"], name="reply_number_once"),
        ]

    @property
    def number(self) -> str:
        """“沙住建办复〔2026〕12号”; empty for a confidential matter."""
        return f"{mark_of(self.department)}复〔{self.year}〕{self.serial}号" if self.serial else ""

    @property
    def scan(self) -> ReplyScan | None:
        """The sealed scan that holds now, the one delivered last."""
        return self.scans.filter(replaced_at=None).first()


def mark_of(department: Department) -> str:
    """The unit's mark before a paper's number (机关代字): the town's own units with the town's 沙."""
    outside = department.kind in (Department.Kind.COUNTY, Department.Kind.THIRD_PARTY)
    name = department.short_name or department.name
    return name if outside else f"沙{name}"


class ReplyScan(models.Model):
    """The sealed reply as a scan, delivered to the firm; a later one takes its place, and nothing is deleted."""

    reply = models.ForeignKey(WrittenReply, on_delete=models.PROTECT, related_name="scans")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="scan")
    delivered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["reply"], condition=Q(replaced_at=None), name="one_scan_holds"),
        ]


class SpecialReport(models.Model):
    """专报 (APP-4): a major matter put before a town leader, in the words of whoever answers for it at the centre.

    `status` is how the matter stood; the rest of the paper is what the rows said at `at`. A later one is a row of its
    own with its own number, none is ever changed. Of a confidential matter there is none: leaders do not read it.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="special_reports")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    problem = models.TextField(max_length=2000)
    proposal = models.TextField(max_length=2000)
    status = models.CharField(max_length=12)
    leader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["year", "serial"], name="special_report_number_once")]

    @property
    def number(self) -> str:
        """“沙专报〔2026〕1号”."""
        return f"沙专报〔{self.year}〕{self.serial}号"
