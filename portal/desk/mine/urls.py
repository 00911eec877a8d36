from django.urls import path

from portal.desk.mine import reckoned, views

app_name = "mine"

urlpatterns = [
    path("deadlines/", views.deadlines, name="deadlines"),
    path("deadlines/month/", views.month, name="month"),
    path("deadlines/feed/", views.make_feed, name="feed-new"),
    path("deadlines/feed/end/", views.end_feed, name="feed-end"),
    path("feed/<str:token>/deadlines.ics", views.ics, name="feed"),
    path("tickets/<str:number>/deadlines/<int:pk>/", reckoned.page, name="reckoned"),
    path("deadlines/<slug:sort>/<int:pk>/", reckoned.clock_page, name="clock"),
]
