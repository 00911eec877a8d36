"""How long personal data is kept, in words, wherever a page says so: read from the rules, so text and rule agree."""

from django import template
from django.utils.translation import ngettext

from portal.upkeep.retention import flow

YEAR = 365  # days, as the rules count

register = template.Library()


@register.filter
def kept_for(days: int) -> str:
    """`3 年`, `90 天`."""
    if days % YEAR == 0:
        return ngettext("%(n)s 年", "%(n)s 年", days // YEAR) % {"n": days // YEAR}
    return ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days}


@register.simple_tag
def keeps(code: str) -> str:
    """The same of one rule: `{% keeps "contacts" %}`; KeyError for no such rule."""
    return kept_for(flow.period_of(code))
