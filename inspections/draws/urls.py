"""Addresses of draws 双随机 and of off-site comparison 智联查."""

from django.urls import path

from .offsite import views as offsite
from .views import draws, making

app_name = "draws"

urlpatterns = [
    path("", draws.draws, name="draws"),
    path("new/", making.new, name="new"),
    path("offsite/", offsite.waiting, name="offsite"),
    path("offsite/settle/", offsite.settle, name="settle"),
    path("settled/<slug:number>/", offsite.settled, name="settled"),
    path("<slug:number>/", draws.draw, name="draw"),
    path("<slug:number>/protocol.json", draws.as_json, name="json"),
    path("<slug:number>/protocol.csv", draws.as_csv, name="csv"),
    path("<slug:number>/<slug:verb>/", making.act, name="act"),
]
