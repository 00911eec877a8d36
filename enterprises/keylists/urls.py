"""Addresses of key lists, under /enterprises/key-lists/."""

from django.urls import path, re_path

from . import acts, views

LIST = r"^(?P<level>district|town)/(?P<year>20\d\d)/"

urlpatterns = [
    path("", views.first, name="key-lists"),
    path("new/", views.new, name="key-list-new"),
    path("entries/<int:pk>/<slug:verb>/", acts.on_entry, name="key-entry-act"),
    re_path(LIST + r"$", views.key_list, name="key-list"),
    re_path(LIST + r"export/$", views.export, name="key-list-export"),
    re_path(LIST + r"compare/$", views.compare, name="key-list-compare"),
    re_path(LIST + r"propose/$", acts.propose, name="key-list-propose"),
    re_path(LIST + r"suggest/$", acts.suggestions, name="key-list-suggest"),
    re_path(LIST + r"(?P<verb>[a-z_]+)/$", acts.on_list, name="key-list-act"),
]
