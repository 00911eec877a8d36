"""The services a run needs and the environment its programs get; shared by `make run` and `make test`."""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from running import place
from running.postgres import APPLICATION, OWNER, Postgres
from running.processes import Children
from running.sentences import Stop, say
from running.valkey import Valkey

SECRETS = ("secret_key", "postgres", OWNER, APPLICATION, "valkey")


@dataclass
class Stack:
    """PostgreSQL and Valkey, embedded unless `DATABASE_URL` / `REDIS_URL` name others, and what programs must know."""

    children: Children
    logs: Path
    throwaway: Path | None = None  # for tests: a temporary directory that holds everything
    durable: bool = False  # with the safety of service all the same
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    data: list[Path] = field(default_factory=list)  # where the embedded servers keep theirs, for the person to know

    def start(self) -> dict[str, str]:
        """Starts what is needed and returns the environment of every program of the portal."""
        self.logs.mkdir(parents=True, exist_ok=True)
        kept = self._secrets()
        environment = self.environment
        environment.setdefault("SECRET_KEY", kept["secret_key"])
        environment.setdefault("DEMO", "1")
        environment.setdefault("DATA_DIR", str(self.throwaway or place.VAR))
        environment["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        environment["PYTHONUNBUFFERED"] = "1"
        read_files(environment)
        if self._embedded("DATABASE_URL"):
            database = self._postgres(kept)
            environment["DATABASE_URL"] = database.url(APPLICATION)
            environment["DATABASE_OWNER_URL"] = database.url(OWNER)
        else:
            check_databases(environment)
        if self._embedded("REDIS_URL"):
            environment["REDIS_URL"] = self._valkey(kept).url
        else:
            check_broker(environment)
        say("PostgreSQL and Valkey are up.")
        return environment

    def _embedded(self, name: str) -> bool:
        return bool(self.throwaway) or not self.environment.get(name)

    def _postgres(self, kept: dict[str, str]) -> Postgres:
        account = place.unprivileged()
        if self.throwaway:
            home = place.own(self.throwaway / "postgres", account)
        else:
            home = place.data_directory("postgres", account)
        database = Postgres(home, account, kept, self._log("postgres"), bool(self.throwaway) and not self.durable)
        self.data.append(home)
        database.start(self.children)
        return database

    def _valkey(self, kept: dict[str, str]) -> Valkey:
        home = (self.throwaway or place.VAR) / "valkey"
        valkey = Valkey(home, kept["valkey"], self._log("valkey"), bool(self.throwaway))
        valkey.start(self.children)
        return valkey

    def _log(self, name: str) -> Path:
        """A fresh log; the one of the run before stays beside it."""
        path = self.logs / f"{name}.log"
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        path.touch(mode=0o600)
        return path

    def _secrets(self) -> dict[str, str]:
        """Generated once and kept readable for the owner only; a test's are thrown away with it."""
        path = (self.throwaway or place.VAR) / "secrets.json"
        kept = json.loads(path.read_text()) if path.exists() else {}
        if missing := [name for name in SECRETS if name not in kept]:
            kept |= {name: secrets.token_urlsafe(50 if name == "secret_key" else 24) for name in missing}
            write_private(path, json.dumps(kept, indent=1))
        return kept


def read_files(environment: dict[str, str]) -> None:
    """An address in a file (`DATABASE_URL_FILE`) counts like one that is given at once, as the settings read both."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        if file := environment.pop(f"{name}_FILE", ""):
            environment[name] = Path(file).read_text(encoding="utf-8").strip()


def write_private(path: Path, text: str) -> None:
    """Writes a file that only this user reads, all of it or nothing."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    half.replace(path)


def check_databases(environment: dict[str, str]) -> None:
    """Says in one sentence which of the given databases does not answer, before a program shows a stack of errors."""
    import psycopg2

    for name in ("DATABASE_OWNER_URL", "DATABASE_URL"):
        if name in environment:
            try:
                psycopg2.connect(environment[name], connect_timeout=5).close()
            except psycopg2.Error as error:
                raise Stop(f"{name} does not answer: {str(error).strip()}") from error


def check_broker(environment: dict[str, str]) -> None:
    """The same for a given Valkey or Redis; its client takes half a second to load, so only then."""
    import redis

    try:
        connection = redis.Redis.from_url(environment["REDIS_URL"], socket_connect_timeout=5)
        connection.ping()
        connection.close()
    except (redis.RedisError, ValueError) as error:
        raise Stop(f"REDIS_URL does not answer: {error}") from error
