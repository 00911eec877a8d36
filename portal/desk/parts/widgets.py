"""Controls of forms. Made here and not of Django's templates, word for word as those would: a page of filters has some
hundred options, and for each of them two templates were drawn.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

DIRECTORY = "django/forms/widgets/"
INPUTS = ("checkbox", "date", "email", "hidden", "input", "number", "password", "tel", "text", "url")


class Renderer(DjangoTemplates):
    """What is not drawn here is drawn by its template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return mark_safe(draw(context["widget"]))


def _select(widget: Mapping[str, Any]) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>']
    for name, options, _index in widget["optgroups"]:
        parts.append(f'\n  <optgroup label="{conditional_escape(localize(name))}">' if name else "")
        parts += [f"\n  {_option(option)}\n" for option in options]
        parts.append("\n  </optgroup>" if name else "")
    return "".join(parts) + "\n</select>"


def _option(widget: Mapping[str, Any]) -> str:
    label = conditional_escape(localize(widget["label"]))
    return f'<option value="{_said(widget["value"])}"{_attributes(widget)}>{label}</option>'


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_said(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{conditional_escape(widget["type"])}" name="{name}"{value}{_attributes(widget)}>'


def _attributes(widget: Mapping[str, Any]) -> str:
    said = ((name, value) for name, value in widget["attrs"].items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{_said(value)}"' for name, value in said)


def _said(value: Any) -> str:
    """As it is, not as the reader's language writes numbers and dates."""
    return conditional_escape(value if isinstance(value, str) else str(value))


DRAWN = {
    f"{DIRECTORY}select.html": _select,
    f"{DIRECTORY}select_option.html": _option,
    **{f"{DIRECTORY}{name}.html": _input for name in INPUTS},
}
