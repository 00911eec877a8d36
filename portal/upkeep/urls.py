"""What machines ask (the middleware answers both before host names and sign-in matter), and the pages of retention."""

from django.urls import path

from . import health, metrics
from .retention import views

app_name = "upkeep"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("register/notice/", views.notice, name="notice"),
    path("admin/retention/", views.page, name="retention"),
    path("admin/retention/<slug:code>/", views.change, name="retention-change"),
]
