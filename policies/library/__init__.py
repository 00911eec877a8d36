"""The library of policies (POL-1): written, reviewed and published by the department that issued them."""
