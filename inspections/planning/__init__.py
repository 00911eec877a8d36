"""Needs become joint visits 综合查一次: from rows to the planner and back, moved by hand, approved (INS-4)."""
