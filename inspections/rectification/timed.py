"""What happens by itself: the results of visits go into the facts (INS-10)."""

from portal.deadlines.timed import timed_rows

from . import results

timed_rows("inspections.results", due=results.waiting, act=results.bring)
