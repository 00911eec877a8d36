"""All addresses; each room names its own."""

from django.urls import include, path

from portal.api.views import Missing

handler500 = "portal.upkeep.failing.server_error"

urlpatterns = [  # machines' addresses first: their prefix costs the others one look
    path("api/", include("portal.api.urls")),
    path("api/v1/", include("enterprises.api")),
    path("api/v1/", include("requests.api.urls")),
    path("api/v1/", include("policies.claims.api")),
    path("api/v1/", include("inspections.needs.api")),
    path("api/v1/", include("policies.library.api")),
    path("api/<path:rest>", Missing.as_view(), name="api-missing"),
    path("open311/v2/", include("requests.open311.urls")),
    path("", include("portal.people.urls")),
    path("", include("portal.desk.urls")),
    path("", include("portal.desk.accounts.urls")),
    path("", include("portal.desk.lines.urls")),
    path("", include("portal.desk.calendar.urls")),
    path("", include("portal.desk.limits.urls")),
    path("", include("portal.desk.mine.urls")),
    path("", include("portal.desk.structure.urls")),
    path("", include("portal.outbox.urls")),
    path("", include("portal.deadlines.urls")),
    path("", include("portal.lists.urls")),
    path("", include("portal.upkeep.urls")),
    path("enterprises/", include("enterprises.urls")),
    path("", include("enterprises.joining.urls")),
    path("", include("requests.urls")),
    path("visits/", include("requests.visits.urls")),
    path("", include("policies.urls")),
    path("", include("inspections.urls")),
    path("", include("requests.confidential_urls")),
]
