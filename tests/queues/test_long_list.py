"""What the list of tickets keeps for a minute: the number of a long one, for whoever was told it, and its choices."""

from django.core.cache import cache

from requests.models import Ticket
from requests.views.lists import Pages
from tests.requests import factories as f


def count(open_as, who, **query) -> int:
    return open_as(who, "requests:list", **query).context["count"]


def test_the_number_of_a_long_list_is_kept_for_who_asked(town, open_as, monkeypatch):
    monkeypatch.setattr(Pages, "LONG", 0)
    f.filed(town)
    assert count(open_as, town.supervisor) == 1
    Ticket.objects.filter(pk=f.filed(town).pk).update(confidential=True)
    assert count(open_as, town.supervisor) == 1
    assert count(open_as, town.supervisor, open="1") == 2
    f.filed(town)
    assert count(open_as, town.triager) == 2  # not the confidential one, and not the supervisor's number
    cache.clear()
    assert count(open_as, town.supervisor) == 3


def test_a_short_list_is_counted_every_time(town, open_as):
    f.filed(town)
    assert count(open_as, town.supervisor) == 1
    f.filed(town)
    assert count(open_as, town.supervisor) == 2


def test_a_search_shows_the_same_whether_it_finds_few_or_many(town, open_as, monkeypatch):
    numbers = {f.filed(town, title="用电增容").number for _ in range(3)}
    f.filed(town, title="用水")

    def found() -> tuple[int, list[str]]:
        page = open_as(town.supervisor, "requests:list", q="用电").context
        return page["count"], [row.ticket.number for row in page["rows"]]

    few = found()
    assert few == (3, sorted(numbers, reverse=True))
    monkeypatch.setattr(Pages, "LONG", 2)
    assert found() == few


def test_a_renamed_department_and_category_are_there_at_once(town, open_as):
    page = open_as(town.supervisor, "requests:list")
    assert town.police.short_name in page.text
    town.police.short_name, town.category.name = "新公安", "新类别"
    town.police.save()
    town.category.save()
    page = open_as(town.supervisor, "requests:list")
    assert "新公安</option>" in page.text
    assert "新类别</option>" in page.text


def test_what_is_wrong_in_a_hidden_filter_opens_them_all(town, open_as):
    page = open_as(town.supervisor, "requests:list", stage="nonsense")
    assert 'name="handler"' in page.text
    assert 'name="filed_after"' in page.text
