from datetime import date

from django.urls import path, register_converter

from portal.desk.calendar import calculator, views


class DayConverter:
    """A day as it stands in an address: 2026-11-26."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "calendar"

urlpatterns = [
    path("worktime/", calculator.calculator, name="calculator"),
    path("admin/calendar/", views.year, name="year"),
    path("admin/calendar/notice/", views.notice, name="notice"),
    path("admin/calendar/days/", views.override, name="override"),
    path("admin/calendar/days/<day:day>/lift/", views.lift, name="lift"),
    path("admin/calendar/hours/", views.hours, name="hours"),
    path("admin/calendar/hours/<int:pk>/withdraw/", views.withdraw_hours, name="hours-withdraw"),
    path("admin/following/", views.followings, name="followings"),
    path("admin/following/<int:pk>/", views.followed, name="following"),
    path("admin/following/<int:pk>/progress/", views.progress, name="following-progress"),
]
