"""The one place numbers come from (SUP-2): every figure with the list behind it, set-based, over what one may see.

Everything takes the tickets it counts, so that figures and lists agree and nothing confidential leaks.
"""

from portal.desk.figures.counting import NOWHERE, Areas, Months, Report, Tally
from portal.desk.figures.measures import FIRST_RESPONSE_GOAL, GOAL, MEASURE, MEASURES, Measure, Rate, listed
from portal.desk.figures.periods import EARLIEST, Period, month_of, months_on, months_up_to, period_of
from portal.desk.figures.picture import (
    AGES,
    Figure,
    Looks,
    Picture,
    by_category,
    counted,
    late_handled,
    looks,
    pledges,
    public,
    rate,
    worst,
)
from portal.desk.figures.readers import Reader, reader_of, under

__all__ = [
    "AGES",
    "EARLIEST",
    "FIRST_RESPONSE_GOAL",
    "GOAL",
    "MEASURE",
    "MEASURES",
    "NOWHERE",
    "Areas",
    "Figure",
    "Looks",
    "Measure",
    "Months",
    "Period",
    "Picture",
    "Rate",
    "Reader",
    "Report",
    "Tally",
    "by_category",
    "counted",
    "late_handled",
    "listed",
    "looks",
    "month_of",
    "months_on",
    "months_up_to",
    "period_of",
    "pledges",
    "public",
    "rate",
    "reader_of",
    "under",
    "worst",
]
