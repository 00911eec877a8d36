"""The portrait of a firm (ENT-6) is put together of what each room adds: blocks, its past, people, the next act.

A room names what it adds in its `portrait.py`, which is read when the site starts; the page knows none of them. What
is added gets the `Portrait`, and gives nothing where the reader has no right to it or there is nothing to say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.people.models import User

from .attributes.values import Held
from .facts.sight import Sight
from .models import Enterprise, EnterpriseName, Stewardship
from .powers import Powers

MOST_MOMENTS = 20  # on one page of a firm's past


@dataclass(frozen=True)
class Portrait:
    """One firm as one person sees it: `own` as one of its people; `hidden` attributes whose values stay unsaid."""

    firm: Enterprise
    reader: User
    own: bool
    powers: Powers
    now: datetime
    hidden: frozenset[str]
    known: Mapping[str, Held]
    kept: dict[str, Any] = field(default_factory=dict, compare=False)  # what several parts of one page read once

    def once(self, key: str, read: Callable[[], Any]) -> Any:
        """What `read` gives, asked for once on this page; what it asks is put together in it, which costs as well."""
        if key not in self.kept:
            self.kept[key] = read()
        return self.kept[key]

    @property
    def sight(self) -> Sight:
        """Which resources the reader may read of this firm."""
        found: Sight = self.once("sight", lambda: Sight(self.reader, self.firm, serves=self.powers.files))
        return found

    @property
    def former_names(self) -> list[EnterpriseName]:
        """The newest first."""
        found: list[EnterpriseName] = self.once("former names", lambda: list(self.firm.former_names.all()))
        return found

    @property
    def stewardships(self) -> list[Stewardship]:
        """All there ever were."""
        ties = self.firm.stewardships
        told = ("enterprise", "kind", "project", "since", "until", "user__name", "user__phone")
        read = ties.select_related("user").only(*told)
        found: list[Stewardship] = self.once("stewardships", lambda: list(read))
        return found

    @property
    def stewards(self) -> list[Stewardship]:
        """Those of today."""
        begun = (tie for tie in self.stewardships if tie.since <= self.now)
        return [tie for tie in begun if tie.until is None or tie.until > self.now]


@dataclass(frozen=True)
class Block:
    """One tile, made of what `make` gives to its template."""

    key: str
    template: str
    order: int
    side: bool
    make: Callable[[Portrait], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Made:
    """A tile ready to be drawn; its template reads `block.<name>`."""

    key: str
    template: str
    side: bool
    block: Mapping[str, Any]


@dataclass(frozen=True)
class Moment:
    """One line of a firm's past: what happened, who did it, where it is read."""

    at: datetime
    what: str
    who: str = ""
    url: str = ""
    kind: str = ""
    day_only: bool = False  # the hour means nothing

    @property
    def drawn(self) -> SafeString:
        """Its line. Made here and not of templates: a page has twenty."""
        at, what = timezone.localtime(self.at), escape(self.what)
        day = f"{at:%Y-%m-%d}" if self.day_only else f"{at:%Y-%m-%d %H:%M}"
        what = f'<a href="{escape(self.url)}">{what}</a>' if self.url else what
        who = f" <small>{escape(self.who)}</small>" if self.who else ""
        return mark_safe(
            f'<li class="is-{escape(self.kind)}"><time datetime="{at.isoformat()}">{day}</time>'
            f"<span>{what}{who}</span></li>"
        )


@dataclass(frozen=True)
class Charge:
    """Somebody in charge of the firm beside its stewards, and as what."""

    name: str
    what: str
    phone: str = ""


@dataclass(frozen=True)
class NextAct:
    """What the reader should do for this firm next: the sentence, words beside it, the button. Lowest order first."""

    order: int
    says: str
    url: str
    act: str
    beside: str = ""
    due: Any = None  # a deadline, drawn as a badge


Past = Callable[[Portrait, int], Iterable[Moment]]
BLOCKS: dict[str, Block] = {}
PAST: list[Past] = []
CHARGE: list[Callable[[Portrait], Iterable[Charge]]] = []
NEXT: list[Callable[[Portrait], NextAct | None]] = []
CHIPS: list[Callable[[Portrait], Iterable[tuple[str, str]]]] = []

Make = Callable[[Portrait], Mapping[str, Any] | None]


def block(key: str, *, template: str, order: int, side: bool = False) -> Callable[[Make], Make]:
    """A tile of the portrait, by its place from the top; `make` answers None where there is nothing to show."""

    def register(make: Make) -> Make:
        BLOCKS[key] = Block(key, template, order, side, make)
        return make

    return register


def past(source: Past) -> Past:
    """What tells of the firm's past: asked for its latest so many moments, the newest first."""
    PAST.append(source)
    return source


def in_charge(source: Callable[[Portrait], Iterable[Charge]]) -> Callable[[Portrait], Iterable[Charge]]:
    """Who is in charge of the firm beside its stewards."""
    CHARGE.append(source)
    return source


def next_act(source: Callable[[Portrait], NextAct | None]) -> Callable[[Portrait], NextAct | None]:
    """What the reader should do next; of several the one of the lowest order is shown."""
    NEXT.append(source)
    return source


def chip(source: Callable[[Portrait], Iterable[tuple[str, str]]]) -> Callable[[Portrait], Iterable[tuple[str, str]]]:
    """Words beside the firm's tags, each with the address it leads to or none: a key list, the whitelist."""
    CHIPS.append(source)
    return source


def made(portrait: Portrait) -> list[Made]:
    """All tiles that have something to show, from the top."""
    found = []
    for one in sorted(BLOCKS.values(), key=lambda block: block.order):
        shown = one.make(portrait)
        if shown is not None:
            found.append(Made(one.key, one.template, one.side, shown))
    return found


def finding(blocks: Iterable[Made]) -> str:
    """One sentence of what the tiles say first, each in its own words (`says`)."""
    said = [str(made.block["says"]) for made in blocks if made.block.get("says")]
    return _("%(what)s。") % {"what": _("；").join(said)} if said else ""


@dataclass
class PastPage:
    """One page of a firm's past, the newest first."""

    moments: list[Moment] = field(default_factory=list)
    number: int = 1
    more: bool = False

    @property
    def newer(self) -> int:
        return self.number - 1

    @property
    def older(self) -> int:
        return self.number + 1


def past_of(portrait: Portrait, page: int = 1) -> PastPage:
    """Each source is asked for as many as lie before the end of the page; a firm's past is some hundred lines."""
    most = page * MOST_MOMENTS + 1
    found = [moment for source in PAST for moment in source(portrait, most)]
    found.sort(key=lambda moment: moment.at, reverse=True)
    start = most - 1 - MOST_MOMENTS
    return PastPage(found[start : most - 1], page, len(found) >= most)


def first_act(portrait: Portrait) -> NextAct | None:
    acts = [act for source in NEXT if (act := source(portrait)) is not None]
    return min(acts, key=lambda act: act.order, default=None)
