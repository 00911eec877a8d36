"""What was found at the door: checklists, photos, findings, signatures, kept on a bad line, sent once (INS-6)."""
