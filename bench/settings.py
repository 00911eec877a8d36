"""The portal's own settings; each answer also says what it cost the server."""

from portal.settings import *  # noqa: F403
from portal.settings import MIDDLEWARE

MIDDLEWARE = ["bench.costs.Costs", *MIDDLEWARE]
