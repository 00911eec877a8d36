from django.urls import path, re_path

from .views import people, subjects, town

app_name = "agencies"
urlpatterns = [
    path("", people.agencies, name="agencies"),
    path("rules/", town.rules, name="rules"),
    path("closures/", town.closures, name="closures"),
    path("closures/<int:pk>/remove/", town.closure_remove, name="closure-remove"),
    re_path(r"^closures/(?P<uscc>[0-9A-Z]{18})/$", town.closure_new, name="closure-new"),
    path("subjects/", subjects.subjects, name="subjects"),
    path("subjects/<slug:code>/", subjects.subject, name="subject"),
    path("subjects/<slug:code>/edit/", subjects.edit, name="subject-edit"),
    path("subjects/<slug:code>/checklist/", subjects.checklist, name="checklist"),
    path("inspectors/<int:pk>/", people.inspector, name="inspector"),
    path("teams/<int:pk>/", people.team, name="team"),
    path("teams/<int:pk>/away/", people.away, name="away"),
    path("away/<int:pk>/remove/", people.away_remove, name="away-remove"),
    path("<int:pk>/", people.agency, name="agency"),
    path("<int:pk>/inspectors/new/", people.inspector_new, name="inspector-new"),
    path("<int:pk>/teams/new/", people.team_new, name="team-new"),
    path("<int:pk>/subjects/new/", subjects.new, name="subject-new"),
]
