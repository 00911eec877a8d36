"""What happens to policies and claims by itself: each part registers its timed verbs (`deadlines.timed`)."""

from .claims import timed as _claims  # noqa: F401
from .library import timed as _library  # noqa: F401
