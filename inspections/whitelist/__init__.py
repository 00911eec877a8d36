"""The whitelist 白名单: proposed by criteria, reviewed, approved, public, removed at once, with appeal (INS-1)."""
