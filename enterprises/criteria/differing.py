"""What one version of a criterion says that another does not, in words."""

from django.utils.translation import get_language

from ..attributes.catalogue import TOWN, Catalogue
from .language import All, Any_, Condition, Not
from .words import phrases, sentence


def differences(before: Condition, after: Condition, catalogue: Catalogue = TOWN) -> list[tuple[str, str]]:
    """What was taken out (`-`) and put in (`+`), part by part; the way they are joined where that changed."""
    old, new = _parts(before, catalogue), _parts(after, catalogue)
    found = [("-", words) for words in old if words not in new] + [("+", words) for words in new if words not in old]
    if type(before) is not type(after):
        group = phrases(get_language() or "").group
        found += [("-", group(before))] if isinstance(before, All | Any_ | Not) else []
        found += [("+", group(after))] if isinstance(after, All | Any_ | Not) else []
    return found


def _parts(node: Condition, catalogue: Catalogue) -> list[str]:
    parts = node.parts if isinstance(node, All | Any_) else (node,)
    return [sentence(part, catalogue) for part in parts]
