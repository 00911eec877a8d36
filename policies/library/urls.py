"""Addresses of the library: the public catalogue, and the desk where policies are written."""

from django.urls import include, path

from .imports.pages import PAGES
from .views import acts, desk, keeping, public, writing

app_name = "policies"

urlpatterns = [
    path("", public.catalogue, name="catalogue"),
    path("desk/", desk.desk, name="desk"),
    path("desk/export/", desk.export, name="desk-export"),
    path("desk/imports/", include(PAGES.urls())),
    path("desk/new/", writing.new, name="new"),
    path("desk/keep/", keeping.keep, name="keep"),
    path("desk/<slug:code>/", desk.policy, name="desk-policy"),
    path("desk/<slug:code>/draft/", acts.draft, name="draft"),
    path("desk/<slug:code>/write/", writing.document, name="write"),
    path("desk/<slug:code>/write/clauses/", writing.clauses, name="write-clauses"),
    path("desk/<slug:code>/write/clauses/new/", writing.clause, name="write-clause-new"),
    path("desk/<slug:code>/write/clauses/<int:number>/", writing.clause, name="write-clause"),
    path("desk/<slug:code>/write/files/", writing.files, name="write-files"),
    path("desk/<slug:code>/preview/", writing.preview, name="preview"),
    path("desk/<slug:code>/act/<slug:verb>/", acts.act, name="act"),
    path("<slug:code>/", public.policy, name="policy"),
    path("<slug:code>/versions/<int:number>/", public.version, name="version"),
    path("<slug:code>/files/<int:pk>/", public.file, name="file"),
]
