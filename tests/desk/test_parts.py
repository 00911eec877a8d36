"""The parts of pages: what they say, in both languages, to those who see them and to those who hear them."""

import re
from datetime import date, datetime
from itertools import pairwise

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from portal.desk.parts import charts, fields, line
from portal.desk.styleguide import SampleDeadline, journey
from portal.people.masks import grouped, mask_name, mask_phone
from portal.worktime import words
from portal.worktime.calendar import calendar
from portal.worktime.limits import Remaining

MONDAY = "2026-11-23 15:20"  # the day of the pictures


def shown(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.fixture
def monday(at):
    with time_machine.travel(at(MONDAY), tick=False):
        yield at(MONDAY)


# Dates and spans ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "value", "chinese", "english"),
    [
        ("{{ v|by_when }}", "2026-11-24 17:00", "11月24日(周二)17:00 前", "by Tue 24 Nov, 17:00"),
        ("{{ v|by_when }}", "2027-01-04 17:00", "2027年1月4日(周一)17:00 前", "by Mon 4 Jan 2027, 17:00"),
        ("{{ v|by_when }}", "2026-11-25 00:00", "11月24日(周二)24:00 前", "by the end of Tue 24 Nov"),
        ("{{ v|by_when }}", "2027-01-01 00:00", "12月31日(周四)24:00 前", "by the end of Thu 31 Dec"),
        ("{{ v|day }}", "2026-11-24 00:30", "11月24日(周二)", "Tue 24 Nov"),
        ('{{ v|day:"short" }}', "2026-11-24 17:00", "11月24日", "24 Nov"),
        ("{{ v|moment }}", "2026-11-23 11:05", "今天 11:05", "today 11:05"),
        ("{{ v|moment }}", "2026-11-20 17:00", "11月20日 17:00", "20 Nov, 17:00"),
        ("{{ v|moment }}", "2025-11-20 17:00", "2025年11月20日 17:00", "20 Nov 2025, 17:00"),
    ],
)
def test_dates_are_said_in_one_piece(monday, at, source, value, chinese, english):
    for language, said in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert shown(source, v=at(value)) == f'<span class="sx-date">{said}</span>'


def test_a_date_is_the_day_of_the_town_whatever_zone_it_is_stored_in(monday):
    assert words.day(datetime.fromisoformat("2026-11-23T16:30:00+00:00")) == "11月24日(周二)"
    assert words.day(date(2026, 11, 24)) == "11月24日(周二)"


@pytest.mark.parametrize("source", ["{{ v|by_when }}", "{{ v|day }}", "{{ v|moment }}", "{{ v|span }}"])
def test_no_date_is_nothing(source):
    assert shown(source, v=None) == ""


@pytest.mark.parametrize(
    ("remaining", "said"),
    [
        (Remaining(2, 900, False), "还剩 2 个工作日"),
        (Remaining(0, 100, False), "还剩 1 小时 40 分"),
        (Remaining(0, 45, False), "还剩 45 分钟"),
        (Remaining(0, 180, False), "还剩 3 小时"),
        (Remaining(0, 0, False), "马上到期"),
        (Remaining(0, 0, True), "超期"),
        (Remaining(0, 320, True), "超期 5 小时 20 分"),
        (Remaining(6, 2840, True), "超期 6 个工作日"),
    ],
)
def test_what_is_left_is_said_in_days_else_in_hours(remaining, said):
    assert words.left(remaining) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("due", "now", "said"),
    [
        ("2026-11-23 09:30", "2026-11-22 18:51", "明天 09:30 前"),
        ("2026-11-23 09:30", "2026-11-20 16:55", "周一 09:30 前"),
        ("2026-11-23 17:00", "2026-11-20 16:55", "还剩 1 个工作日"),
        ("2026-11-23 09:30", "2026-11-23 09:05", "还剩 25 分钟"),
    ],
)
def test_what_is_due_early_on_the_next_working_day_is_no_working_day(at, due, now, said):
    remaining = calendar().remaining(at(now), at(due))
    assert words.near(remaining, at(due), today=at(now).date()) == said


