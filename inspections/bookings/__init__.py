"""Checks that a firm books itself before a milestone (INS-11)."""
