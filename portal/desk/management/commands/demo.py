from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.desk.demo.loading import load
from portal.people.demo import DEMO_BOARD, DEMO_PASSWORD, demo_roles
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime import clock
from portal.worktime.calendar import SHANGHAI

AFTERNOON = time(15, 20)  # the hour at which the town is shown on a day that is given


class Command(BaseCommand):
    help = (
        "Load the demo town: an invented 沙溪镇 with its departments, firms and two years of matters, moved by "
        "the verbs of the loop. The same arguments give the same town; where it is loaded already nothing changes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--enterprises", type=int, default=8000, help="firms (default 8000)")
        parser.add_argument("--tickets", type=int, default=764, help="matters (default 764)")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another town (default 1)")
        parser.add_argument("--today", type=date.fromisoformat, help="the town's today, YYYY-MM-DD (default: now)")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check(options)
        loaded = load(
            enterprises=options["enterprises"],
            tickets=options["tickets"],
            seed=options["seed"],
            now=moment(options["today"]),
            report=lambda percent, sentence: self.stdout.write(f"{percent:3d} %  {sentence}"),
        )
        size = f"{loaded.enterprises} 家企业，{loaded.tickets} 件诉求"
        self.stdout.write(f"演示镇已装好：{size}。" if loaded.fresh else f"演示镇早已装好，没有改动：{size}。")
        names = "、".join(demo_roles())
        self.stdout.write(f"登录名：{names}；口令都是 {DEMO_PASSWORD}")
        self.stdout.write(f"督效屏：{DEMO_BOARD}")

    def _check(self, options: dict[str, Any]) -> None:
        if not settings.DEMO:
            raise CommandError("演示账号的口令是公开的，只能装进演示环境：请设 DEMO=1。")
        if options["enterprises"] < 14 or options["tickets"] < 1:
            raise CommandError("至少要 14 家企业、1 件诉求。")
        if User.objects.exists() and not User.objects.filter(username=Role.INTAKE_CLERK).exists():
            raise CommandError("库里已有真实账号，演示镇不装进去。请换一个空库。")


def moment(today: date | None) -> datetime:
    """The town's now: the database's, or the afternoon of the day that is given, as far as it has come."""
    now = clock.now().astimezone(SHANGHAI).replace(microsecond=0)
    if today is None:
        return now
    afternoon = datetime.combine(today, AFTERNOON, SHANGHAI)
    return min(afternoon, now) if today == now.date() else afternoon