# Due ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("light", "due_at", "shape", "said"),
    [
        ("green", "2026-12-03 17:00", "is-go", "还剩 8 个工作日"),
        ("yellow", "2026-11-23 17:00", "is-warn", "还剩 1 小时 40 分"),
        ("red", "2026-11-20 17:00", "is-late", "超期 5 小时 20 分"),
        ("red", "2026-11-12 17:00", "is-late", "超期 6 个工作日"),
        ("met", "2026-11-20 17:00", "is-met", "按时办结"),
        ("met_late", "2026-11-20 17:00", "is-met", "超期办结"),
        ("paused", "2026-11-20 17:00", "is-paused", "暂停"),
        ("cancelled", "2026-11-20 17:00", "is-off", "不再计时"),
    ],
)
def test_shape_and_words_say_the_same(at, light, due_at, shape, said):
    badge = shown("{% due d %}", d=SampleDeadline(light, at(due_at)), now=at(MONDAY))
    assert f'class="sx-due {shape}"' in badge
    assert f"<b>{said}</b>" in badge


@pytest.mark.django_db
def test_the_date_is_always_within_reach(at):
    deadline = SampleDeadline("yellow", at("2026-11-24 17:00"), provisional=True)
    short = shown("{% due d %}", d=deadline, now=at(MONDAY))
    assert 'title="11月24日(周二)17:00 前"' in short
    assert short.count("暂定") == 1  # DL-2, also where the date is not written out
    full = shown('{% due d with_date=True act="确认" %}', d=deadline, now=at(MONDAY))
    assert '<span class="sx-date">11月24日(周二)17:00 前</span>确认' in full
    assert full.count("暂定") == 1  # DL-2: no State Council notice for that year yet
    for light in ("met", "met_late", "cancelled"):
        over = SampleDeadline(light, at("2026-11-24 17:00"), provisional=True)
        assert "暂定" not in shown("{% due d with_date=True %}", d=over, now=at(MONDAY))


@pytest.mark.django_db
def test_a_badge_speaks_the_language_of_the_page(at):
    deadline = SampleDeadline("yellow", at("2026-11-24 17:00"))
    for language, said in (("zh-hans", "11月24日(周二)17:00 前"), ("en", "by Tue 24 Nov, 17:00")):
        with translation.override(language):
            assert f'title="{said}"' in shown("{% due d %}", d=deadline, now=at(MONDAY))


def test_no_deadline_is_nothing():
    assert shown("{% due d %}", d=None) == ""


# The line -------------------------------------------------------------------------------------------------------


def test_a_row_is_told_by_shape_and_in_words():
    row = line.draw(journey(3, been=(4,), branches=[("b-43", "退回")]), "row")
    assert re.findall(r'<i(?: class="(.)")?>', row) == ["d", "d", "h", "b", "", ""]
    assert '<u class="b-43">' in row
    assert 'role="img" aria-label="现在流转，第 3 站，共 6 站"' in row


def test_rows_of_one_shape_are_drawn_once():
    line._row.cache_clear()
    drawn = [line.draw(journey(2), "row") for _ in range(25)]
    assert len(set(drawn)) == 1
    assert line._row.cache_info().misses == 1


def test_the_full_line_names_where_it_is_and_that_it_is_late():
    full = line.draw(journey(4, late=True, been=(5,), branches=[("b-54", "企业有异议")]))
    assert full.count("<li") == 7
    assert 'class="sx-stn is-here is-late" aria-current="step"' in full
    assert "（已超期）" in full
    assert 'class="sx-stn is-ahead is-been"' in full
    assert "企业有异议" in full


def test_a_line_without_a_return_needs_no_room_for_arcs():
    assert "is-straight" in line.draw(journey(4))
    assert "is-straight" not in line.draw(journey(4, branches=[("b-43", "退回")]))


def test_of_two_arcs_over_the_same_track_the_wider_stands_higher():
    both = line.draw(journey(4, branches=[("b-54", "没办好"), ("b-64", "二次交办"), ("b-43", "退回")]), "mid")
    assert 'class="sx-branch b-54 is-inner"' in both
    assert 'class="sx-branch b-64 is-outer"' in both
    assert 'class="sx-branch b-43"' in both


