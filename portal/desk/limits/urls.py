from django.urls import path

from portal.desk.limits import views

app_name = "limits"

urlpatterns = [
    path("admin/limits/", views.tables, name="tables"),
    path("admin/limits/tables/<slug:code>/new/", views.add, name="add"),
    path("admin/limits/rules/<int:pk>/", views.rule, name="rule"),
    path("admin/limits/rules/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("admin/limits/apply/<slug:obligation>/", views.apply, name="apply"),
    path("admin/limits/choices/new/", views.choose, name="choose"),
    path("admin/limits/choices/<int:pk>/withdraw/", views.unchoose, name="unchoose"),
    path("admin/ladders/", views.ladders, name="ladders"),
    path("admin/ladders/<slug:kind>/", views.ladder, name="ladder"),
]
