"""What a firm could get (POL-3): formulas, their working, and what excludes what."""
