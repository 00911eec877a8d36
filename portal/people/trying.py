"""What a page does with a verb: it is done, or the person reads why not.

`tried` puts a refusal into the form, `attempt` says it above the next page; `Refused.put_on` is for what is neither.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from portal.people.refusal import Refused

T = TypeVar("T")


def tried(form: BaseForm, verb: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
    """What the verb gives; None where it refuses, with the sentence at the field that would mend it."""
    try:
        return verb(*args, **kwargs)
    except Refused as refused:
        refused.put_on(form)
        return None


def attempt(request: HttpRequest, said: str, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Do it and say so, or say why not; whether it was done."""
    try:
        verb(*args, **kwargs)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return False
    messages.success(request, said)
    return True
