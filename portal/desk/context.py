"""What the frame of every page shows: where the person can go, who he is, what he has not read; read when shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from enterprises.models.joining import ADMITS
from portal.deadlines import watch
from portal.outbox import unread_count
from portal.people.rights import Rights, rights_of
from portal.people.roles import Role

Entry = tuple[str, str, str, tuple[str, ...]]  # name, address, icon, sections of the site that belong to it

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"  # this device's choice; the account's own is the default (static/js/theme.js)

WORKERS = (
    Role.INTAKE_CLERK,
    Role.TRIAGER,
    Role.HANDLER,
    Role.DEPUTY_HEAD,
    Role.DEPARTMENT_HEAD,
    Role.REVISITOR,
    Role.STEWARD,
    Role.PROJECT_ASSISTANT,
    Role.GRID_MEMBER,
    Role.SUPERVISOR,
)
OWE_TIME = tuple(role for role in WORKERS if role != Role.GRID_MEMBER)  # whose own deadlines there are
TICKET_READERS = (*WORKERS, Role.CONGRESS_OBSERVER, Role.LEADER)
FIRM_READERS = (*TICKET_READERS, Role.DATA_OFFICER, Role.POLICY_OFFICER, Role.INSPECTOR)
TOWN_PICTURE = (Role.LEADER, Role.SUPERVISOR)
MEETING = (Role.SUPERVISOR, Role.LEADER, Role.CONGRESS_OBSERVER)  # the monthly supervision meeting (SUP-5)
TOWN_FIGURES = (Role.CONGRESS_OBSERVER, Role.EVALUATOR)
DEPARTMENT_FIGURES = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD, Role.HANDLER)


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; `central` is the round button in the middle of a firm's dock."""

    name: str
    url: str
    icon: str
    current: bool
    central: bool = False
    go: str = ""  # the letter that leads there after G


# The letters of the ways that one goes by keyboard: G, then the letter.
GO = {
    "requests:queues": "q",
    "requests:list": "t",
    "requests:mine": "m",
    "requests:file": "n",
    "enterprises:list": "e",
    "enterprises:mine": "e",
    "desk:leader": "d",
    "desk:department": "d",
    "desk:figures": "d",
    "desk:home": "h",
    "accounts:users": "u",
    "accounts:departments": "p",
    "outbox:dead": "x",
    "joining:queue": "r",
    "lines:lines": "l",
    "limits:tables": "s",
    "mine:deadlines": "s",
}


def address(name: str) -> str:
    """The URL of a name, empty where the site has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def section_of(request: HttpRequest) -> str:
    """The place of the navigation to which the page belongs."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    view, space = match.view_name or "", match.namespace or ""
    if space == "accounts" and match.route.startswith("admin/"):
        return "departments" if "department" in view or "group" in view else "users"
    named = {
        "desk:home": "todo",
        "desk:firm": "todo",
        "desk:public-home": "public",
        "desk:leader": "figures",
        "desk:department": "figures",
        "desk:figures": "figures",
        "desk:overdue": "figures",
        "desk:displays": "displays",
        "requests:queue": "todo",
        "requests:queues": "todo",
        "requests:mine": "mine",
        "requests:instructions": "instructions",
        "desk:agenda": "agenda",
        "requests:file": "file",
        "requests:draft": "file",
        "outbox:dead": "messages",
        "deadlines:put-aside": "messages",
        "outbox:inbox": "inbox",
    }
    return named.get(view) or {"people": "me", "mine": "mine-deadlines"}.get(space, space)


