"""How a verb says no; one exception for all rooms, so that none has to translate another's."""


class Refused(Exception):
    """It may not be done. `sentence` is for the person, in his language; `field` of the form would mend it."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
