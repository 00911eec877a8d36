"""Addresses about facts, under /enterprises/data/; those of one firm are in FIRM_URLS, below the firm's own."""

from django.urls import include, path, re_path

from ...attributes import declared_views as declared
from . import catalogue, disputes, firm
from .imports import PAGES

urlpatterns = [
    path("", catalogue.start, name="data"),
    path("imports/", include(PAGES.urls())),
    path("resources/", catalogue.resources, name="resources"),
    path("resources/<slug:code>/", catalogue.resource, name="resource"),
    path("resources/<slug:code>/template/", catalogue.template, name="resource-template"),
    path("resources/<slug:code>/edit/", catalogue.edit, name="resource-edit"),
    path("resources/<slug:code>/columns/", catalogue.add_column, name="resource-column"),
    path("resources/<slug:code>/retire/", catalogue.retire, name="resource-retire"),
    path("resources/<slug:code>/deliveries/<int:pk>/undo/", catalogue.undo, name="delivery-undo"),
    path("conflicts/", disputes.conflicts, name="conflicts"),
    path("conflicts/<int:pk>/", disputes.rule, name="conflict"),
    path("conflicts/batch/<int:pk>/", disputes.rule_all, name="conflict-batch"),
    path("declared/", declared.declarations, name="declarations"),
    path("declared/<int:pk>/", declared.decide, name="declaration"),
    path("corrections/", disputes.corrections, name="corrections"),
    path("corrections/<int:pk>/", disputes.correction, name="correction"),
    path("corrections/<int:pk>/answer/", disputes.answer, name="correction-answer"),
]

FIRM = r"^(?P<uscc>[0-9A-Z]{18})/facts/"

FIRM_URLS = [
    re_path(FIRM + r"$", firm.facts, name="facts"),
    re_path(FIRM + r"(?P<pk>\d{1,18})/$", firm.fact, name="fact"),
    re_path(FIRM + r"correct/(?P<pk>\d{1,18})/$", firm.correct, name="fact-correct"),
]
