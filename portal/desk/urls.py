"""Home pages, figures and the search box."""

from django.conf import settings
from django.urls import path

from portal.desk import health
from portal.desk.views import department, firm, home, leader, public, search

app_name = "desk"

urlpatterns = [
    path("", public.home, name="public-home"),
    path("track/", public.track, name="track"),
    path("home/", home.landing, name="home"),
    path("firm/", firm.home, name="firm"),
    path("firm/switch/", firm.switch, name="firm-switch"),
    path("leader/", leader.home, name="leader"),
    path("department/", department.home, name="department"),
    path("search/", search.results, name="search"),
    path("healthz", health.healthz, name="healthz"),
]

if settings.DEBUG:
    from portal.desk.styleguide import styleguide

    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
