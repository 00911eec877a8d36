"""What the frame of every page shows: where the person can go, who he is, what he has not read; read when shown."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from enterprises.models import firms_of
from enterprises.models.joining import ADMITS
from inspections.models import Agency
from inspections.models.agencies import HEADS as INSPECTION_HEADS
from inspections.models.agencies import OVERSEE_INSPECTIONS
from policies.library.capacity import READS_DESK
from policies.models.services import READS_ORDERS
from portal.deadlines import watch
from portal.desk.rooms import SECTIONS as INSPECTIONS
from portal.desk.rooms import rooms_of
from portal.desk.sections import section_of
from portal.outbox import unread_count
from portal.people.rights import HEADS, Rights, rights_of
from portal.people.roles import Role
from requests.models.articles import KNOWS
from requests.models.visits import OVERSEE_VISITS, STEWARDS
from requests.views.problems import READERS as PROBLEM_READERS

Entry = tuple[str, str, str, tuple[str, ...]]  # name, address and what it takes, icon, sections that belong to it

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
OWE_TIME = (
    *(role for role in WORKERS if role != Role.GRID_MEMBER),
    Role.POLICY_OFFICER,
    Role.INSPECTOR,
)  # have own deadlines
TICKET_READERS = (*WORKERS, Role.CONGRESS_OBSERVER, Role.LEADER)
FIRM_READERS = (*TICKET_READERS, Role.DATA_OFFICER, Role.POLICY_OFFICER, Role.INSPECTOR)
GOING_OUT = (*STEWARDS, Role.GRID_MEMBER)  # for whom visits stand at the thumb, on the phone
OUTSIDE = ("requests:queues", "mine:deadlines", "requests:list", "services:orders")  # all a third party has (APP-7)
SERVES = (*READS_ORDERS, *STEWARDS)
TOWN_PICTURE = (Role.LEADER, Role.SUPERVISOR)
CONGRESS = (Role.CONGRESS_OBSERVER,)
ORDERS = (Role.SUPERVISOR, Role.LEADER)  # read the supervision orders (SLA-13)
CLAIMS_DESK = (Role.POLICY_OFFICER, Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD)
SEE_CLAIMS = (Role.SUPERVISOR, Role.LEADER, Role.STEWARD, Role.PROJECT_ASSISTANT)
MEETING = (Role.SUPERVISOR, Role.LEADER, Role.CONGRESS_OBSERVER)  # the monthly supervision meeting (SUP-5)
TOWN_FIGURES = (Role.CONGRESS_OBSERVER, Role.EVALUATOR)
DEPARTMENT_FIGURES = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD, Role.HANDLER)


POLICY = ("policies", "calculator", "matching", "questions")  # the sections that stand under 政策

BAR = 560  # pixels that the entries of the navigation may take on a page of 1280
NARROW = 4  # so many stand in the bar whatever its width
DOCK = 4


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
    "visits:mine": "v",
}


def address(name: str, *args: str) -> str:
    """The URL of a name, empty where the site has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


