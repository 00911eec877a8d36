"""What happens by itself to common problems and articles when their time has come (APP-16, APP-17)."""

from datetime import datetime

from django.db.models import QuerySet

from portal.deadlines.timed import timed_rows
from requests import commons, flow
from requests.models import Article, CommonProblem


def late_problems(at: datetime) -> QuerySet[CommonProblem]:
    """Without a measure past their time, and nobody told of it yet."""
    waiting = CommonProblem.objects.filter(status=commons.GATHERING, reminded_at=None)
    return waiting.filter(due_at__lt=at).order_by("due_at", "pk")


def aged_articles(at: datetime) -> QuerySet[Article]:
    """Published ones whose day of review has come, and nobody told of it yet."""
    return Article.objects.ageing(at).filter(reminded_at=None).order_by("review_at", "pk")


timed_rows("requests.problems", due=late_problems, act=lambda row, at: flow.remind_owner(row, at=at))
timed_rows("requests.articles", due=aged_articles, act=lambda row, at: flow.remind_review(row, at=at))
