"""What happens to inspections by itself: each part registers its timed verbs (`deadlines.timed`)."""

from .needs import timed as _needs  # noqa: F401
from .rectification import timed as _rectification  # noqa: F401
from .visits import timed as _visits  # noqa: F401
from .whitelist import timed as _whitelist  # noqa: F401
