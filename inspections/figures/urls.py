"""Addresses of what inspections came to."""

from django.urls import path

from . import views

app_name = "inspection-figures"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("export/", views.export, name="export"),
    path("public/", views.public, name="public"),
]
