"""Keys outside the series: a gap in the ordinary numbers must not tell that something confidential came in (APP-18).

Rooms below know by the key alone what they must not count or name to operators.
"""

import secrets

ABOVE, BELOW = 2**40, 2**52  # beyond what any table counts up to, and exact in a browser


def aside() -> int:
    """A random primary key that takes none of the ordinary ones."""
    return ABOVE + secrets.randbelow(BELOW - ABOVE)


def is_aside(key: int | None) -> bool:
    return key is not None and key >= ABOVE
