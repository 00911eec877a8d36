from django.urls import path

from . import views

app_name = "outbox"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<int:pk>/", views.open_item, name="open"),
    path("inbox/read-all/", views.mark_all_read, name="read-all"),
    path("inbox/choices/", views.choices, name="choices"),
    path("inbox/channels/", views.choose_channel, name="channel"),
    path("demo/sent/", views.demo_sent, name="demo-sent"),
    path("outbox/dead/", views.dead_letters, name="dead"),
    path("outbox/dead/<slug:kind>/retry/", views.retry_all, name="retry-all"),
    path("outbox/dead/<slug:kind>/<int:pk>/retry/", views.retry, name="retry"),
    path("outbox/dead/<slug:kind>/<int:pk>/give-up/", views.give_up, name="give-up"),
]
