"""Addresses under /api/v1/: one for each verb that has a form."""

from django.urls import path

from requests.api import articles, reference, tickets
from requests.forms.verbs import FORMS

app_name = "tickets-api"

urlpatterns = [
    path("tickets/", tickets.Tickets.as_view(), name="tickets"),
    path("tickets/<slug:number>/", tickets.OneTicket.as_view(), name="ticket"),
    path("tickets/<slug:number>/timeline/", tickets.Timeline.as_view(), name="timeline"),
    path("tickets/<slug:number>/attachments/", tickets.Attachments.as_view(), name="attachments"),
    path("tickets/<slug:number>/attachments/<int:pk>/", tickets.OneAttachment.as_view(), name="attachment"),
    *(path(f"tickets/<slug:number>/{verb}/", tickets.view_of(verb), {"verb": verb}, name="verb") for verb in FORMS),
    path("articles/", articles.Articles.as_view(), name="articles"),
    path("articles/<int:pk>/", articles.OneArticle.as_view(), name="article"),
    path("categories/", reference.Categories.as_view(), name="categories"),
    path("list-items/", reference.ListItems.as_view(), name="list-items"),
    path("departments/", reference.Departments.as_view(), name="departments"),
    path("channels/", reference.Channels.as_view(), name="channels"),
    path("kinds/", reference.Kinds.as_view(), name="kinds"),
]
