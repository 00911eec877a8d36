"""The controls that are drawn by hand are those of Django's templates, to the letter."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from portal.desk.parts import widgets


class Odd(forms.Form):
    """Every control that is drawn by hand, with what has to be escaped, and one that is not."""

    text = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "<\"'>", "autofocus": True, "hidden": False}))
    many = forms.MultipleChoiceField(choices=[("a", "甲"), ("b", "<乙>")])
    grouped = forms.ChoiceField(choices=[("", "全部"), ("风&险", [("a&b", mark_safe("<b>甲</b>")), (1000, 2000)])])
    lazy = forms.ChoiceField(choices=[("", gettext_lazy("全部")), (date(2026, 11, 3), date(2026, 11, 3))])
    number = forms.DecimalField(max_digits=8, decimal_places=2)
    day = forms.DateField()
    yes = forms.BooleanField()
    unknown = forms.NullBooleanField()
    secret = forms.CharField(widget=forms.PasswordInput(render_value=True))
    mail = forms.EmailField()
    page = forms.URLField(assume_scheme="https")
    phone = forms.CharField(widget=forms.TextInput(attrs={"type": "tel"}))
    hidden = forms.CharField(widget=forms.HiddenInput)
    one = forms.ChoiceField(choices=[("a", "甲")], widget=forms.RadioSelect)
    long = forms.CharField(widget=forms.Textarea)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        dict.fromkeys(Odd.base_fields, "<a href='\">&"),
        {"many": ["a", "b"], "grouped": "1000", "lazy": "2026-11-03", "number": "1234.50", "yes": "on"},
    ],
)
def test_a_control_is_drawn_as_djangos_template_draws_it(given, language):
    ours, theirs = (Odd(given, renderer=renderer()) for renderer in (widgets.Renderer, DjangoTemplates))
    initial = {"number": Decimal("1234.5"), "day": date(2026, 11, 24), "text": mark_safe("&amp;"), "unknown": True}
    unsent = (Odd(initial=initial, renderer=renderer()) for renderer in (widgets.Renderer, DjangoTemplates))
    with translation.override(language):
        for mine, other in ((ours, theirs), tuple(unsent)):
            assert [str(field) for field in mine] == [str(field) for field in other]
            assert [str(one) for one in mine["grouped"]] == [str(one) for one in other["grouped"]]


def test_forms_are_drawn_so():
    assert isinstance(get_default_renderer(), widgets.Renderer)


def test_options_are_drawn_as_the_widget_draws_them():
    class Sifting(forms.Form):
        kind = forms.ChoiceField(choices=[("", "全部"), ("风险", [("a&b", "<甲>"), ("c", "乙")]), ("d", "丙")])

    for given in ({}, {"kind": "c"}, {"kind": "a&b"}):
        form = Sifting(given)
        drawn = Template("{% options form.kind %}").render(Context({"form": form}))
        assert drawn == "".join(str(one) for one in form["kind"])
