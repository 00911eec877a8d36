"""What is allowed and yet hardly meant: asked before a version is submitted and before it is approved (POL-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from ..amounts.words import money
from ..models import PolicyVersion
from .content import most_of

HUGE = Decimal(10_000_000)  # 元 for one firm by one clause of a town: a sum typed in 元 where 万元 is asked looks so
FAR, LONG = timedelta(days=366), timedelta(days=3660)


def doubts(version: PolicyVersion, today: date) -> list[str]:
    """A sentence for each; none of them hinders."""
    return [*_of_days(version, today), *_of_sums(version)]


def _of_days(version: PolicyVersion, today: date) -> Iterator[str]:
    if version.effective_on < today - FAR:
        yield _("这一版的生效日期是 %(day)s，早已过去，请核对年份。") % {"day": version.effective_on.isoformat()}
    if version.valid_from < today - LONG:
        yield _("有效期从 %(day)s 开始，已过十年，请核对年份。") % {"day": version.valid_from.isoformat()}
    if version.issued_on is not None and version.issued_on > today + FAR:
        yield _("发文日期是 %(day)s，还很远，请核对年份。") % {"day": version.issued_on.isoformat()}
    if version.effective_on > today + FAR:
        yield _("这一版要到 %(day)s 才生效，请核对年份。") % {"day": version.effective_on.isoformat()}
    if version.valid_from > today + FAR:
        yield _("有效期从 %(day)s 才开始，请核对年份。") % {"day": version.valid_from.isoformat()}
    if version.valid_to is not None and version.valid_to > today + LONG:
        yield _("有效期到 %(day)s，超过十年，请核对年份。") % {"day": version.valid_to.isoformat()}


def _of_sums(version: PolicyVersion) -> Iterator[str]:
    for row in version.clauses_in_order:
        if (most := most_of(row.formula)) is not None and most > HUGE:
            told = {"number": row.clause.number, "sum": money(most)}
            yield _("第 %(number)s 条一家最高 %(sum)s。表单里的金额按万元填，请核对是不是多写了零。") % told
