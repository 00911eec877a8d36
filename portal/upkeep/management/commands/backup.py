"""`manage.py backup TARGET`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.upkeep.backup import backup
from portal.upkeep.programs import Refused


class Command(BaseCommand):
    help = "Write database and uploads into a new directory, while the portal goes on working (SEC-9)."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="the directory to make, such as /backups/2026-11-22")

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        try:
            made = backup(target)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        counts = {"target": target, "rows": sum(made.rows.values()), "head": made.head}
        self.stdout.write(_("备份在 %(target)s：%(rows)s 行，链尾 %(head)s") % counts)
        if made.missing:
            named = {"count": len(made.missing), "first": made.missing[0]}
            raise CommandError(
                _("备份写完了，但有 %(count)s 个上传文件在磁盘上缺失或已变（如 %(first)s），已记在清单里") % named
            )
