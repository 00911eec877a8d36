"""Findings and what becomes of them: rectification, re-check, warnings, points, the firm's rating (INS-7, INS-8)."""
