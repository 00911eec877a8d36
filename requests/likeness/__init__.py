"""What is like what (APP-16): the nearest matters of the whole town, and what they suggest for a new one.

`similar` is the one engine behind duplicates, the same problem at others, suggestions and common problems;
docs/likeness.md says how it was measured. Nothing of it is loaded before somebody asks.
"""

from requests.likeness.finding import Like, similar

__all__ = ["Like", "similar"]