def test_words_from_outside_are_escaped():
    hostile = "<script>alert(1)</script>"
    for size in ("full", "mid", "row"):
        drawn = line.draw(journey(1, label=hostile, branches=[("b-43", hostile)]), size)
        assert "<script" not in drawn
    assert "<script" not in charts.bars([{"label": hostile, "value": 1}])
    assert "<script" not in shown("{% figure label value %}", label=hostile, value=hostile)


# Figures ------------------------------------------------------------------------------------------------------


def test_every_bar_says_its_numbers_and_leads_to_its_list():
    drawn = charts.bars([{"label": "住建办", "value": 31, "late": 2, "url": "/a/", "late_url": "/b/"}], unit=" 件")
    assert '<a href="/a/">住建办</a>' in drawn
    assert '<a href="/b/">超期 2</a>' in drawn
    assert '<span class="sx-vh">31 件</span>' in drawn


def test_one_bar_is_the_subject():
    items = [{"label": "a", "value": 9}, {"label": "b", "value": 3}]
    assert charts.bars(items).count('class="bar"') == 1
    named = charts.bars([items[0], items[1] | {"subject": True}])
    assert re.findall(r'class="(bar|soft)"', named) == ["soft", "bar"]


@pytest.mark.parametrize("values", [[0, 0], [5], [1, 1, 1], [-3, 2]])
def test_a_trend_stands_for_any_numbers(values):
    drawn = charts.trend([(str(n), value) for n, value in enumerate(values)], goal=1)
    heights = [float(y) for y in re.findall(r'y[12]="([-\d.]+)"', drawn)]
    assert all(0 <= y <= charts.TREND_BASE for y in heights)


@pytest.mark.parametrize(
    "values",
    [[94, 94.5, 95, 99], [97, 96, 95.5, 95.2], [96, 96, 96], [90, 94.8, 95], [100, 94, 100]],
)
def test_the_goals_words_stand_clear_of_the_line(values):
    """Of the line itself, not only of its points: it may fall through the words between two of them."""
    drawn = charts.trend([(str(n), value) for n, value in enumerate(values)], goal=95, unit="%")
    x, y, anchor = re.search(
        r'<text class="s over" x="([\d.]+)%" y="([-\d.]+)" text-anchor="(\w+)">目标', drawn
    ).groups()
    left = float(x) - (18 if anchor == "end" else 0)  # the words take 18 per cent of a narrow tile
    lines = re.findall(r'class="ln" x1="([\d.]+)%" y1="([-\d.]+)" x2="([\d.]+)%" y2="([-\d.]+)"', drawn)
    for a, b, c, d in [map(float, one) for one in lines]:
        for step in range(33):
            at, height = a + (c - a) * step / 32, b + (d - b) * step / 32
            assert not (left < at < left + 18 and float(y) - 10 < height < float(y) + 2), (at, height, y)
    assert drawn.index("目标", drawn.index("</title>")) > drawn.rindex(
        'class="ln"'
    )  # and over it, where there is no room


def test_nothing_to_draw_is_nothing():
    assert charts.bars([]) == charts.trend([]) == charts.shares([{"label": "a", "value": 0}]) == ""


def test_labels_of_narrow_parts_do_not_touch():
    places = charts._spread([0.0, 97.0, 98.0, 99.0])
    assert all(b - a >= charts.SHARE_LABEL for a, b in pairwise(places))
    assert places[-1] <= 100 - charts.SHARE_LABEL


# Forms ----------------------------------------------------------------------------------------------------------


class Filing(forms.Form):
    text = forms.CharField(label="遇到了什么事", widget=forms.Textarea, help_text="写清楚地点")
    kind = forms.ChoiceField(label="类型", choices=[("a", "咨询"), ("b", "协调")], widget=forms.RadioSelect)
    note = forms.CharField(label="补充", required=False)
    agreed = forms.BooleanField(label="同意", required=False)


def test_a_field_is_joined_to_its_hint_and_its_error():
    control = shown("{% field form.text rows=3 %}", form=Filing({}))
    assert 'aria-describedby="id_text_helptext id_text_error"' in control
    assert 'aria-invalid="true"' in control
    assert 'id="id_text_error"' in control
    assert 'id="id_text_helptext">写清楚地点' in control
    assert 'rows="3"' in control
    assert '<label class="sx-label" for="id_text">' in control


