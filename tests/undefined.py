"""A misspelt variable in a template fails the test that renders it, instead of showing nothing."""

import sys
from collections.abc import Mapping

from django.template.base import FilterExpression, VariableDoesNotExist


class UndefinedVariable(Exception):
    """A template uses a name that neither the view nor the object it was given has."""


class Strict(str):
    """Stands for Django's `string_if_invalid`: empty, as in production, but asked for only after a look at the reason.

    A key that a mapping (`request.GET.q`) or a missing object (`ticket.steward.name`) has not is how templates say
    "if any"; a name that the context or an object's class has not is a slip.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        caller = sys._getframe(1)
        expression, context = caller.f_locals.get("self"), caller.f_locals.get("context")
        if isinstance(expression, FilterExpression) and context is not None:
            check(expression, context)
        return False


def check(expression: FilterExpression, context) -> None:
    """Raises UndefinedVariable if the expression's variable is a slip."""
    try:
        expression.var.resolve(context)
    except VariableDoesNotExist as error:
        missing, holder = error.params
        if isinstance(holder, Mapping | str | None) or hasattr(holder, "getlist"):
            return
        template = context.template_name or "a template"
        raise UndefinedVariable(f"{{{{ {expression.token} }}}} in {template}: no {missing!r}") from error
