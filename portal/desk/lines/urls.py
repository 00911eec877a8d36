from django.urls import path

from portal.desk.lines import views

app_name = "lines"

urlpatterns = [
    path("admin/lines/", views.lines, name="lines"),
    path("admin/lines/new/", views.connect, name="connect"),
    path("admin/lines/<int:pk>/", views.line, name="line"),
    path("admin/lines/<int:pk>/edit/", views.edit, name="edit"),
    path("admin/lines/<int:pk>/token/", views.rotate, name="rotate"),
    path("admin/lines/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("admin/lines/<int:pk>/push/", views.subscribe, name="subscribe"),
    path("admin/lines/<int:pk>/pushed/<int:delivery>/replay/", views.replay, name="replay"),
    path("admin/push/<int:pk>/", views.change, name="subscription"),
    path("admin/push/<int:pk>/secret/", views.renew_secret, name="renew-secret"),
    path("admin/push/<int:pk>/stop/", views.stop, name="stop"),
]
