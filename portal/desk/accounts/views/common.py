"""What the administrator's pages share: asking before an act, and saying what was refused."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.desk.accounts.flow import Refused
from portal.desk.accounts.words import told
from portal.people.doors import only_for
from portal.people.roles import Role
from portal.trail.models import Event

administrators = only_for(Role.ADMINISTRATOR)

STORY = 50  # events shown on a page


def accepted(form: forms.Form, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """Whether the form is valid and the verb was done; what it refuses stands above the form."""
    if not form.is_valid():
        return False
    try:
        verb(*args, **form.cleaned_data, **kwargs)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def ask(
    request: HttpRequest,
    form: forms.Form,
    *,
    heading: str,
    act: str,
    back: str,
    sub: str = "",
    notes: tuple = (),
    stuck: bool = False,
) -> HttpResponse:
    """One page for every form of this room: what will happen, the fields, one button that names the act.

    `stuck`: the notes say what to do first; until then nothing can be chosen or pressed.
    """
    context = {"form": form, "heading": heading, "sub": sub, "act": act, "back": back, "notes": notes, "stuck": stuck}
    return render(request, "accounts/form.html", context)


def done(request: HttpRequest, said: str, to: Any, *args: Any) -> HttpResponse:
    messages.success(request, said)
    return redirect(to, *args)


def story_of(subject: models.Model) -> list[dict[str, object]]:
    """The latest events about an account, department or group, newest first."""
    return told(list(Event.objects.about(subject).select_related("actor", "principal").order_by("-at", "-id")[:STORY]))