def test_what_may_be_left_out_says_so():
    assert "可以不填" in shown("{% field form.note %}", form=Filing())
    assert "可以不填" not in shown("{% field form.text %}", form=Filing())


def test_choices_are_a_group_with_a_name():
    group = shown("{% field form.kind %}", form=Filing({"kind": "b"}))
    assert "<fieldset" in group
    assert '<legend class="sx-label">类型' in group
    assert group.count('type="radio"') == 2
    assert re.search(r'value="b"[^>]*checked', group)


def test_a_tick_box_stands_before_its_words():
    assert re.search(r"<input[^>]*checkbox[^>]*><span>同意</span>", shown("{% field form.agreed %}", form=Filing()))


def test_the_summary_leads_to_every_field():
    summary = shown("{% errors form %}", form=Filing({}))
    assert "还有 2 处要改" in summary
    assert 'href="#id_text"' in summary
    assert 'href="#id_kind_0"' in summary  # the first choice: the group itself cannot be focused
    assert "遇到了什么事：" in summary
    assert shown("{% errors form %}", form=Filing()).strip() == ""


def test_a_summary_sums_up_several_forms():
    assert len(fields.summary(Filing({}), None, Filing({}, prefix="x"))) == 4


# Lists --------------------------------------------------------------------------------------------------------


def test_page_links_keep_the_filters():
    request = RequestFactory().get("/", {"q": "停电", "page": "3"})
    page = Paginator(range(260), 25).page(3)
    links = Template("{% page_links page %}").render(RequestContext(request, {"page": page}))
    assert "第 51–75 条，共 260 条" in links
    assert f"?q={'%E5%81%9C%E7%94%B5'}&amp;page=4" in links
    assert 'aria-current="page">3<' in links


def test_empty_says_what_would_be_here_and_what_to_do():
    said = shown('{% empty "还没有" "会出现在这里" "/x/" "登记第一次" %}')
    assert "还没有" in said
    assert '<a class="sx-do" href="/x/">登记第一次</a>' in said


def test_a_toast_offers_the_way_back():
    message = Message(messages.SUCCESS, "已转交\n15 个工作日内办结", extra_tags="undo:/x/")
    toast = shown("{% toast m %}", m=message, csrf_token="token")
    assert "<b>已转交</b>15 个工作日内办结" in toast
    assert 'method="post" action="/x/"' in toast
    assert 'value="token"' in toast


# Personal data (SEC-3) ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800000021", "138 **** 0021"),
        ("138 0000 0021", "138 **** 0021"),
        ("0512-0000 2210", "0512-**** 2210"),
        ("021-0000 2210", "021-**** 2210"),
        ("+86 138 0000 0021", "138 **** 0021"),
        ("2210", "****"),
        ("", ""),
        (None, ""),
    ],
)
def test_numbers_are_masked(number, masked):
    assert mask_phone(number) == masked
    assert shown("{% mask n %}", n=number) == masked


@pytest.mark.parametrize(
    ("name", "masked"), [("周南", "周*"), ("欧阳修文", "欧***"), ("Ada Byron", "A*** B***"), ("", "")]
)
def test_names_are_masked(name, masked):
    assert mask_name(name) == masked


def test_numbers_are_grouped_for_reading_aloud():
    assert grouped("13800000021") == "138 0000 0021"
    assert grouped("051200002210") == "0512-0000 2210"
    assert grouped("转 3") == "转 3"


# The templates themselves ---------------------------------------------------------------------------------------


def templates():
    return sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def test_every_icon_that_is_used_is_drawn():
    drawn = set(re.findall(r'<symbol id="(\w+)"', (settings.BASE_DIR / "static/icons.svg").read_text()))
    used = {name for path in templates() for name in re.findall(r'{% icon "(\w+)"', path.read_text())}
    assert used
    assert used <= drawn


@pytest.mark.parametrize("pattern", [r"\sstyle=", r"\son\w+=", r"<script(?![^>]*\bsrc=)", r"hx-on", r"javascript:"])
def test_no_template_needs_what_the_policy_forbids(pattern):
    found = [path.name for path in templates() if re.search(pattern, re.sub(r"{%.*?%}", "", path.read_text()))]
    assert not found
