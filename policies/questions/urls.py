"""Addresses of `policies.questions`."""

from django.urls import path

from . import views

app_name = "questions"

urlpatterns = [
    path("", views.answers, name="answers"),
    path("ask/<slug:code>/", views.ask, name="ask"),
    path("work/", views.work, name="work"),
    path("work/<int:pk>/", views.write, name="write"),
    path("work/<int:pk>/aside/", views.aside, name="aside"),
    path("new/<slug:code>/", views.new, name="new"),
    path("answers/<int:pk>/", views.edit, name="edit"),
    path("answers/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
