"""The parts every page is made of. A builtin library: no `{% load %}`. docs/look.md shows each with an example."""

import re
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages import ERROR
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BoundField
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.defaulttags import querystring
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enterprises.criteria.naming import source_name
from enterprises.export import LIMIT
from portal.desk.parts import charts, due, fields, line, row
from portal.desk.sorts import OF
from portal.outbox.channels import failure_words
from portal.people import masks
from portal.worktime import words

register = template.Library()

register.simple_tag(line.draw, name="line")
register.simple_tag(charts.bars, name="bars")
register.simple_tag(charts.trend, name="trend")
register.simple_tag(charts.shares, name="shares")
register.simple_tag(masks.mask_phone, name="mask")
register.simple_tag(querystring, takes_context=True, name="query_with")
register.filter("failure", failure_words, is_safe=False)
register.filter("provisional", due.provisional, is_safe=False)
register.filter("mask_name", masks.mask_name, is_safe=False)
register.filter("mask_email", masks.mask_email, is_safe=False)
register.filter("mask_phone", masks.mask_phone, is_safe=False)
register.filter("phone", masks.grouped, is_safe=False)
register.filter("source_name", source_name, is_safe=False)


class Fixed(template.Node):
    MOST = 500  # kinds of one block that are kept

    def __init__(self, nodelist: NodeList, kinds: Sequence[FilterExpression]) -> None:
        self.nodelist, self.kinds = nodelist, kinds
        self.drawn: dict[Hashable, SafeString] = {}  # lives as long as the template: for ever, but with DEBUG

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *(kind.resolve(context) for kind in self.kinds))
        drawn = self.drawn.get(key)
        if drawn is None:
            if len(self.drawn) >= self.MOST:
                self.drawn.clear()
            drawn = self.drawn[key] = self.nodelist.render(context)
        return drawn


