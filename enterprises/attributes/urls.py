from django.urls import path

from . import views

urlpatterns = [
    path("", views.attributes, name="attributes"),
    path("<slug:code>/", views.attribute, name="attribute"),
]
