"""docs/loop.md is what the table says."""

import re

from requests import stages
from requests.management.commands import loop


def test_the_page_is_what_the_table_says_now():
    assert loop.PAGE.read_text(encoding="utf-8") == loop.render(), "run `python manage.py loop`"


def test_every_verb_status_and_change_of_status_is_on_it():
    page = loop.render()
    for verb in stages.TRANSITIONS:
        assert re.search(rf"^\| .+ `{verb}` \| .+ \| .+ \| .+ \|$", page, re.MULTILINE)
    for status in stages.STATUSES:
        assert f"`{status}`" in page
    assert "    confirming -->|确认、没办好| handling\n" in page
    assert "    incomplete -->|补正| triaging\n" in page


def test_a_changed_table_makes_it_stale(monkeypatch):
    who = ("triager",)
    monkeypatch.setitem(stages.TRANSITIONS, "accept", ((stages.RECEIVED,), (stages.TRIAGING,), who))
    assert loop.PAGE.read_text(encoding="utf-8") != loop.render()
