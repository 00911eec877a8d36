"""The numbers of tickets (APP-5)."""

from datetime import date

from django.db import connection, models


class DayNumber(models.Model):
    """The last number given out on a day; its row lock makes numbers unique and ascending under concurrency (APP-5)."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField()

    @classmethod
    def take(cls, day: date, *, many: int = 1) -> int:
        """The next number of the day, or the last of the next `many`; held until the transaction ends, so that commits
        keep the order of numbers."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {cls._meta.db_table} (day, last) VALUES (%s, %s)"
                f" ON CONFLICT (day) DO UPDATE SET last = {cls._meta.db_table}.last + EXCLUDED.last RETURNING last",
                [day, many],
            )
            return cursor.fetchone()[0]
