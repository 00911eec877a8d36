from django.urls import include, path, re_path

from . import views

app_name = "enterprises"

FIRM = r"^(?P<uscc>[0-9A-Z]{18})/"

urlpatterns = [
    path("", views.firms, name="list"),
    path("export/", views.export, name="export"),
    path("imports/", include("enterprises.imports.urls")),
    path("mine/", views.mine, name="mine"),
    re_path(FIRM + r"$", views.firm, name="detail"),
    re_path(FIRM + r"people/$", views.add_member, name="member-add"),
    re_path(FIRM + r"people/(?P<member>\d+)/end/$", views.end_member, name="member-end"),
    re_path(FIRM + r"people/(?P<member>\d+)/primary/$", views.make_primary, name="member-primary"),
    re_path(FIRM + r"people/(?P<member>\d+)/phone/$", views.show_phone, name="member-phone"),
    re_path(FIRM + r"name/$", views.change_name, name="rename"),
]
