"""Addresses of `policies.claims`; a claim is named by its number."""

from django.urls import path

from policies.claims.views import batch, desk, filing, lists, papers, publicity, record, rounds

app_name = "claims"

urlpatterns = [
    path("", lists.mine, name="mine"),
    path("new/<int:pk>/", filing.new, name="new"),
    path("upload/", record.upload, name="upload"),
    path("desk/", desk.desk, name="desk"),
    path("reviewed/", desk.reviewed, name="reviewed"),
    path("batch/<slug:verb>/", batch.batch, name="batch"),
    path("all/", lists.claims, name="all"),
    path("all/export/", lists.export, name="export"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.new, name="round-new"),
    path("rounds/<int:pk>/", rounds.one, name="round"),
    path("rounds/<int:pk>/check/", rounds.check, name="round-check"),
    path("rounds/<int:pk>/list/", rounds.list_firms, name="round-list"),
    path("publicity/", publicity.publicity, name="publicity"),
    path("publicity/<str:number>/", publicity.notice, name="notice"),
    path("publicity/<str:number>/object/", publicity.object_, name="object"),
    path("publicity/<str:number>/objected/", publicity.objected, name="objected"),
    path("<str:number>/", record.record, name="claim"),
    path("<str:number>/files/<int:pk>/", record.download, name="download"),
    path("<str:number>/papers/<slug:kind>/", papers.page, name="paper"),
    path("<str:number>/papers/<slug:kind>/word/", papers.word, name="paper-word"),
    path("<str:number>/<slug:verb>/", record.act, name="act"),
]
