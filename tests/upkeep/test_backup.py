"""Back up, destroy, restore, verify (SEC-9): and every way in which it must not go on."""

import json
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.utils import ProgrammingError

from portal.files import serve, store
from portal.files.models import StoredFile
from portal.people.actors import CLOCK
from portal.people.models import Department, User
from portal.trail import record, seal
from portal.upkeep import programs
from portal.upkeep.backup import backup
from portal.upkeep.programs import Refused
from portal.upkeep.restore import restore
from requests.models import Ticket
from tests.files.factories import PDF, upload
from tests.requests import factories as make
from tests.trail.factories import seal_all

pytestmark = pytest.mark.django_db(transaction=True)


def small(uploads: Path, count: int = 2) -> list[StoredFile]:
    """A little of everything that a backup holds: rows, sealed events, uploads."""
    office = Department.objects.create(name="乌有办", short_name="乌有办", kind="town_office")
    with transaction.atomic():
        for number in range(3):
            record("department.edited", office, by=CLOCK, at=make.MONDAY, data={"no": number})
    seal_all(3)
    return [store(upload(f"执照{number}.pdf", PDF + bytes([number])), by=CLOCK) for number in range(count)]


@pytest.fixture
def made(as_owner, uploads, tmp_path) -> Path:
    small(uploads)
    with as_owner():
        backup(tmp_path / "backup")
    return tmp_path / "backup"


def content(stored: StoredFile) -> bytes:
    return b"".join(serve(stored).streaming_content)


def test_the_rehearsal(town, as_owner, elsewhere, uploads, tmp_path) -> None:
    ticket = make.closed(town)
    kept = store(upload("执照.pdf", PDF), by=town.handler)
    seal_all(seal.verify().waiting)
    head, target = seal.head(), tmp_path / "2026-11-22"
    with as_owner():
        call_command("backup", target, stdout=StringIO())
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=target).returncode == 0

    shutil.rmtree(uploads)
    with elsewhere():
        call_command("restore", target, stdout=StringIO())
        destroy()
        assert seal.verify(head).faults
        out = StringIO()
        call_command("restore", target, replace=True, stdout=out)
        assert "留痕链完好" in out.getvalue()
        assert seal.verify(head).faults == []
    with elsewhere(owner=False):
        again = Ticket.objects.get(number=ticket.number)
        assert (again.status, again.title) == ("closed", ticket.title)
        assert content(StoredFile.objects.get(pk=kept.pk)) == PDF
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("UPDATE trail_event SET role = ''")
        make.handling(town)  # the portal goes on where it stood: numbers, rights, trail
        seal_all(seal.verify().sealed + seal.verify().waiting)
        assert seal.verify(head).faults == []


