"""The demo town: what it says (`*.toml`), who lives in it, and two years of matters moved by the verbs of the loop."""
