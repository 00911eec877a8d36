"""What the bare machine can do, to hold the portal's pages against: hello, hello with a user, a table of rows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from requests.models import Ticket


def hello(request: HttpRequest) -> HttpResponse:
    return render(request, "hello", {"greeting": "hello"})


def hello_user(request: HttpRequest) -> HttpResponse:
    return render(request, "hello", {"greeting": request.user.name})


def table(request: HttpRequest) -> HttpResponse:
    """25 rows of 10 columns, joined, read for a signed-in user; no filter, no count, no permission."""
    joined = Ticket.objects.select_related("enterprise", "category", "lead_department", "handler")
    return render(request, "table", {"who": request.user.name, "tickets": joined[:25]})


urlpatterns = [path("hello/", hello), path("user/", hello_user), path("table/", table)]
