"""Points, score and colour (POL-6, SUP-4), each by hand from the weights as shipped."""

import pytest

from policies.supervision.scores import Figures, scored, weights


@pytest.mark.parametrize(
    ("given", "score", "colour"),
    [
        ({}, None, ""),  # nothing to divide by is no zero
        ({"pushed": 10, "read": 9}, None, ""),  # nothing to claim and nothing claimed
        ({"paid": 10, "on_time": 10, "days": 150}, 100.0, "green"),
        ({"paid": 10, "on_time": 10, "days": 600}, 60.0, "yellow"),  # 60 × 100 + 40 × 0
        ({"paid": 10, "on_time": 0, "days": 150}, 40.0, "red"),
        ({"paid": 2, "on_time": 1, "days": 75}, 50.0, "red"),  # 37.5 days lie half-way: 60 × 50 + 40 × 50
        ({"matched": 10, "claimed": 8}, 80.0, "green"),  # the border is green
        ({"matched": 1000, "claimed": 799}, 79.9, "yellow"),
        ({"matched": 1000, "claimed": 600}, 60.0, "yellow"),
        ({"matched": 1000, "claimed": 599}, 59.9, "red"),
        ({"matched": 10, "claimed": 5, "pushed": 10, "read": 10}, 70.0, "yellow"),  # 60 × 50 + 40 × 100
        ({"filed": 4, "without_papers": 4}, 100.0, "green"),
        ({"filed": 4, "without_papers": 0, "materials": 20, "supplemented": 4}, 0.0, "red"),
        ({"filed": 4, "without_papers": 2, "materials": 10, "supplemented": 1}, 56.3, "red"),  # 25 + 12.5 + 18.75
        (  # 40 × 100 + 30 × 50 + 30 × 0
            {"paid": 1, "on_time": 1, "days": 3, "matched": 2, "claimed": 1, "filed": 1, "materials": 9}
            | {"supplemented": 1},
            55.0,
            "red",
        ),
    ],
)  # fmt: skip
def test_a_score_is_what_the_weights_make_of_the_figures(given, score, colour):
    made = scored(Figures(**given))
    assert (made.score, made.colour) == (score, colour)


def test_the_weights_are_whole():
    parts = weights()["parts"]
    assert sum(part["weight"] for part in parts.values()) == 100
    assert parts["speed"]["on_time"] + parts["speed"]["days"] == 100
    assert weights()["colours"]["green"] > weights()["colours"]["yellow"]


def test_figures_without_a_denominator_are_a_dash():
    none = scored(Figures())
    assert (none.percent("on_time", "paid"), none.mean_days, none.mean_materials) == (None, None, None)
    assert scored(Figures(paid=3, days=10)).mean_days == 3.3
