"""The letters of the room; each part writes its own (found by the outbox when the site starts)."""

from .bookings import notices as _bookings  # noqa: F401
from .draws import notices as _draws  # noqa: F401
from .needs import notices as _needs  # noqa: F401
from .planning import notices as _planning  # noqa: F401
from .recording import notices as _recording  # noqa: F401
from .rectification import notices as _rectification  # noqa: F401
from .visits import notices as _visits  # noqa: F401
from .whitelist import notices as _whitelist  # noqa: F401
