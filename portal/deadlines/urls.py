from django.urls import path

from portal.deadlines import views

app_name = "deadlines"

urlpatterns = [
    path("admin/put-aside/", views.put_aside, name="put-aside"),
    path("admin/put-aside/retry/", views.retry_all, name="retry-all"),
    path("admin/put-aside/<int:pk>/retry/", views.retry, name="retry"),
]