def destroy() -> None:
    """Half of a table gone, the trail tampered with, a stray table: what a bad day may leave behind."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE stray (id int)")
        cursor.execute("ALTER TABLE trail_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE trail_event SET kind = 'other' WHERE id = (SELECT min(id) FROM trail_event)")
        cursor.execute("TRUNCATE requests_ticket CASCADE")


def test_what_happens_meanwhile_is_not_in_it_by_half(as_owner, elsewhere, uploads, tmp_path, monkeypatch) -> None:
    run = subprocess.run

    def busy(command, **options):
        if "pg_dump" in str(command[0]) and "--version" not in command:
            with connection.copy().cursor() as cursor:  # somebody works on, in a transaction of his own
                cursor.execute(
                    "INSERT INTO people_department (name, short_name, kind, phone, active)"
                    " VALUES ('后来办', '后来办', 'town_office', '', true)"
                )
        return run(command, **options)

    small(uploads)
    monkeypatch.setattr(subprocess, "run", busy)
    with as_owner():
        backup(tmp_path / "backup")
        assert Department.objects.filter(name="后来办").exists()
    with elsewhere():
        assert restore(tmp_path / "backup").faults == []
        assert not Department.objects.filter(name="后来办").exists()


def test_a_backup_is_for_its_owners_eyes(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o700
    assert not list(made.parent.glob("*.half")) + list(made.parent.glob(".*.half"))


def test_nobody_stays_signed_in(made: Path, elsewhere, client) -> None:
    client.force_login(User.objects.create_user("luyue", name="路越"))
    with elsewhere():
        restore(made)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_session")
            assert cursor.fetchone() == (0,)


def test_everything_uploaded_is_a_stored_file() -> None:
    """Only those are copied; a field of files elsewhere would be left out of every backup."""
    fields = [field for model in apps.get_models() for field in model._meta.local_fields]
    assert [field for field in fields if isinstance(field, models.FileField)] == []


def test_a_file_that_the_disk_lost_is_told_and_the_rest_is_kept(as_owner, uploads, tmp_path) -> None:
    lost, kept = small(uploads)
    (uploads / lost.path).unlink()
    with as_owner(), pytest.raises(CommandError, match=f"1 个上传文件.*{lost.path}"):
        call_command("backup", tmp_path / "backup", stdout=StringIO())
    assert json.loads((tmp_path / "backup/manifest.json").read_text())["missing"] == [lost.path]
    assert (tmp_path / "backup/files" / kept.path).read_bytes() == PDF + b"\1"


def test_a_target_that_exists_is_not_touched(as_owner, tmp_path) -> None:
    (tmp_path / "backup").mkdir()
    with as_owner(), pytest.raises(Refused, match="已经存在"):
        backup(tmp_path / "backup")


def test_a_backup_that_fails_leaves_nothing(as_owner, uploads, tmp_path, monkeypatch) -> None:
    def full(*args, **kwargs) -> None:
        raise OSError(28, "No space left on device")

    small(uploads)
    monkeypatch.setattr("portal.upkeep.backup._copy", full)
    with as_owner(), pytest.raises(Refused, match="No space left on device"):
        backup(tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == ["uploads"]


def test_a_place_that_does_not_exist_is_a_sentence(as_owner, tmp_path) -> None:
    with as_owner(), pytest.raises(Refused, match="备份写不进"):
        backup(tmp_path / "no/where")


def test_what_pg_dump_says_is_told(tmp_path) -> None:
    """The application's role may not read everything (here the tests' own schema)."""
    with pytest.raises(Refused, match="pg_dump 没有做成：.*permission denied"):
        backup(tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def damage(made: Path, what: str) -> None:
    upload = next(path for path in (made / "files").rglob("*") if path.is_file())
    if what == "manifest":
        (made / "manifest.json").unlink()
    elif what == "half a manifest":
        (made / "manifest.json").write_text('{"format": 1, "sums": ')
    elif what == "later format":
        (made / "manifest.json").write_text('{"format": 2}')
    elif what == "sums":
        (made / "SHA256SUMS").write_text("")
    elif what == "dump":
        (made / "database.dump").write_bytes((made / "database.dump").read_bytes()[:-9])
    elif what == "upload":
        upload.write_bytes(b"x")
    else:
        upload.unlink()


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("manifest", "不是完整的备份"),
        ("half a manifest", "不是完整的备份"),
        ("later format", "另一个版本的格式"),
        ("sums", "SHA256SUMS 与清单不符"),
        ("dump", "database.dump 的内容变了"),
        ("upload", "的内容变了"),
        ("no upload", "备份不完整：缺 files/"),
    ],
)
def test_a_damaged_backup_changes_nothing(made: Path, uploads, what: str, sentence: str) -> None:
    damage(made, what)
    shutil.rmtree(uploads)
    with pytest.raises(Refused, match=sentence):
        restore(made)
    assert not uploads.exists()


def test_a_backup_that_points_out_of_itself(made: Path, tmp_path) -> None:
    from portal.upkeep.manifest import Manifest

    (tmp_path / "passwd").write_text("x")
    with (made / "SHA256SUMS").open("a") as sums:
        sums.write("0" * 64 + "  ../passwd\n")
    Manifest.read(made).write(made)
    with pytest.raises(Refused, match="../passwd 不在备份里"):
        restore(made)


def test_a_database_in_use_is_not_overwritten(made: Path, as_owner, uploads) -> None:
    with as_owner():
        with pytest.raises(Refused, match="--replace"):
            restore(made)
        other = connection.copy()
        other.ensure_connection()
        with pytest.raises(Refused, match=r"还有 \d+ 个程序连着"):
            restore(made, replace=True)
        other.close()
    assert Department.objects.filter(name="乌有办").exists()


def change(made: Path, **values) -> None:
    manifest = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps(manifest | values))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"application": "other"}, "请用同名的角色"),
        ({"server": 99}, "不能恢复到更旧的版本"),
        ({"migrations": ["requests.0999_later"]}, "requests.0999_later.*先升级程序"),
    ],
)
def test_a_backup_that_does_not_fit_here(made: Path, elsewhere, values: dict, sentence: str) -> None:
    change(made, **values)
    with elsewhere(), pytest.raises(Refused, match=sentence):
        restore(made)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"privileges": "other"}, "权限与备份时不同"),
        ({"head": "1:" + "0" * 64}, "不在链上"),
        ({"rows": {"people_user": 7}}, "people_user 应有 7 行"),
    ],
)
def test_what_came_back_different_is_told(made: Path, elsewhere, values: dict, sentence: str) -> None:
    change(made, **values)
    stderr = StringIO()
    with elsewhere(), pytest.raises(CommandError, match="与备份不符"):
        call_command("restore", made, stdout=StringIO(), stderr=stderr)
    assert any(sentence.split(".*")[0] in line for line in stderr.getvalue().splitlines())


def test_a_restore_that_fails_halfway_changes_nothing(made: Path, elsewhere, monkeypatch) -> None:
    def broken(lines, old: bool) -> list[bytes]:
        return [*list(lines)[:-400], b"nonsense;\n"]

    with elsewhere():
        restore(made)
        monkeypatch.setattr("portal.upkeep.restore._statements", broken)
        with pytest.raises(Refused, match="仍是原来的样子：.*nonsense"):
            restore(made, replace=True)
        assert Department.objects.filter(name="乌有办").exists()
        assert seal.verify().faults == []


def test_a_dump_that_ends_in_the_middle_changes_nothing(made: Path, elsewhere, tmp_path, monkeypatch) -> None:
    """An end of input counts as the end of a table for psql, so it must not come to that."""
    half = tmp_path / "bin"
    half.mkdir()
    place = programs.folder("pg_restore", "psql")
    (half / "psql").symlink_to(place / "psql")
    (half / "pg_restore").write_text(
        f'#!/bin/sh\n"{place}/pg_restore" "$@" | sed "/^COPY public.trail_event/q"; exit 1\n'
    )
    (half / "pg_restore").chmod(0o755)
    with elsewhere():
        monkeypatch.setattr("portal.upkeep.programs.folder", lambda *names: half)
        with pytest.raises(Refused, match="仍是原来的样子"):
            restore(made)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("there", "sentence"), [(None, "找不到 pg_dump"), ("12.3", "数据库是 PostgreSQL \\d+，这里的 pg_dump 是 12")]
)
def test_a_missing_or_older_program_is_named(tmp_path, monkeypatch, there: str | None, sentence: str) -> None:
    if there:
        (tmp_path / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {there} (Debian {there}-1)'\n")
        (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Refused, match=sentence):
        programs.folder("pg_dump")


def test_the_password_is_in_no_command_line() -> None:
    environment = programs.environment()
    assert environment["PGPASSWORD"] == connection.settings_dict["PASSWORD"]
    assert environment["PGDATABASE"] == connection.settings_dict["NAME"]
