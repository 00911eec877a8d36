from django.urls import include, path, re_path

from . import views
from .codes import views as codes
from .facts.pages.urls import FIRM_URLS as FACTS
from .keylists import views as keylists
from .tags import views as tags

app_name = "enterprises"

FIRM = r"^(?P<uscc>[0-9A-Z]{18})/"

urlpatterns = [
    path("", views.firms, name="list"),
    path("export/", views.export, name="export"),
    path("imports/", include("enterprises.imports.urls")),
    path("attributes/", include("enterprises.attributes.urls")),
    path("criteria/", include("enterprises.criteria.urls")),
    path("data/", include("enterprises.facts.pages.urls")),
    path("key-lists/", include("enterprises.keylists.urls")),
    path("tags/", include("enterprises.tags.urls")),
    path("mine/", views.mine, name="mine"),
    re_path(FIRM + r"$", views.firm, name="detail"),
    re_path(FIRM + r"key-lists/$", keylists.firm, name="firm-key-lists"),
    *FACTS,
    re_path(FIRM + r"people/$", views.add_member, name="member-add"),
    re_path(FIRM + r"people/(?P<member>\d+)/end/$", views.end_member, name="member-end"),
    re_path(FIRM + r"people/(?P<member>\d+)/primary/$", views.make_primary, name="member-primary"),
    re_path(FIRM + r"people/(?P<member>\d+)/phone/$", views.show_phone, name="member-phone"),
    re_path(FIRM + r"tags/(?P<code>[-\w]+)/$", tags.firm, name="firm-tag"),
    re_path(FIRM + r"code/$", codes.card, name="code"),
    re_path(FIRM + r"code/renew/$", codes.renew, name="code-renew"),
    re_path(FIRM + r"name/$", views.change_name, name="rename"),
]
