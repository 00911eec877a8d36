"""Options that are drawn without a template for each are those of the widget, to the letter."""

import pytest
from django import forms
from django.template import Context, Template


class Sifting(forms.Form):
    kind = forms.ChoiceField(choices=[("", "全部"), ("风险", [("a&b", "<甲>"), ("c", "乙")]), ("d", "丙")])


@pytest.mark.parametrize("given", [{}, {"kind": "c"}, {"kind": "a&b"}])
def test_options_are_drawn_as_the_widget_draws_them(given):
    form = Sifting(given)
    drawn = Template("{% options form.kind %}").render(Context({"form": form}))
    assert drawn == "".join(str(one) for one in form["kind"])
