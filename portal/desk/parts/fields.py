"""A form field with everything that belongs to it: label, error, control, hint, joined for those who hear them."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from django.forms import BoundField, CheckboxInput, FileInput, RadioSelect, Select, SelectMultiple, Textarea
from django.forms.boundfield import BoundWidget
from django.forms.formsets import BaseFormSet
from django.forms.widgets import CheckboxSelectMultiple
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

SEGMENTS_AT_MOST = 5  # more choices than that do not fit side by side on a phone


def kind_of(field: BoundField) -> str:
    """How the control is drawn: check, choices, segments, file, pick, text-area or text."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, RadioSelect):
        return "segments" if len(field.subwidgets) <= SEGMENTS_AT_MOST else "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, FileInput):
        return "file"
    if isinstance(widget, SelectMultiple):
        return "text"
    if isinstance(widget, Select):
        return "pick"
    return "text-area" if isinstance(widget, Textarea) else "text"


def field_context(field: BoundField, *, hint: str = "", kind: str = "", optional: bool = True, **attrs: Any) -> dict:
    """What `parts/field.html` needs. Further keyword arguments become attributes of the control (`rows=3`)."""
    kind = kind or kind_of(field)
    help_text = hint or field.help_text
    described = [f"{field.auto_id}_helptext"] * bool(help_text) + [f"{field.auto_id}_error"] * bool(field.errors)
    attributes = {name.replace("_", "-"): value for name, value in attrs.items()}
    if kind in ("text", "text-area", "pick", "file"):
        own = field.field.widget.attrs.get("class", "")
        attributes["class"] = f"{own} sx-in sx-in--{kind}".strip()
    if described and kind not in ("segments", "choices"):
        attributes["aria-describedby"] = " ".join(described)
    return {
        "field": field,
        "kind": kind,
        "hint": help_text,
        "described": " ".join(described),
        "control": "" if kind in ("segments", "choices") else field.as_widget(attrs=attributes),
        "optional": optional and not field.field.required and kind != "check",
    }


SIFTED_FROM = 16  # so many boxes are gone through by typing


def picks_context(field: BoundField, *, apart: str = "", opened: bool = False) -> dict[str, Any]:
    """What `parts/picks.html` needs: the boxes of a multiple choice under the headings of their groups."""
    widget: Any = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id})
    groups: list[tuple[str, list[BoundWidget]]] = []
    for name, options, _index in widget.optgroups(field.html_name, widget.format_value(field.value()), attrs):
        boxes = [BoundWidget(widget, option, field.form.renderer) for option in options]
        if name or not groups or groups[-1][0]:
            groups.append((name or "", boxes))
        else:
            groups[-1][1].extend(boxes)
    return {
        "field": field,
        "groups": groups,
        "sifts": sum(len(boxes) for _name, boxes in groups) >= SIFTED_FROM,
        "apart": apart,
        "opened": opened,
        "described": f"{field.auto_id}_error" if field.errors else "",
        "optional": not field.field.required,
    }


def first_id(field: BoundField) -> str:
    """The id a link can jump to: of the first choice where the field is a group of them."""
    if field.id_for_label:
        return field.id_for_label
    choices = field.subwidgets if isinstance(field.field.widget, CheckboxSelectMultiple) else []
    return choices[0].id_for_label if choices else f"{field.auto_id}_0"


def summary(*forms: Any) -> list[tuple[str, str]]:
    """Every error of the forms, also those of a formset, as (id of its field or "", sentence), as on the page.

    A formset may say in `row_error` what its rows are called there.
    """
    found: list[tuple[str, str]] = []
    for form in forms:
        if form is None or not form.is_bound:
            continue
        if isinstance(form, BaseFormSet):
            found += [("", error) for error in form.non_form_errors()]
            for n, row in enumerate(form, 1):  # two rows with the same fault are two lines
                line = getattr(form, "row_error", None) or _("第 %(n)s 项 %(error)s")
                found += [(at, line % {"n": n, "error": said}) for at, said in summary(row)]
            continue
        found += [("", error) for error in form.non_field_errors()]
        for field in form:
            found += [(first_id(field), _named(field, error)) for error in field.errors]
    return found


def _named(field: BoundField, error: str) -> str:
    """The sentence with the field it is about, which stands beside it there but not in the summary.

    A hidden field has no name that anybody has read.
    """
    return (
        error
        if field.is_hidden or str(field.label) in error
        else _("%(field)s：%(error)s") % {"field": field.label, "error": error}
    )


def options(field: BoundField) -> SafeString:
    """The options of a field with choices, as its widget would mark them; without its template for each."""
    value = field.value()
    chosen = "" if value is None else str(value)
    return mark_safe(
        "".join(
            f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(label)}</option>'
            for key, label in _choices(field.field.choices)  # type: ignore[attr-defined]
        )
    )


def _choices(choices: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    """Those in groups as well, without the groups' names."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        else:
            yield str(key), str(label)
