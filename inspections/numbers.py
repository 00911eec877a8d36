"""The numbers of the room's rows: a prefix, the day, the next of the day (`JC-20261121-0007`)."""

from datetime import datetime

from portal.worktime.words import local_day
from requests.models import SerialNumber


def number(prefix: str, at: datetime) -> str:
    """The next of the day; its counter's row stays locked until the transaction ends, so no gap is left."""
    return numbers(prefix, at, 1)[0]


def numbers(prefix: str, at: datetime, n: int) -> list[str]:
    """The next n of the day, taken at once."""
    day = f"{local_day(at):%Y%m%d}"
    last = SerialNumber.take(f"{prefix}:{day}", n)
    return [f"{prefix}-{day}-{serial:04d}" for serial in range(last - n + 1, last + 1)]
