"""How fast, how widely and how conveniently the money arrives (POL-6)."""
