"""Addresses of the whitelist; an entry is named by its number."""

from django.urls import path, re_path

from .views import batch, candidates, desk, lists, record, rounds

app_name = "whitelist"

urlpatterns = [
    path("", lists.public, name="public"),
    path("mine/", lists.mine, name="mine"),
    path("desk/", desk.desk, name="desk"),
    path("all/", lists.entries, name="all"),
    path("all/export/", lists.export, name="export"),
    path("batch/<slug:verb>/", batch.batch, name="batch"),
    path("candidates/", candidates.candidates, name="candidates"),
    path("candidates/propose/", candidates.propose, name="propose"),
    re_path(r"^candidates/(?P<uscc>[0-9A-Z]{18})/$", candidates.candidate, name="candidate"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/<int:pk>/", rounds.one, name="round"),
    path("<str:number>/", record.record, name="entry"),
    path("<str:number>/files/<int:pk>/", record.appeal_file, name="appeal-file"),
    path("<str:number>/<slug:verb>/", record.act, name="act"),
]
