"""Pages of the calculator, of the form of amounts, and of what excludes what."""
