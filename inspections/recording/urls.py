"""Addresses of the record; what works without a network lies below one of them (the scope of its worker)."""

from django.urls import path

from .views import filling, reading

app_name = "recording"

urlpatterns = [
    path("", filling.mine, name="mine"),
    path("worker.js", filling.worker, name="worker"),
    path("photos/<uuid:key>/", reading.photo, name="photo"),
    path("amended/<uuid:key>/", reading.amended, name="amended"),
    path("signatures/<int:pk>/", reading.signature, name="signature"),
    path("<int:part>/", filling.form, name="form"),
    path("<int:part>/draft/", filling.draft, name="draft"),
    path("<int:part>/photos/", filling.photos, name="photos"),
    path("<int:part>/send/", filling.send, name="send"),
    path("<int:part>/record/", reading.record, name="record"),
    path("<int:part>/amend/", reading.amend, name="amend"),
    path("<int:part>/paper/", reading.paper, name="paper"),
    path("<int:part>/paper.docx", reading.word, name="paper-word"),
]
