"""Addresses of visits, under /visits/; one visit is named by its key."""

from django.urls import path, re_path

from requests.visits.views import overseeing, recording, visits

app_name = "visits"

urlpatterns = [
    path("", visits.mine, name="mine"),
    path("new/", recording.new, name="new"),
    path("all/", overseeing.visits, name="all"),
    path("all/export/", overseeing.export, name="export"),
    path("coverage/", overseeing.coverage, name="coverage"),
    path("unvisited/", overseeing.unvisited, name="unvisited"),
    path("unvisited/export/", overseeing.unvisited_export, name="unvisited-export"),
    path("plans/new/", overseeing.new_plan, name="plan-new"),
    path("plans/<int:pk>/", overseeing.plan, name="plan"),
    re_path(r"^of/(?P<uscc>[0-9A-Z]{18})/$", visits.of_firm, name="firm"),
    path("<uuid:key>/", visits.visit, name="visit"),
    path("<uuid:key>/record/", recording.record, name="record"),
    path("<uuid:key>/save/", recording.save, name="save"),
    path("<uuid:key>/drop/", recording.drop, name="draft-drop"),
    path("<uuid:key>/photos/", recording.upload, name="photos"),
    path("<uuid:key>/photos/<int:pk>/", recording.drop_photo, name="photo-drop"),
    path("<uuid:key>/photo/<int:pk>/", recording.photo, name="photo"),
    path("<uuid:key>/<slug:verb>/", visits.act, name="act"),
]
