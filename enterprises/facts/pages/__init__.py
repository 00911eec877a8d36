"""Pages about facts: what a line does next, the catalogue of resources, conflicts, corrections, one firm's facts."""
