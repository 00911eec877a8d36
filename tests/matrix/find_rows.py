"""The rows of `test_urls` for decision support (ENT-13): every official who reads firms; the measures differ inside."""


def rows(read_firms):
    """(address, its arguments in `world`, method): {status: who}."""
    names = ("picture", "export", "firms", "firms-export", "compare", "compare-export")
    return {(f"structure:{name}", "", "GET"): {200: read_firms} for name in names}
