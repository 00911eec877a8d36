"""How a verb says no; one exception for all rooms, so that none has to translate another's."""

from django.forms import BaseForm
from django.utils.translation import gettext as _


class Refused(Exception):
    """It may not be done. `sentence` is for the person, in his language; `field` of the form would mend it."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def put_on(self, form: BaseForm) -> None:
        """The sentence stands at the field, or above the form where it has no such field."""
        form.add_error(self.field if self.field in form.fields else None, self.sentence)


def required(text: str | None, sentence: str, field: str, longest: int | None = None) -> str:
    """The text without surrounding space. Raises Refused where it is empty or longer than fits: nothing is cut off."""
    text = (text or "").strip()
    if not text:
        raise Refused(sentence, field)
    if longest is not None and len(text) > longest:
        raise Refused(_("最多 %(n)s 字。") % {"n": longest}, field)
    return text


def required_line(text: str | None, sentence: str, field: str = "reason", longest: int = 300) -> str:
    """The same on one line: a reason, a name, a number."""
    return required(one_line(text), sentence, field, longest)


def one_line(text: str | None) -> str:
    """The text as one line of visible characters: it becomes a subject, a row, a file name."""
    return "".join(char for char in " ".join((text or "").split()) if char.isprintable())
