"""The criteria form between two clicks: groups and lines as they were typed, complete or not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from .language import All, Any_, Condition, Holds, In, Not
from .lines import HOWS, MOST_BANDS, MOST_OPERANDS, Line, line_of
from .reading import DEEPEST, Path

ROOT = "r"
JOINS = ("all", "any", "none")
MOST_ITEMS = 40
MOST_FIELDS = 440  # of the 500 that a request may bring: the page has a few more, and a click adds some
LISTS = ("a", "w", "pick", "upto", "incl", "grade")
ADDING = ("add", "group", "more", "band")
TEXTS = ("how", "op", "value", "to", "span", "by", "kept")


@dataclass
class Group:
    """`join`: all of its items must hold, any, or none."""

    join: str = "all"
    items: list["Group | Line"] = field(default_factory=lambda: [Line()])

    def tree(self) -> Any:
        inside = [item.tree() for item in self.items]
        if self.join != "none":
            return {self.join: inside}
        return {"not": inside[0] if len(inside) == 1 else {"any": inside}}


def drafted(node: Condition) -> Group:
    """The form that shows this criterion."""
    item = _drafted(node)
    return item if isinstance(item, Group) else Group(items=[item])


def _drafted(node: Condition) -> Group | Line:
    match node:
        case All() | Any_():
            return Group("all" if isinstance(node, All) else "any", list(map(_drafted, node.parts)))
        case Not(part=Any_() as inside):
            return Group("none", list(map(_drafted, inside.parts)))
        case Not() if not isinstance(node.part, Holds | In):
            return Group("none", [_drafted(node.part)])
    return line_of(node)


def read(data: QueryDict) -> Group:
    """What the browser sent; whatever does not belong there is left out."""
    return _read_group(data, ROOT, 0)


def is_full(data: QueryDict) -> bool:
    """Whether the form can take no more: a longer one could not be sent."""
    return sum(len(values) for _name, values in data.lists()) > MOST_FIELDS


def _read_group(data: QueryDict, name: str, depth: int) -> Group:
    join = data.get(f"{name}.join", "all")
    size = data.get(f"{name}.n", "")
    count = min(int(size), MOST_ITEMS) if size.isascii() and size.isdecimal() and len(size) < 4 else 0
    items: list[Group | Line] = []
    for number in range(count):
        inside = f"{name}.{number}"
        is_group = f"{inside}.join" in data and depth < DEEPEST
        items.append(_read_group(data, inside, depth + 1) if is_group else _read_line(data, inside))
    return Group(join if join in JOINS else "all", items)


def _read_line(data: QueryDict, name: str) -> Line:
    texts: dict[str, Any] = {key: data.get(f"{name}.{key}", "")[:2000] for key in TEXTS}
    lists: dict[str, Any] = {key: [one[:100] for one in data.getlist(f"{name}.{key}")[:60]] for key in LISTS}
    line = Line(**texts, **lists)
    line.how = line.how if line.how in HOWS else "value"
    line.span = line.span or "years"
    line.a = line.a[:MOST_OPERANDS] or [""]
    return line


def act(draft: Group, what: str, *, full: bool = False) -> None:
    """What a button asked for: `add:r`, `group:r.1`, `remove:r.1.0`, `more:r.0`, `band:r.0`; anything else nothing.

    A form that is `full` takes no more.
    """
    verb, _colon, name = what.partition(":")
    if full and verb in ADDING:
        return
    found = dict(walk(draft))
    item = found.get(name)
    if verb in ("add", "group") and isinstance(item, Group) and len(item.items) < MOST_ITEMS:
        item.items.append(Line() if verb == "add" else Group("any", [Line(), Line()]))
    elif verb == "remove" and item is not None and name != ROOT:
        above, _dot, number = name.rpartition(".")
        inside = found[above]
        assert isinstance(inside, Group)
        del inside.items[int(number)]
    elif isinstance(item, Line):
        _widen(item, verb)


def _widen(line: Line, verb: str) -> None:
    if verb == "more" and len(line.a) < MOST_OPERANDS:
        line.a.append("")
    elif verb == "fewer" and len(line.a) > 1:
        line.a.pop()
    elif verb == "band" and len(line.upto) < MOST_BANDS:
        line.upto.insert(-1, "")
        line.incl.insert(-1, "<=")
        line.grade.insert(-1, "")


def walk(item: Group | Line, name: str = ROOT) -> Iterator[tuple[str, Group | Line]]:
    yield name, item
    if isinstance(item, Group):
        for number, inside in enumerate(item.items):
            yield from walk(inside, f"{name}.{number}")


def unread(draft: Group) -> list[str]:
    """What is wrong with the lines that were written in words; of the tree it could only be said that they lack."""
    return [item.unread for _name, item in walk(draft) if isinstance(item, Line) and item.unread]


def located(draft: Group, path: Path) -> str:
    """The name of the group or line that a fault's path leads to."""
    name, here = ROOT, draft
    rest = list(path)
    while rest:
        step = rest.pop(0)
        if step == "not" and here.join == "none" and len(here.items) == 1:
            number = 0
        elif step in ("all", "any") and rest and isinstance(rest[0], int):
            number = int(rest.pop(0))
        else:
            continue
        inside = here.items[number] if number < len(here.items) else None
        name = f"{name}.{number}" if inside is not None else name
        if not isinstance(inside, Group):
            break
        here = inside
    return name
