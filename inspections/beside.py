"""What parts add to the pages of visits and firms; each part registers its own (`visits.beside`)."""

from .bookings import beside as _bookings  # noqa: F401
from .recording import beside as _recording  # noqa: F401
from .rectification import beside as _rectification  # noqa: F401
