"""Home pages, figures and the search box."""

from django.conf import settings
from django.urls import path, re_path

from portal.desk.portrait import views as portrait
from portal.desk.views import (
    agenda,
    beside,
    board,
    classes,
    dashboard,
    dead,
    department,
    firm,
    home,
    leader,
    overdue,
    public,
    readings,
    search,
    stewards,
)

app_name = "desk"

urlpatterns = [
    path("", public.home, name="public-home"),
    path("track/", public.track, name="track"),
    path("home/", home.landing, name="home"),
    path("firm/", firm.home, name="firm"),
    path("firm/switch/", firm.switch, name="firm-switch"),
    path("enterprises/<str:uscc>/stewards/", stewards.assign, name="steward-assign"),
    path("enterprises/<str:uscc>/stewards/<int:tie>/end/", stewards.end, name="steward-end"),
    re_path(r"^enterprises/(?P<uscc>[0-9A-Z]{18})/timeline/$", portrait.timeline, name="timeline"),
    re_path(r"^e/(?P<token>[A-Za-z0-9_-]{1,40})/$", portrait.code, name="code"),
    path("leader/", leader.home, name="leader"),
    path("department/", department.home, name="department"),
    path("figures/", dashboard.figures_page, name="figures"),
    path("figures/export/", dashboard.export, name="figures-export"),
    path("figures/overdue/", overdue.overdue_page, name="overdue"),
    path("figures/overdue/export/", overdue.export, name="overdue-export"),
    path("figures/overdue/others/", beside.page, name="beside"),
    path("figures/overdue/others/list/", beside.listed, name="beside-list"),
    path("figures/overdue/others/export/", beside.export, name="beside-export"),
    path("figures/classes/", classes.page, name="classes"),
    path("figures/classes/export/", classes.export, name="classes-export"),
    path("agenda/", agenda.page, name="agenda"),
    path("agenda/export/", agenda.export, name="agenda-export"),
    path("agenda/<int:pk>/", agenda.note, name="agenda-note"),
    path("board/", board.board, name="board"),
    path("board/items/", board.items, name="board-items"),
    path("admin/displays/", board.keys, name="displays"),
    path("admin/displays/<int:pk>/revoke/", board.revoke, name="display-revoke"),
    path("outbox/dead/export/", dead.export, name="dead-export"),
    path("readings/", readings.page, name="readings"),
    path("readings/export/", readings.export, name="readings-export"),
    path("search/", search.results, name="search"),
    path("search/proposed/", search.propose, name="search-proposed"),
]

if settings.DEBUG:
    from portal.desk.styleguide import styleguide

    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
