"""The site, and beside it the pages on which the frame and its scripts are tried."""

from django.urls import include, path

from portal.desk.styleguide import styleguide
from tests.desk import workbench

urlpatterns = [
    path("parts/", styleguide),
    path("bench/", workbench.page),
    path("bench/panel/<int:number>/", workbench.panel),
    path("bench/done/<int:number>/", workbench.done),
    path("bench/draft/", workbench.draft),
    path("bench/file/", workbench.upload),
    path("bench/sent/", workbench.sent),
    path("", include("portal.urls")),
]
