"""Addresses of checks that firms book themselves (INS-11)."""

from django.urls import path

from . import views

app_name = "bookings"

urlpatterns = [
    path("", views.bookings, name="bookings"),
    path("new/", views.new, name="new"),
    path("export/", views.export, name="export"),
    path("<slug:number>/", views.booking, name="booking"),
    path("<slug:number>/<slug:verb>/", views.act, name="act"),
]
