"""Addresses of plans of joint visits."""

from django.urls import path

from .views import calendar, needs, plans

app_name = "planning"

urlpatterns = [
    path("", plans.plans, name="plans"),
    path("new/", plans.new, name="new"),
    path("new/waiting/", plans.waiting, name="waiting"),
    path("<slug:number>/", plans.plan, name="plan"),
    path("<slug:number>/progress/", plans.progress, name="progress"),
    path("<slug:number>/calendar/", calendar.calendar, name="calendar"),
    path("<slug:number>/export/", plans.export, name="export"),
    path("<slug:number>/needs/", needs.needs, name="needs"),
    path("<slug:number>/needs/out/", needs.take_out, name="take-out"),
    path("<slug:number>/where/", calendar.where, name="where"),
    path("<slug:number>/lock/<int:pk>/", calendar.lock, name="lock"),
    path("<slug:number>/move/", calendar.move, name="move"),
    path("<slug:number>/act/<slug:verb>/", plans.act, name="act"),
]
