"""What machines ask; the middleware answers both before host names and sign-in matter."""

from django.urls import path

from . import health, metrics

app_name = "upkeep"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
]
