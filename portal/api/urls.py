from django.urls import path

from portal.api import views

app_name = "api"

urlpatterns = [
    path("v1/schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", views.docs, name="docs"),
]
