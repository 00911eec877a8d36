from django.urls import path

from requests.open311 import views

app_name = "open311"

urlpatterns = [
    path("discovery.<slug:format>", views.Discovery.as_view(), name="discovery"),
    path("services.<slug:format>", views.Services.as_view(), name="services"),
    path("services/<slug:code>.<slug:format>", views.Service.as_view(), name="service"),
    path("requests.<slug:format>", views.Requests.as_view(), name="requests"),
    path("requests/<slug:number>.<slug:format>", views.OneRequest.as_view(), name="request"),
    path("tokens/<slug:number>.<slug:format>", views.Token.as_view(), name="token"),
]
