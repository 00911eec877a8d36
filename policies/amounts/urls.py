"""Addresses of `policies.amounts`: the calculator, the form of an amount, what excludes what."""

from django.urls import path, re_path

from .views import drafting, exclusions, firms, visitors

app_name = "calculator"

urlpatterns = [
    path("", visitors.start, name="start"),
    path("result/", visitors.outcome, name="results"),
    path("mine/", firms.mine, name="mine"),
    re_path(r"^of/(?P<uscc>[0-9A-Z]{18})/$", firms.of, name="of"),
    path("exclusions/", exclusions.exclusions, name="exclusions"),
    path("exclusions/keep/", exclusions.keep, name="exclusion-keep"),
    path("exclusions/<int:pk>/end/", exclusions.end, name="exclusion-end"),
    path("formula/draft/", drafting.formula, name="formula-draft"),
]
