"""Visits and their codes, checks on the spot, reports of checks without a code, the firm's page."""

from django.urls import path, re_path

from .views import acts, codes, firm, lists, papers, record, reports, spot

app_name = "inspections"

FIRM = r"(?P<uscc>[0-9A-Z]{18})/"

urlpatterns = [
    path("", lists.home, name="home"),
    path("today/", lists.today, name="today"),
    path("visits/", lists.visits, name="visits"),
    path("visits/export/", lists.export, name="visits-export"),
    path("visits/<str:number>/", record.record, name="visit"),
    path("visits/<str:number>/code/", codes.shown, name="code"),
    path("visits/<str:number>/notice/", papers.page, name="notice"),
    path("visits/<str:number>/notice/word/", papers.word, name="notice-word"),
    path("visits/<str:number>/<str:verb>/", acts.act, name="act"),
    re_path(r"^code/(?P<token>[0-9A-Za-z_-]{1,64})/$", codes.scan, name="scan"),
    re_path(r"^code/(?P<token>[0-9A-Za-z_-]{1,64})/arrival/$", codes.arrival, name="arrival"),
    path("spot/", spot.listed, name="spot"),
    path("spot/new/", spot.new, name="spot-new"),
    path("mine/", firm.mine, name="mine"),
    re_path(r"^of/" + FIRM + "$", firm.of_firm, name="of-firm"),
    path("reports/", reports.listed, name="reports"),
    path("reports/new/", reports.new, name="report-new"),
    path("reports/upload/", reports.upload, name="report-upload"),
    path("reports/export/", reports.export, name="reports-export"),
    path("reports/<str:number>/", reports.one, name="report"),
    path("reports/<str:number>/answer/", reports.answer, name="report-answer"),
    path("reports/<str:number>/photos/<int:pk>/", reports.photo, name="report-photo"),
]
