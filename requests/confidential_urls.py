"""Addresses of confidential complaints (APP-18): filing, the unit's own place, the caller's receipt, who has read."""

from django.urls import path, re_path

from requests.views import confidential

app_name = "confidential"

urlpatterns = [
    path("complaints/new/", confidential.new, name="new"),
    path("complaints/register/", confidential.take_down, name="take-down"),
    path("complaints/reads/", confidential.reads, name="reads"),
    path("unit-questions/", confidential.unit_questions, name="unit-questions"),
    path("unit-questions/<uuid:key>/", confidential.unit_question, name="unit-question"),
    re_path(r"^complaints/receipt/(?P<token>[0-9A-Za-z_-]{24})/$", confidential.receipt, name="receipt"),
]