class Shell:
    """The frame for one request, by the rights the view has read. Costs one query, the unread letters; heads two."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = getattr(request, "user", None)

    @cached_property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @cached_property
    def rights(self) -> Rights:
        return rights_of(self.user)

    @cached_property
    def section(self) -> str:
        return section_of(self.request)

    @cached_property
    def kind(self) -> Hashable:
        """All on which the ways through the portal depend: the frame is drawn once for each kind (`{% fixed %}`)."""
        if not self.signed_in:
            return self.section
        return self.rights.roles, self.rights.is_outside, self.heads_inspections, self.section

    @property
    def is_firm(self) -> bool:
        """Whether the person is here only for his firm, and not as an official."""
        return not self.rights.is_official

    @cached_property
    def told_of_policies(self) -> bool:
        """Whether matches are pushed to him (POL-4): the firms' people and stewards."""
        return self.signed_in and (bool(firms_of(self.user)) or self.rights.has(Role.STEWARD))

    @cached_property
    def places(self) -> list[Place]:
        if not self.signed_in:
            return self._there(
                [
                    (_("首页"), "desk:public-home", "home", ("public",)),
                    (pgettext("名录", "政策"), "policies:catalogue", "doc", POLICY),
                    (pgettext("名录", "服务"), "services:catalogue", "gift", ("services",)),
                    (pgettext("名录", "检查"), "whitelist:public", "find", INSPECTIONS),
                ]
            )
        if self.is_firm:
            return self._there(
                [
                    (_("首页"), "desk:home", "home", ("todo",)),
                    (_("诉求"), "requests:mine", "list", ("mine", "requests")),
                    (_("提交诉求"), "requests:file", "plus", ("file",)),
                    (pgettext("名录", "政策"), "matching:mine", "doc", POLICY),
                    (_("企业"), "enterprises:mine", "building", ("enterprises",)),
                    (pgettext("名录", "申报"), "claims:mine", "tick", ("claims",)),
                    (pgettext("名录", "服务"), "services:package", "gift", ("services",)),
                    (pgettext("名录", "检查"), "inspections:mine", "find", INSPECTIONS),
                    (pgettext("我的", "时限"), "mine:deadlines", "clock", ("mine-deadlines",)),
                ]
            )
        return self._there(self._official_places())

    def _official_places(self) -> list[Entry]:
        policies = [
            (READS_DESK, (pgettext("名录", "政策"), "policies:desk", "doc", POLICY)),
            (TICKET_READERS, (pgettext("名录", "政策"), "policies:catalogue", "doc", POLICY)),
        ]
        offered: list[tuple[Sequence[str], Entry]] = [
            *(inspects := self._inspecting())[:1],
            (WORKERS, (_("待办"), "requests:queues", "list", ("todo",))),
            (OWE_TIME, (pgettext("我的", "时限"), "mine:deadlines", "clock", ("mine-deadlines",))),
            (GOING_OUT, (pgettext("名录", "走访"), "visits:mine", "pin", ("visits",))),
            (TICKET_READERS, (_("诉求"), "requests:list", "doc", ("requests", "file"))),
            ((Role.ENTERPRISE_MEMBER,), (_("我的诉求"), "requests:mine", "home", ("mine",))),
            ((Role.ENTERPRISE_MEMBER,), (_("我的申报"), "claims:mine", "tick", ())),
            (FIRM_READERS, (pgettext("名录", "企业"), "enterprises:list", "building", ("enterprises",))),
            *self._first(policies),
            ((Role.DATA_OFFICER,), (pgettext("名录", "数据"), "enterprises:data", "bars", ("data",))),
            (CLAIMS_DESK, (pgettext("名录", "申报"), "claims:desk", "tick", ("claims",))),
            (SEE_CLAIMS, (pgettext("名录", "申报"), "claims:all", "tick", ("claims",))),
            *self._first(inspects),
            ((Role.ENTERPRISE_MEMBER,), (_("我的检查"), "inspections:mine", "find", ())),
            (self._serving(), (pgettext("名录", "服务"), "services:orders", "gift", ("services",))),
            (OVERSEE_VISITS, (pgettext("名录", "走访"), "visits:mine", "pin", ("visits",))),
            (ADMITS, (_("注册"), "joining:queue", "me", ("joining",))),
            *self._first(self._figures()),
            ((Role.LEADER,), (pgettext("名录", "兜底"), "requests:queue raised", "list", ("raised",))),
            ((Role.LEADER,), (pgettext("名录", "批示"), "requests:instructions", "doc", ("instructions",))),
            (ORDERS, (pgettext("名录", "督办"), "requests:orders", "doc", ("orders",))),
            (CONGRESS, (pgettext("名录", "核实"), "requests:verifications", "tick", ("verifications",))),
            (MEETING, (pgettext("名录", "议程"), "desk:agenda", "list", ("agenda",))),
            (PROBLEM_READERS, (_("共性问题"), "requests:problems", "people", ("problems",))),
            (KNOWS, (_("知识库"), "requests:articles", "info", ("articles",))),
            (HEADS, (_("情况说明"), "confidential:unit-questions", "doc", ("confidential",))),
            ((Role.AUDITOR,), (pgettext("名录", "保密件"), "confidential:reads", "doc", ("confidential",))),
            ((Role.AUDITOR,), (_("企业数据查阅"), "desk:readings", "building", ("readings",))),
            ((Role.AUDITOR,), (_("个人信息保留"), "upkeep:retention", "lock", ("upkeep",))),
            *(((Role.ADMINISTRATOR,), entry) for entry in self._keeping()),
        ]
        outside = self.rights.is_outside
        may = [entry for roles, entry in offered if self.rights.has(*roles)]
        return [entry for entry in may if not outside or entry[1] in OUTSIDE]

    def _first(self, offers: Sequence[tuple[Sequence[str], Entry]]) -> list[tuple[Sequence[str], Entry]]:
        """Of several ways into one room the first that is his."""
        return [offer for offer in offers if self.rights.has(*offer[0])][:1]

    def _figures(self) -> list[tuple[Sequence[str], Entry]]:
        return [
            (TOWN_PICTURE, (_("看板"), "desk:leader", "bars", ("figures",))),
            (TOWN_FIGURES, (_("看板"), "desk:figures", "bars", ("figures",))),
            (DEPARTMENT_FIGURES, (_("看板"), "desk:department", "bars", ("figures",))),
        ]

    def _inspecting(self) -> list[tuple[Sequence[str], Entry]]:
        return [
            ((Role.INSPECTOR,), (pgettext("名录", "检查"), "inspections:today", "find", INSPECTIONS)),
            (OVERSEE_INSPECTIONS, (pgettext("名录", "检查"), "inspection-figures:figures", "find", INSPECTIONS)),
            (
                INSPECTION_HEADS if self.heads_inspections else (),
                (pgettext("名录", "检查"), "inspections:visits", "find", INSPECTIONS),
            ),
        ]

    @cached_property
    def heads_inspections(self) -> bool:
        """Whether he heads a department that inspects: one query more, and only for heads."""
        if not self.rights.has(*INSPECTION_HEADS):
            return False
        return bool(Agency.objects.filter(active=True).worked_by(self.user).exists())

    def _serving(self) -> Sequence[str]:
        """Who reads orders of services; of third parties whoever works there (POL-7)."""
        return WORKERS if self.rights.is_outside else SERVES

    def _keeping(self) -> list[Entry]:
        """What the administrator keeps."""
        return [
            (_("用户"), "accounts:users", "me", ("users",)),
            (pgettext("名录", "部门"), "accounts:departments", "building", ("departments",)),
            (pgettext("管理", "时限"), "limits:tables", "clock", ("limits", "calendar")),
            (pgettext("名录", "受理范围"), "requests:scope-items", "list", ("scope",)),
            (_("接入系统"), "lines:lines", "globe", ("lines",)),
            (_("消息"), "outbox:dead", "bell", ("messages",)),
            (_("督效屏"), "desk:displays", "bars", ("displays",)),
            (_("个人信息保留"), "upkeep:retention", "lock", ("upkeep",)),
        ]

    def _there(self, entries: list[Entry]) -> list[Place]:
        """The entries whose page exists; one page is entered once."""
        places: dict[str, Place] = {}
        for name, view, icon, sections in entries:
            url = address(*view.split())
            if url and url not in places:
                current, central = self.section in sections, view == "requests:file"
                places[url] = Place(name, url, icon, current, central, GO.get(view, ""))
        return list(places.values())

    @cached_property
    def fitting(self) -> int:
        """How many entries stand in the bar of a page of 1280 pixels; the rest is under 更多, as are more on less."""
        left = BAR
        for count, place in enumerate(self.places):
            left -= sum(15 if ord(char) > 0x2E80 else 9 for char in place.name) + 24
            if left < 0:
                return max(count, NARROW)
        return len(self.places)

    @property
    def more(self) -> list[tuple[Place, bool]]:
        """What is under 更多, and whether it is only there on narrow pages."""
        return [(place, at < self.fitting) for at, place in enumerate(self.places) if at >= NARROW]

    @property
    def more_current(self) -> bool:
        return any(place.current for place, narrow in self.more if not narrow)

    @property
    def beyond_dock(self) -> list[Place]:
        return self.places[DOCK:]

    @cached_property
    def dock(self) -> list[Place]:
        """The bar at the foot of a phone: at most five, the last one oneself."""
        if not self.signed_in:
            return []
        entries = self.places[:DOCK]
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
        return last if last.silent and not watch.starting() else None

    @cached_property
    def rooms(self) -> list[tuple[str, str, bool]]:
        """Beside each other: name, address, and whether one is there (portal.desk.rooms)."""
        match = getattr(self.request, "resolver_match", None)
        view = match.view_name if match else ""
        return [(name, address(where), where == view) for name, where in rooms_of(self.user, view)]

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

    @cached_property
    def lang(self) -> str:
        return "en-GB" if (get_language() or "").startswith("en") else "zh-Hans"

    @cached_property
    def other_language(self) -> tuple[str, str]:
        """(code, own name) of the language one can change to."""
        return ("zh-hans", "中文") if self.lang == "en-GB" else ("en", "English")

    @property
    def home_url(self) -> str:
        return address("desk:home" if self.signed_in else "desk:public-home") or "/"

    @property
    def searches(self) -> bool:
        """Whether he may look for tickets, firms and people."""
        return self.signed_in and self.rights.has(*FIRM_READERS)

    @property
    def search_url(self) -> str:
        return address("desk:search") if self.searches else ""

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

    @cached_property
    def language_url(self) -> str:
        return address("people:language")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for the frame, `user` for everybody."""
    return {"shell": Shell(request), "user": getattr(request, "user", None)}
