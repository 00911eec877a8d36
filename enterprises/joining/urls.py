"""Coming to act for a firm: /register/ for the person, /join/ for an invitation, /registrations/ for who decides."""

from django.urls import path, re_path

from . import office, views

app_name = "joining"

urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/code/", views.code, name="code"),
    path("register/firm/", views.firm, name="firm"),
    path("register/firm/look/", views.look, name="look"),
    path("register/mine/", views.mine, name="mine"),
    path("register/mine/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    re_path(r"^join/(?P<token>[0-9A-Za-z_-]{24})/$", views.accept, name="accept"),
    path("registrations/", office.queue, name="queue"),
    path("registrations/<int:pk>/", office.detail, name="request"),
    path("registrations/<int:pk>/approve/", office.approve, name="approve"),
    path("registrations/<int:pk>/refuse/", office.refuse, name="refuse"),
    path("registrations/<int:pk>/papers/<int:file>/", office.paper, name="paper"),
    re_path(r"^enterprises/(?P<uscc>[0-9A-Z]{18})/invitations/$", office.invite, name="invite"),
    re_path(r"^enterprises/(?P<uscc>[0-9A-Z]{18})/invitations/(?P<pk>\d+)/revoke/$", office.revoke, name="revoke"),
]
