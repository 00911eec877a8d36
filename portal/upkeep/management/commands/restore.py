"""`manage.py restore SOURCE [--replace]`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.upkeep.programs import Refused
from portal.upkeep.restore import restore


class Command(BaseCommand):
    help = "Bring a backup back into an empty database, check every file and verify the trail (SEC-9)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="a directory that `backup` made")
        parser.add_argument("--replace", action="store_true", help="lose what the database holds now")

    def handle(self, *args: Any, source: Path, replace: bool, **options: Any) -> None:
        try:
            found = restore(source, replace=replace)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for fault in found.faults:
            self.stderr.write(fault)
        if found.faults:
            raise CommandError(_("已恢复，但有 %(count)s 处与备份不符") % {"count": len(found.faults)})
        counts = {"made": found.manifest.made_at, "files": found.files, "sealed": found.sealed}
        self.stdout.write(
            _("已恢复 %(made)s 的备份：%(files)s 个文件，留痕链完好（%(sealed)s 条）。所有人需重新登录") % counts
        )
        if found.pending:
            self.stdout.write(_("程序比备份新：请接着运行 manage.py migrate"))
