"""Addresses of what follows a finding."""

from django.urls import path, re_path

from .views import afterwards, lists, papers, record

app_name = "rectification"

urlpatterns = [
    path("", lists.everything, name="all"),
    path("export/", lists.export, name="export"),
    path("mine/", lists.mine, name="mine"),
    path("upload/", record.upload, name="upload"),
    path("points/", afterwards.own_points, name="points"),
    re_path(r"^points/(?P<uscc>[0-9A-Z]{18})/$", afterwards.points_of, name="points-of"),
    path("ratings/", afterwards.all_ratings, name="ratings"),
    path("ratings/<slug:number>/", afterwards.rated, name="rated"),
    path("ratings/<slug:number>/new/", afterwards.rate, name="rate"),
    path("cases/<int:pk>/", afterwards.case, name="case"),
    path("warnings/<slug:number>/", papers.warning, name="warning"),
    path("warnings/<slug:number>/word/", papers.warning_word, name="warning-word"),
    path("<slug:number>/", record.record, name="rectification"),
    path("<slug:number>/files/<int:pk>/", record.download, name="file"),
    path("<slug:number>/papers/<slug:kind>/", papers.page, name="paper"),
    path("<slug:number>/papers/<slug:kind>/word/", papers.word, name="paper-word"),
    path("<slug:number>/<slug:verb>/", record.act, name="act"),
]
