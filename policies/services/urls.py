"""Addresses of professional services and of the service package."""

from django.urls import path, re_path

from .views import catalogue, orders, package

app_name = "services"

USCC = r"(?P<uscc>[0-9A-Z]{18})/"

urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("providers/new/", catalogue.add, name="provider-add"),
    path("providers/<slug:code>/", catalogue.provider, name="provider"),
    path("providers/<slug:code>/edit/", catalogue.edit, name="provider-edit"),
    path("providers/<slug:code>/end/", catalogue.end, name="provider-end"),
    path("providers/<slug:code>/relist/", catalogue.relist, name="provider-relist"),
    path("order/<slug:code>/", orders.order, name="order-new"),
    path("orders/", orders.orders, name="orders"),
    path("orders/export/", orders.export, name="orders-export"),
    path("orders/<slug:number>/", orders.one, name="order"),
    path("orders/<slug:number>/<slug:verb>/", orders.act, name="act"),
    path("package/", package.own, name="package"),
    re_path(rf"^package/{USCC}$", package.of_firm, name="package-of"),
    re_path(rf"^package/{USCC}booklet/$", package.booklet, name="booklet"),
]
