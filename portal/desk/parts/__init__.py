"""What the template tags of `templatetags/sx.py` draw: the line, due badges, charts, fields, personal data."""
