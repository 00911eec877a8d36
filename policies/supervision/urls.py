"""Addresses of `policies.supervision`."""

from django.urls import path

from . import views

app_name = "money"

urlpatterns = [
    path("", views.departments, name="departments"),
    path("export/", views.departments_export, name="departments-export"),
    path("coverage/<int:pk>/", views.coverage, name="coverage"),
    path("money/", views.spent, name="money"),
    path("money/export/", views.export, name="export"),
]
