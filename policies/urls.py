"""Addresses of the room; each part names its own."""

from django.urls import include, path

urlpatterns = [
    path("policies/calculator/", include("policies.amounts.urls")),
    path("policies/claims/", include("policies.claims.urls")),
    path("policies/matches/", include("policies.matching.urls")),
    path("policies/figures/", include("policies.supervision.urls")),
    path("policies/questions/", include("policies.questions.urls")),
    path("services/", include("policies.services.urls")),
    path("policies/", include("policies.library.urls")),
]
