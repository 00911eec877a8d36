"""A person's arrangement of his lists."""

from django.urls import path

from . import views

app_name = "lists"

urlpatterns = [
    path("lists/<slug:kind_>/", views.kept, name="kept"),
    path("lists/<slug:kind_>/save/", views.save, name="save"),
    path("lists/<slug:kind_>/columns/", views.choose_columns, name="columns"),
    path("lists/view/<int:pk>/change/", views.change, name="change"),
]
