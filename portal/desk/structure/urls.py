"""Decision support (ENT-13)."""

from django.urls import path

from . import views

app_name = "structure"

urlpatterns = [
    path("structure/", views.picture, name="picture"),
    path("structure/export/", views.export, name="export"),
    path("structure/firms/", views.firms, name="firms"),
    path("structure/firms/export/", views.firms_export, name="firms-export"),
    path("structure/compare/", views.compare, name="compare"),
    path("structure/compare/export/", views.compare_export, name="compare-export"),
]