class Shell:
    """The frame for one request. Costs one query, the unread count; the rights are those the view already read."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = getattr(request, "user", None)

    @property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @cached_property
    def rights(self) -> Rights:
        return rights_of(self.user)

    @cached_property
    def section(self) -> str:
        return section_of(self.request)

    @property
    def is_firm(self) -> bool:
        """Whether the person is here only for his firm, and not as an official."""
        return not self.rights.is_official

    @cached_property
    def places(self) -> list[Place]:
        if not self.signed_in:
            return self._there([(_("首页"), "desk:public-home", "home", ("public",))])
        if self.is_firm:
            return self._there(
                [
                    (_("首页"), "desk:home", "home", ("todo",)),
                    (_("诉求"), "requests:mine", "list", ("mine", "requests")),
                    (_("提交诉求"), "requests:file", "plus", ("file",)),
                    (_("企业"), "enterprises:mine", "building", ("enterprises",)),
                    (pgettext("我的", "时限"), "mine:deadlines", "clock", ("mine-deadlines",)),
                ]
            )
        return self._there(self._official_places())

    def _official_places(self) -> list[Entry]:
        figures = [
            (TOWN_PICTURE, (_("看板"), "desk:leader", "bars", ("figures",))),
            (TOWN_FIGURES, (_("看板"), "desk:figures", "bars", ("figures",))),
            (DEPARTMENT_FIGURES, (_("看板"), "desk:department", "bars", ("figures",))),
        ]
        offered: list[tuple[Sequence[str], Entry]] = [
            (WORKERS, (_("待办"), "requests:queues", "list", ("todo",))),
            (OWE_TIME, (pgettext("我的", "时限"), "mine:deadlines", "clock", ("mine-deadlines",))),
            (TICKET_READERS, (_("诉求"), "requests:list", "doc", ("requests", "file"))),
            ((Role.ENTERPRISE_MEMBER,), (_("我的诉求"), "requests:mine", "home", ("mine",))),
            (FIRM_READERS, (pgettext("名录", "企业"), "enterprises:list", "building", ("enterprises",))),
            (ADMITS, (_("注册"), "joining:queue", "me", ("joining",))),
            *[entry for entry in figures if self.rights.has(*entry[0])][:1],
            ((Role.LEADER,), (pgettext("名录", "批示"), "requests:instructions", "doc", ("instructions",))),
            (MEETING, (pgettext("名录", "议程"), "desk:agenda", "list", ("agenda",))),
            *(((Role.ADMINISTRATOR,), entry) for entry in self._keeping()),
        ]
        return [entry for roles, entry in offered if self.rights.has(*roles)]

    def _keeping(self) -> list[Entry]:
        """What the administrator keeps."""
        return [
            (_("用户"), "accounts:users", "me", ("users",)),
            (pgettext("名录", "部门"), "accounts:departments", "building", ("departments",)),
            (pgettext("管理", "时限"), "limits:tables", "clock", ("limits", "calendar")),
            (_("接入系统"), "lines:lines", "globe", ("lines",)),
            (_("消息"), "outbox:dead", "bell", ("messages",)),
            (_("督效屏"), "desk:displays", "bars", ("displays",)),
        ]

    def _there(self, entries: list[Entry]) -> list[Place]:
        """The entries whose page exists; one page is entered once."""
        places: dict[str, Place] = {}
        for name, view, icon, sections in entries:
            url = address(view)
            if url and url not in places:
                current, central = self.section in sections, view == "requests:file"
                places[url] = Place(name, url, icon, current, central, GO.get(view, ""))
        return list(places.values())

    @cached_property
    def dock(self) -> list[Place]:
        """The bar at the foot of a phone: at most five, the last one oneself."""
        if not self.signed_in:
            return []
        entries = self.places[:4]
        account = self.account_url
        if account:
            entries.append(Place(_("我的"), account, "me", self.section == "me"))
        return entries

    @cached_property
    def unread(self) -> int:
        if not self.signed_in:
            return 0
        return unread_count(self.user)

    @cached_property
    def silent(self) -> watch.Last | None:
        """For officials: the last sweep, where it was too long ago for time limits to be kept."""
        if not self.signed_in or self.is_firm:
            return None
        last = watch.last_sweep_lately()
        return last if last.silent else None

    @property
    def put_aside_url(self) -> str:
        return address("deadlines:put-aside") if self.rights.has(Role.ADMINISTRATOR) else ""

    @cached_property
    def title(self) -> str:
        """What the person is here: his position, else the role he holds first."""
        if not self.signed_in:
            return ""
        if self.user.position:
            return str(self.user.position)
        return str(next((grant.role.label for grant in self.rights.grants), ""))

    @cached_property
    def principals(self) -> list[str]:
        """Names of those he stands in for now (AB角, shown as such)."""
        return [principal.name for principal in self.rights.principals]

    @cached_property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get(THEME_COOKIE) or getattr(self.user, "theme", "auto")
        return chosen if chosen in THEMES else "auto"

    @property
    def lang(self) -> str:
        return "en-GB" if (get_language() or "").startswith("en") else "zh-Hans"

    @property
    def other_language(self) -> tuple[str, str]:
        """(code, own name) of the language one can change to."""
        return ("zh-hans", "中文") if self.lang == "en-GB" else ("en", "English")

    @property
    def home_url(self) -> str:
        return address("desk:home" if self.signed_in else "desk:public-home") or "/"

    @property
    def search_url(self) -> str:
        return address("desk:search") if self.signed_in and self.rights.has(*FIRM_READERS) else ""

    @property
    def inbox_url(self) -> str:
        return address("outbox:inbox") if self.signed_in else ""

    @property
    def account_url(self) -> str:
        return address("accounts:own")

    @property
    def sign_in_url(self) -> str:
        return address("people:sign-in")

    @property
    def sign_out_url(self) -> str:
        return address("people:sign-out")

    @property
    def language_url(self) -> str:
        return address("people:language")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for the frame, `user` for everybody."""
    return {"shell": SimpleLazyObject(lambda: Shell(request)), "user": getattr(request, "user", None)}
