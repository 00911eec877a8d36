"""The messages about tickets (`portal.outbox`): `letters` says how one is written, the others tell of their part."""

from requests.notices.letters import FIRM, Params, Words, due, tells

__all__ = ["FIRM", "Params", "Words", "due", "tells"]
