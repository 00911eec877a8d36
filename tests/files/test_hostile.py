"""Hostile workbooks are refused with a sentence, within 10 s and 300 MB (SEC-7), in a process that has no more."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from tests.files import hostile

SECONDS = 10


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Each file's answer, all read by one process."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, make in (hostile.ALL | hostile.HEAVY).items():
        (folder / f"{name}.xlsx").write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.files.reading", *map(str, sorted(folder.iterdir()))],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    found = map(json.loads, done.stdout.splitlines())
    return {answer["name"]: answer for answer in found}


@pytest.mark.parametrize("name", hostile.ALL)
def test_a_hostile_workbook_is_refused_with_a_sentence(answers, name):
    answer = answers[name]
    assert answer["said"].startswith(f"“{name}.xlsx”"), answer
    assert "请" in answer["said"]
    assert answer["seconds"] < SECONDS


@pytest.mark.parametrize("name", hostile.HEAVY)
def test_what_lies_just_inside_the_limits_costs_no_more(answers, name):
    answer = answers[name]
    assert answer["said"] == ""
    assert answer["rows"] == hostile.HEAVY_ROWS[name]
    assert answer["seconds"] < SECONDS
