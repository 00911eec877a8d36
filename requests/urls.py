"""Addresses of the loop: the firm's side under /matters/, a ticket for both under /tickets/, work under /queues/."""

from django.urls import path, re_path

from requests.api import drafts as api
from requests.views import (
    batch,
    filing,
    instructions,
    link,
    lists,
    queue_export,
    queues,
    receipt,
    registration,
    ticket,
    verbs,
)

app_name = "requests"

urlpatterns = [
    path("matters/", lists.mine, name="mine"),
    path("matters/new/", filing.new, name="file"),
    path("matters/drafts/<uuid:key>/", filing.draft, name="draft"),
    path("matters/drafts/<uuid:key>/drop/", filing.drop, name="draft-drop"),
    path("matters/drafts/<uuid:key>/save/", api.save_draft, name="draft-save"),
    path("matters/drafts/<uuid:key>/hints/", filing.hints, name="draft-hints"),
    path("matters/drafts/<uuid:key>/files/", api.upload, name="draft-upload"),
    path("matters/drafts/<uuid:key>/files/<int:pk>/", api.file, name="draft-file"),
    path("instructions/", instructions.given, name="instructions"),
    path("queues/", queues.first, name="queues"),
    path("queues/<slug:name>/", queues.queue, name="queue"),
    path("queues/<slug:name>/export/", queue_export.export, name="queue-export"),
    path("queues/<slug:name>/fresh/", queues.fresh, name="fresh"),
    path("batch/seen/", batch.mark_seen, name="batch-seen"),
    path("batch/<slug:verb>/", batch.begin, name="batch"),
    path("batch/on/<uuid:token>/", batch.go_on, name="batch-on"),
    path("undo/<uuid:token>/", batch.undo, name="undo"),
    path("tickets/", lists.tickets, name="list"),
    path("tickets/export/", lists.export, name="export"),
    path("tickets/register/", registration.register, name="register"),
    path("tickets/register/caller/", registration.caller, name="caller"),
    path("tickets/<str:number>/", ticket.page, name="ticket"),
    path("tickets/<str:number>/panel/", ticket.panel, name="panel"),
    path("tickets/<str:number>/receipt/", receipt.receipt, name="receipt"),
    path("tickets/<str:number>/files/", ticket.upload, name="upload"),
    path("tickets/<str:number>/files/<int:pk>/", ticket.download, name="download"),
    path("tickets/<str:number>/link/", link.send_again, name="link-again"),
    path("tickets/<str:number>/<slug:verb>/", verbs.do, name="verb"),
    re_path(r"^r/(?P<token>[0-9A-Za-z_-]{24})/$", link.answer, name="link"),
]
