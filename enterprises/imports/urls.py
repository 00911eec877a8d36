from django.urls import path

from . import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("<int:pk>/", views.show, name="import"),
    path("<int:pk>/columns/", views.columns, name="import-columns"),
    path("<int:pk>/apply/", views.apply, name="import-apply"),
    path("<int:pk>/undo/", views.undo, name="import-undo"),
    path("<int:pk>/drop/", views.drop, name="import-drop"),
    path("<int:pk>/progress/", views.progress, name="import-progress"),
    path("<int:pk>/export/", views.export, name="import-export"),
]
