"""Planted faults: each check of `make check` complains of what it is there for."""

import shutil
import tomllib
from pathlib import Path

import pytest

from running import checks


def complete() -> list[str]:
    """All that the contract for `portal` names."""
    tool = tomllib.loads((checks.ROOT / "pyproject.toml").read_text())["tool"]
    (contract,) = (one for one in tool["importlinter"]["contracts"] if one["name"] == "portal complete")
    return [name.strip() for layer in contract["layers"] for name in layer.split("|")]


@pytest.fixture
def tree(monkeypatch, tmp_path: Path) -> Path:
    """The rooms as empty packages with the project's own tool settings."""
    for room in (*checks.ROOMS, *checks.typed()):
        place = tmp_path / room
        package = place.parent if place.suffix == ".py" else place
        package.mkdir(parents=True, exist_ok=True)
        for folder in (package, *package.relative_to(tmp_path).parents):
            (tmp_path / folder / "__init__.py").touch()
        place.touch()
    for module in complete():
        if not (tmp_path / "portal" / module).exists():
            (tmp_path / f"portal/{module}.py").touch()
    shutil.copy(checks.ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    return tmp_path


def test_an_import_upwards(tree: Path) -> None:
    assert checks.imports() == []
    (tree / "portal/people/models.py").write_text("import portal.desk\n")
    assert any("portal.people is not allowed to import portal.desk" in line for line in checks.imports())


def test_a_room_that_no_layer_names(tree: Path) -> None:
    (tree / "portal/attic.py").touch()
    assert any("attic" in line for line in checks.imports())


def test_an_unused_import(tree: Path) -> None:
    assert checks.style() == []
    (tree / "requests/flow/intake.py").write_text("import os\n")
    assert any("F401" in line for line in checks.style())


def test_an_unformatted_file(tree: Path) -> None:
    (tree / "requests/flow/intake.py").write_text("x = {'a':1}\n")
    assert any("intake.py" in line for line in checks.style())


def test_a_file_and_a_function_that_need_a_scroll(tree: Path) -> None:
    assert checks.sizes() == []
    body = "    pass\n" * 40
    (tree / "requests/flow/intake.py").write_text(f"def short():\n{body[:-9]}\n\ndef long():\n{body}")
    (tree / "requests/flow/result.py").write_text("#\n" * 401)
    assert [line.split(" ", 1)[0] for line in checks.sizes()] == [
        "requests/flow/intake.py:43",
        "requests/flow/result.py",
    ]


def test_a_lock_that_names_a_host(tree: Path) -> None:
    (tree / "running").mkdir()
    (tree / "running/tools.txt").touch()
    (tree / "package-lock.json").write_text('{"resolved": "https://packages.example/a.tgz"}')
    assert checks.locks() == ['package-lock.json names a host: https://packages.example/a.tgz"}']


def test_the_verbs_of_every_room_are_typed() -> None:
    assert {"enterprises/flow.py", "portal/desk/accounts/flow", "requests/flow"} <= set(checks.typed())


def test_a_distribution_that_needs_the_shadowed_library(monkeypatch) -> None:
    class Distribution:
        name = "grabber"
        requires = ("requests>=2", 'requests ; extra == "net"', "requests-toolbelt", "httpx")

    monkeypatch.setattr(checks, "distributions", lambda: [Distribution])
    assert checks.distributions_needing_requests() == ["grabber needs the library `requests`"]


def test_an_unknown_check_is_named(capsys) -> None:
    assert checks.main(["stile"]) == 2
    assert "stile" in capsys.readouterr().out


def test_a_complaint_is_exit_code_1(monkeypatch, capsys) -> None:
    monkeypatch.setitem(checks.CHECKS, "style", lambda: ["a.py:1 is wrong"])
    monkeypatch.setitem(checks.CHECKS, "locks", list)
    assert checks.main(["style", "locks"]) == 1
    assert checks.main(["locks"]) == 0
    assert "a.py:1 is wrong" in capsys.readouterr().out
