#!/usr/bin/env python
"""Django's command line for the portal. Beside `make run` it works with that portal's packages and settings."""

import contextlib
import os
import sys
from importlib.util import find_spec


def main() -> None:
    if not find_spec("django"):
        continue_in_own_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if not {"SECRET_KEY", "SECRET_KEY_FILE"} & os.environ.keys():
        take_settings_of_the_running_portal()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def continue_in_own_environment() -> None:
    """Where `make` has made one; without it the import below says what is missing."""
    from running.bootstrap import PYTHON

    if PYTHON.exists() and not sys.executable.startswith(str(PYTHON.parent)):
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def take_settings_of_the_running_portal() -> None:
    """Database, broker and key of the portal that runs from this folder, if one does and it is this user's."""
    from running.sentences import Stop
    from running.state import state

    with contextlib.suppress(Stop, PermissionError):
        os.environ |= state()["environment"]


if __name__ == "__main__":
    main()
