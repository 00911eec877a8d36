"""Limits that every process works under, whatever room it is in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

DAY = 24 * 60


def shortest_wait(schedule: float | crontab) -> float:
    """Seconds between two ticks; of a crontab, the least that a day's clock times leave."""
    if not isinstance(schedule, crontab):
        return schedule
    minutes = sorted(60 * hour + minute for hour in schedule.hour for minute in schedule.minute)
    return 60 * min(after - before for before, after in zip(minutes, [*minutes[1:], minutes[0] + DAY], strict=True))


@pytest.mark.parametrize("name", settings.CELERY_BEAT_SCHEDULE)
def test_a_tick_is_worth_nothing_when_the_next_one_comes(name):
    """A worker that was down over a weekend finds no queue of ticks, and no state is in the broker (design)."""
    tick = settings.CELERY_BEAT_SCHEDULE[name]
    assert 0 < tick["options"]["expires"] <= shortest_wait(tick["schedule"])


def test_the_waits_of_a_crontab_are_reckoned_over_midnight():
    assert shortest_wait(crontab(minute="30,40", hour="8")) == 600
    assert shortest_wait(crontab(minute="20", hour="3")) == DAY * 60
    assert shortest_wait(crontab(minute="0,55", hour="0,23")) == 300


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["lock_timeout", "idle_in_transaction_session_timeout"])
def test_nobody_waits_or_is_waited_for_without_end(limit):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [limit])
        assert cursor.fetchone()[0] not in {"0", ""}


def test_static_files_are_readable_for_others_and_uploads_for_nobody_else(tmp_path: Path):
    """The image collects as root and serves as an account of its own."""
    before = os.umask(0o022)
    try:
        static = StaticFilesStorage(location=tmp_path / "var/static", base_url="/static/")
        page = tmp_path / "var/static" / static.save("css/page.css", ContentFile("a{}"))
        uploads = type(storages["default"])(
            **settings.STORAGES["default"]["OPTIONS"] | {"location": tmp_path / "files"}
        )
        upload = tmp_path / "files" / uploads.save("ab/cd", ContentFile("x"))
    finally:
        os.umask(before)
    assert page.stat().st_mode & 0o044 == 0o044
    assert all(folder.stat().st_mode & 0o055 == 0o055 for folder in (page.parent, *page.parents[1:3]))
    assert (upload.stat().st_mode & 0o077, upload.parent.stat().st_mode & 0o077) == (0, 0)


def test_a_gateway_without_its_secret_stops_the_start():
    given = {"WEBHOOK_URL": "https://gateway.example/", "WEBHOOK_SECRET": ""}
    command = [sys.executable, "-c", "import portal.settings"]
    started = subprocess.run(
        command, env={**os.environ, **given}, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert "WEBHOOK_URL needs WEBHOOK_SECRET" in started.stderr
