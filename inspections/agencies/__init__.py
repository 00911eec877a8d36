"""The agencies: their inspectors, teams and days away, and the town's rules for inspections."""
