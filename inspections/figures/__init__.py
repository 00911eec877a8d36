"""What inspections cost and saved: by agency, place and industry (INS-9)."""