@register.tag
def fixed(parser: Parser, token: Token) -> Fixed:
    """`{% fixed %}…{% endfixed %}`: what every reader of a language is shown alike, drawn once in each process.

    `{% fixed shell.kind tab %}`: alike for all of whom these values are the same. Nothing in it may depend on more,
    least of all on who reads: somebody else is shown it next.
    """
    kinds = [parser.compile_filter(one) for one in token.split_contents()[1:]]
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return Fixed(nodelist, kinds)


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, small: bool = False, label: str = "") -> SafeString:
    """A drawing of `static/icons.svg`; without `label` it is decoration and says nothing."""
    return format_html(
        '<svg class="sx-ico{}"{}><use href="{}#{}"/></svg>',
        " sx-ico--s" if small else "",
        format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"'),
        static("icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True, name="due")
def due_badge(
    context: Context,
    deadline: Any,
    big: bool = False,
    with_date: bool = False,
    act: str = "",
    done: str = "",
    link: bool = True,
) -> SafeString:
    """The due badge of a deadline at the view's `now`, if it gives one, else at the instant of the request.

    The large one heads a record: it leads to how the limit was computed (tickets' own pages say where to).
    """
    badge = due.badge(deadline, _now(context), big=big, with_date=with_date, act=act, done=done)
    sort = OF.get(type(deadline)) if big and link else None
    if sort is None or deadline.pk is None:
        return badge
    url = reverse("mine:clock", args=[sort.code, deadline.pk])
    return format_html('<a class="sx-why" href="{}" title="{}">{}</a>', url, _("怎么算的"), badge)


@register.simple_tag(takes_context=True, name="row")
def ticket_row(context: Context, shown: Any) -> SafeString:
    """A row of a list of tickets (`requests.rows.Row`), with a box to pick it where the page offers a `batch`."""
    return row.draw(shown, _now(context), picks=bool(context.get("batch") or context.get("gathers")))


def _now(context: Context) -> datetime:
    """One instant for the whole page, so that two badges of one due time never differ."""
    if now := context.get("now"):
        return now
    request = context.get("request")
    if request is None:
        return timezone.now()
    if not hasattr(request, "shown_at"):
        request.shown_at = timezone.now()
    return request.shown_at


def _nowrap(said: str) -> SafeString:
    return format_html('<span class="sx-date">{}</span>', said)


@register.filter
def day(value: date | datetime | None, form: str = "") -> str:
    """`11月24日(周二)`; `|day:"short"` leaves the weekday out; nothing for None."""
    return _nowrap(words.day(value, weekday=form != "short")) if value else ""


@register.filter
def by_when(value: datetime | None) -> str:
    """`11月24日(周二)17:00 前`; nothing for None."""
    return _nowrap(words.by_when(value)) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """`今天 11:05`, `11月20日 17:00`; nothing for None."""
    return _nowrap(words.moment(value)) if value else ""


@register.filter
def span(minutes: int | None) -> str:
    """Working minutes as `1 小时 40 分`; nothing for None."""
    return "" if minutes is None else _nowrap(words.span(int(minutes)))


@register.filter
def lang_of(text: str) -> SafeString:
    """The `lang` of a text that is there only in Chinese, for a page in another language; else nothing."""
    first = next((one for one in str(text) if one.isalpha()), "")  # after 《, （ or a number
    foreign = not (get_language() or "zh").startswith("zh") and "\u4e00" <= first <= "\u9fff"
    return mark_safe(' lang="zh-Hans"') if foreign else mark_safe("")


@register.filter
def marked(text: str, query: str) -> SafeString:
    """The text with the words of a search marked where they stand, in whatever case; escaped."""
    wanted = [re.escape(word) for word in query.split()[:5]]
    if not wanted:
        return escape(text)
    parts = re.split(f"({'|'.join(wanted)})", str(text), flags=re.IGNORECASE)
    shown = (format_html("<mark>{}</mark>", part) if n % 2 else escape(part) for n, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in shown))


@register.inclusion_tag("parts/export.html", takes_context=True)
def export_link(context: Context, address: str, *args: Any, count: int = 0) -> dict[str, Any]:
    """The way to the Excel file of a list, at the right end of its filters; says where the file would not hold all."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    url = f"{reverse(address, args=args)}{'?' if query else ''}{query.urlencode()}"
    return {"url": url, "limit": LIMIT if count > LIMIT else 0}


@register.inclusion_tag("parts/field.html")
def field(field: BoundField, hint: str = "", kind: str = "", optional: bool = True, **attrs: Any) -> dict[str, Any]:
    """Label, error, control and hint of a form field; further arguments become attributes of the control."""
    return fields.field_context(field, hint=hint, kind=kind, optional=optional, **attrs)


@register.inclusion_tag("parts/picks.html")
def picks(
    field: BoundField, apart: str = "", opened: bool = False, sift: bool = True, optional: bool = True
) -> dict[str, Any]:
    """Boxes to tick, in groups, with a box to type in where there are many; never the choice of the field `apart`."""
    context = fields.picks_context(field, apart=apart, opened=opened)
    return {**context, "sifts": sift and context["sifts"], "optional": optional and context["optional"]}


@register.simple_tag
def options(field: BoundField) -> SafeString:
    """The options of a `select`, the chosen one marked."""
    return fields.options(field)


@register.inclusion_tag("parts/errors.html")
def errors(*forms: Any) -> dict[str, Any]:
    """All errors of the forms at the top of the page, each a link to its field; nothing where there is none."""
    return {"errors": fields.summary(*forms)}


@register.inclusion_tag("parts/empty.html")
def empty(
    title: str, text: str = "", url: str = "", label: str = "", plain: bool = False, motif: bool = True
) -> dict[str, Any]:
    """What would be here, and the one thing to do."""
    return {"title": title, "text": text, "url": url, "label": label, "plain": plain, "motif": motif}


@register.simple_tag
def figure(label: str, value: Any, unit: str = "", note: str = "", url: str = "") -> SafeString:
    """A key figure: `{% figure "按时办结率" 94.2 "%" note="…" url=… %}`; with `url` it opens the list behind it.

    None is not yet known: a dash without a unit.
    """
    if value in (None, "—"):
        value, unit = "—", ""
    return format_html(
        '<{} class="sx-fig"{}><span class="l">{}</span><span class="n">{}{}</span>{}</{}>',
        mark_safe("a" if url else "div"),
        format_html(' href="{}"', url) if url else "",
        label,
        value,
        format_html("<small>{}</small>", unit) if unit else "",
        format_html('<span class="d">{}</span>', note) if note else "",
        mark_safe("a" if url else "div"),
    )


@register.inclusion_tag("parts/pages.html", takes_context=True)
def page_links(context: Context, page: Page) -> dict[str, Any]:
    """The way through a long list; keeps the filters of the query string."""
    numbers: Iterable[int | str] = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    query = context["request"].GET.copy()
    query.pop("page", None)
    begin = f"?{query.urlencode()}&page=" if query else "?page="
    return {
        "page": page,
        "numbers": [(number, f"{begin}{number}" if isinstance(number, int) else "") for number in numbers],
        "before": f"{begin}{page.number - 1}" if page.has_previous() else "",
        "after": f"{begin}{page.number + 1}" if page.has_next() else "",
    }


@register.inclusion_tag("parts/toast.html", takes_context=True)
def toast(context: Context, message: Message) -> dict[str, Any]:
    """What was done: the first line strong, the rest plain; `extra_tags="undo:/url/"` adds 撤销, which posts there."""
    head, _line_break, rest = str(message).partition("\n")
    undo = (message.extra_tags or "").partition("undo:")[2]
    return {
        "head": head,
        "rest": rest,
        "undo": undo,
        "wrong": message.level >= ERROR,
        "close": _("关闭"),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def words_for_scripts() -> SafeString:
    """The sentences the scripts say, translated, as a block of data that they read."""
    return json_script(
        {
            "sending": _("正在提交"),
            "saving": _("正在存草稿"),
            "saved": _("草稿已存 %(time)s"),
            "kept": _("没有网络，已存在这台设备上"),
            "kept_here": _("没有存上，先存在这台设备上"),
            "restored": _("已取回这台设备上没交的内容"),
            "leave": _("有内容还没有提交"),
            "uploading": _("已传 %(percent)s"),
            "remove": _("去掉 %(name)s"),
            "upload_failed": _("没有传上，点这里再传"),
            "too_large": _("超过 %(size)s MB，请压缩或分开后再传"),
            "too_many": _("最多 %(count)s 个文件"),
            "waiting_uploads": _("文件传完会自动提交"),
            "still_waiting": _("还在取数据"),
            "offline": _("没有连上网络，您写的还在这一页\n连上后再按一次"),
            "failed": _("这一步没有做成，您写的还在这一页\n已自动记录，请再按一次；还不行，请打中心电话"),
            "gone": _("这一件有了变化，或已不由您经办\n请刷新这一页"),
            "signed_out": _("已退出登录，您写的还在这一页\n请在另一页登录后回来再按一次"),
            "close": _("关闭"),
            "picked": _("已选 %(n)s 件"),
            "fresh_new": _("有 %(n)s 件新的"),
            "fresh_gone": _("%(n)s 件已有人办"),
            "comma": _("，"),
            "found": _("找到 %(n)s 条，用上下键选"),
            "found_none": _("没有找到"),
        },
        "sx-words",
    )
