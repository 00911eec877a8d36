"""The Celery application. Tasks only wake database work; no state lives in the broker (design: Deadlines)."""

import gc
import os

from celery import Celery
from celery.signals import worker_before_create_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_before_create_process.connect
def share_what_is_loaded(**_: object) -> None:
    """What is there before the fork stays: looked through for garbage, it would be copied into every process."""
    gc.collect()
    gc.freeze()
