"""The portal's own settings with a beat every second, for the drill (running/drill.py)."""

from portal.settings import *  # noqa: F403
from portal.settings import CELERY_BEAT_SCHEDULE

CELERY_BEAT_SCHEDULE = {
    name: tick | {"schedule": 1.0, "options": {"expires": 1.0}}
    for name, tick in CELERY_BEAT_SCHEDULE.items()
    if name in ("deadlines.sweep", "outbox.deliver")
}
