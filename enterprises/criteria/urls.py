from django.urls import path, re_path

from . import views

urlpatterns = [
    path("", views.criteria, name="criteria"),
    path("new/", views.new, name="criterion-new"),
    path("draft/", views.draft, name="criterion-draft"),
    path("<slug:code>/", views.criterion, name="criterion"),
    path("<slug:code>/firms/", views.firms, name="criterion-firms"),
    path("<slug:code>/firms/export/", views.export, name="criterion-export"),
    path("<slug:code>/edit/", views.edit, name="criterion-edit"),
    path("<slug:code>/retire/", views.retire, name="criterion-retire"),
    re_path(r"^(?P<code>[-\w]+)/(?P<uscc>[0-9A-Z]{18})/$", views.firm, name="criterion-firm"),
]
