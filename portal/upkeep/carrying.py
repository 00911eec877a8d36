"""The request's id in the tasks it wakes, so that one search finds both in the log; those of beat get their own."""

import logging
from contextvars import Token
from typing import Any

from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun

from .logs import request_id
from .middleware import new_id

HEADER = "request_id"
logger = logging.getLogger(__name__)
_before: dict[str, Token[str]] = {}


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery leaves the log to the settings as soon as somebody listens here."""


@before_task_publish.connect
def send_along(headers: dict[str, Any], **kwargs: Any) -> None:
    if current := request_id.get():
        headers[HEADER] = current


@task_prerun.connect
def take_up(task_id: str, task: Any, **kwargs: Any) -> None:
    given = getattr(task.request, HEADER, None) or request_id.get() or new_id()
    _before[task_id] = request_id.set(given)


@task_postrun.connect
def put_down(task_id: str, task: Any, state: str | None, **kwargs: Any) -> None:
    logger.debug("%s", state, extra={"task": task.name})
    if token := _before.pop(task_id, None):
        request_id.reset(token)
