"""Addresses of the room; each part names its own."""

from django.urls import include, path

urlpatterns = [
    path("inspections/whitelist/", include("inspections.whitelist.urls")),
    path("inspections/needs/", include("inspections.needs.urls")),
    path("inspections/draws/", include("inspections.draws.urls")),
    path("inspections/plans/", include("inspections.planning.urls")),
    path("inspections/agencies/", include("inspections.agencies.urls")),
    path("inspections/recording/", include("inspections.recording.urls")),
    path("inspections/rectifications/", include("inspections.rectification.urls")),
    path("inspections/figures/", include("inspections.figures.urls")),
    path("inspections/bookings/", include("inspections.bookings.urls")),
    path("inspections/", include("inspections.visits.urls")),
]
