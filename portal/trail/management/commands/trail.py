"""`manage.py trail verify [--expect HEAD]`, `trail seal`, `trail head`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.trail import seal as sealing


class Command(BaseCommand):
    help = "Verify the trail's chain (exit code 1 if a row was changed, removed or cut off), seal it, or print its end."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        verify = acts.add_parser("verify", help="recompute the whole chain")
        verify.add_argument("--expect", default="", metavar="HEAD", help="an earlier output of `trail head`")
        acts.add_parser("seal", help="seal what is committed, as the worker does every half minute")
        acts.add_parser("head", help="print the chain's end, to be kept elsewhere")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        if act == "seal":
            self.stdout.write(_("封存 %(count)s 条") % {"count": sealing.seal()})
        elif act == "head":
            self.stdout.write(sealing.head())
        else:
            self.verify(options["expect"])

    def verify(self, expect: str) -> None:
        try:
            report = sealing.verify(expect)
        except ValueError as error:
            raise CommandError(str(error)) from error
        for fault in report.faults:
            self.stderr.write(fault)
        counts = {"sealed": report.sealed, "waiting": report.waiting, "faults": len(report.faults)}
        if report.faults:
            raise CommandError(_("留痕链有 %(faults)s 处不符") % counts, returncode=1)
        self.stdout.write(_("留痕链完好:已封存 %(sealed)s 条,待封存 %(waiting)s 条") % counts)
