from django.urls import path

from . import views

urlpatterns = [
    path("", views.tags, name="tags"),
    path("add/", views.add, name="tag-add"),
    path("<slug:code>/end/", views.end, name="tag-end"),
]
