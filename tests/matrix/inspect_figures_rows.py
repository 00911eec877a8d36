"""The rows of `test_urls` for the figures of inspections: agencies' heads read their own, overseers and keepers all."""

INSPECTING = "keeper_inspector police_head fire_inspector fire_head"
READS = "deputy_head department_head stand_in supervisor leader keeper_inspector police_head fire_head"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    from tests.matrix.rows import EVERYBODY  # which asks for these rows

    return {
        ("inspection-figures:figures", "", "GET"): {200: READS},
        ("inspection-figures:export", "", "GET"): {200: READS},
        ("inspection-figures:public", "", "GET"): {200: f"{EVERYBODY} {INSPECTING}"},
    }


def world(of):
    """Nothing of its own: figures are about what is there."""
    return {}
