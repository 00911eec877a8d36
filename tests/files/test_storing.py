"""Storing and serving: random private places, the old name on the way back, nothing a browser would open."""

import hashlib
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from csp.middleware import CSPMiddleware
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection, models
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import isolate_apps
from django.utils import timezone

from portal.files import Refused, check_count, serve, store
from portal.files.models import StoredFile
from portal.files.storing import shelf
from portal.files.tasks import clean_up, remove_strays, remove_unattached
from portal.people.actors import CLOCK
from portal.people.models import User

from .factories import HTML, PDF, picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(settings, tmp_path) -> Path:
    """Files of a test lie in its own folder."""
    default = settings.STORAGES["default"]
    own = {**default, "OPTIONS": {**default["OPTIONS"], "location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": own}
    return tmp_path


@pytest.fixture
def user() -> User:
    return User.objects.create_user("luyue", name="路越")


def contents(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())


def test_a_file_is_kept_under_a_random_name_for_its_owner_only(user, place):
    stored = store(upload("营业执照.pdf", PDF, "text/html"), by=user)

    assert (stored.name, stored.size, stored.content_type) == ("营业执照.pdf", len(PDF), "application/pdf")
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert stored.uploaded_by == user
    (path,) = contents(place)
    assert str(path.relative_to(place)) == stored.path
    assert len(stored.path) == 42
    assert "." not in stored.path
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_large_upload_from_disk_is_private_too(user, place):
    content = picture("PNG", (1200, 900))
    large = TemporaryUploadedFile("现场.png", "image/png", len(content), None)
    large.write(content)
    large.seek(0)

    stored = store(large, by=user)
    large.close()

    (path,) = contents(place)
    assert path.read_bytes() == content
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_content_twice_is_two_files(user, place):
    first, second = (store(upload("a.pdf", PDF), by=user) for _ in range(2))
    assert first.path != second.path
    assert len(contents(place)) == 2


def test_what_arrives_without_a_person_has_no_uploader():
    assert store(upload("a.pdf", PDF), by=CLOCK).uploaded_by is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.pdf", b"", "“空.pdf”是空的"),
        ("网页.pdf", HTML, "“网页.pdf”的内容不是 PDF"),
        ("发票\u202efdp.exe", b"MZ", "“发票fdp.exe”是不收的文件类型"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(user, place, name, content, said):
    with pytest.raises(Refused, match=said):
        store(upload(name, content), by=user)
    assert contents(place) == []
    assert not StoredFile.objects.exists()


def test_the_size_has_a_limit(user, settings):
    settings.FILE_MAX_BYTES = 1024 * 1024
    store(upload("a.txt", b"a" * 1024 * 1024), by=user)
    with pytest.raises(Refused, match="“大.txt”超过 1 MB：请压缩或拆成几个再传"):
        store(upload("大.txt", b"a" * (1024 * 1024 + 1)), by=user)


def test_the_number_has_a_limit(settings):
    settings.FILES_PER_SUBJECT = 10
    check_count(9, 1)
    with pytest.raises(Refused, match="最多 10 个文件"):
        check_count(9, 2)


def test_a_person_cannot_fill_the_disk(user, settings, place):
    settings.FILES_PER_DAY = 2
    aged(store(upload("a.pdf", PDF), by=user))
    for _ in range(2):
        store(upload("a.pdf", PDF), by=user)
    with pytest.raises(Refused, match="一天里已传 2 个文件"):
        store(upload("a.pdf", PDF), by=user)
    assert len(contents(place)) == 3
    store(upload("a.pdf", PDF), by=User.objects.create_user("gusheng", name="顾盛"))
    store(upload("a.pdf", PDF), by=CLOCK)


def test_there_is_nothing_to_clean_up_before_the_first_upload(place):
    place.rmdir()
    clean_up()


def test_it_is_served_as_an_attachment_under_its_chinese_name(user):
    stored = store(upload("计划书 (第2版).pdf", PDF), by=user)
    response = serve(stored)

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E8%AE%A1%E5%88%92%E4%B9%A6%20%28%E7%AC%AC2%E7%89%88%29.pdf"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(PDF))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_site_s_own_policy_does_not_replace_the_sandbox(user):
    stored = store(upload("a.pdf", PDF), by=user)
    response = CSPMiddleware(lambda request: serve(stored))(RequestFactory().get("/"))
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_content_that_is_gone_is_not_there(user, place):
    stored = store(upload("a.pdf", PDF), by=user)
    contents(place)[0].unlink()
    with pytest.raises(Http404):
        serve(stored)


def aged(stored: StoredFile, days: int = 2) -> StoredFile:
    StoredFile.objects.filter(pk=stored.pk).update(at=timezone.now() - timedelta(days=days))
    return stored


def test_what_nobody_attached_is_removed_after_a_day(user, place):
    old, fresh = aged(store(upload("a.pdf", PDF), by=user)), store(upload("b.pdf", PDF), by=user)
    clean_up()
    assert [row.pk for row in StoredFile.objects.all()] == [fresh.pk]
    assert not default_storage.exists(old.path)
    assert default_storage.exists(fresh.path)


@isolate_apps("tests.files")
def test_what_a_row_of_any_room_points_to_is_kept(user, monkeypatch):
    class Attachment(models.Model):
        file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

        class Meta:
            app_label = "files"
            db_table = "a_room_s_attachment"

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE a_room_s_attachment (id bigserial, file_id bigint) ON COMMIT DROP")
    pointing = Attachment._meta.get_field("file").remote_field
    monkeypatch.setattr(StoredFile._meta, "get_fields", lambda **options: [pointing])
    kept, lost = (aged(store(upload(f"{no}.pdf", PDF), by=user)) for no in range(2))
    Attachment.objects.create(file=kept)

    assert remove_unattached(timezone.now() - timedelta(days=1)) == 1
    assert list(StoredFile.objects.values_list("pk", flat=True)) == [kept.pk]
    assert not default_storage.exists(lost.path)


def test_contents_without_a_row_are_removed_after_a_day(user, place):
    kept = store(upload("a.pdf", PDF), by=user)
    own = place / shelf()
    stray, fresh, foreign = own / "ab" / "stray", own / "ab" / "fresh", place / "anothers" / "ab" / "file"
    for path in (stray, fresh, foreign):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PDF)
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (stray, foreign, default_storage.path(kept.path)):
        os.utime(path, (two_days_ago, two_days_ago))

    assert remove_strays(timezone.now() - timedelta(days=1)) == 1
    assert not stray.exists()
    assert fresh.exists()
    assert foreign.exists(), "another database's, with the same DATA_DIR"
    assert default_storage.exists(kept.path)
