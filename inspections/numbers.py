"""The numbers of the room's rows: a prefix, the day, the next of the day (`JC-20261121-0007`)."""

from datetime import datetime

from portal.worktime.words import local_day
from requests.models import SerialNumber


def number(prefix: str, at: datetime) -> str:
    """The next of the day; its counter's row stays locked until the transaction ends, so no gap is left."""
    day = f"{local_day(at):%Y%m%d}"
    return f"{prefix}-{day}-{SerialNumber.take(f'{prefix}:{day}'):04d}"
