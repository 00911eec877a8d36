from django.urls import include, path

from .imports.pages import PAGES
from .views import generating, joining, lists, writing

app_name = "needs"
urlpatterns = [
    path("", lists.needs, name="needs"),
    path("export/", lists.export, name="export"),
    path("new/", writing.new, name="new"),
    path("generate/", generating.generate, name="generate"),
    path("imports/", include(PAGES.urls())),
    path("blocked/", lists.blocked, name="blocked"),
    path("blocked/export/", lists.blocked_export, name="blocked-export"),
    path("<slug:number>/", writing.need, name="need"),
    path("<slug:number>/edit/", writing.edit, name="edit"),
    path("<slug:number>/withdraw/", writing.withdraw, name="withdraw"),
    path("<slug:number>/join/", joining.join, name="join"),
]
