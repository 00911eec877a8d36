"""All addresses; each room names its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.people.urls")),
    path("", include("portal.desk.urls")),
    path("", include("portal.desk.accounts.urls")),
    path("", include("portal.outbox.urls")),
    path("enterprises/", include("enterprises.urls")),
    path("", include("requests.urls")),
]
