"""Key-enterprise lists (ENT-9): proposed, reviewed, approved as a whole, adjusted yearly."""
