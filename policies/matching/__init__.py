"""Which clauses fit which firms and why (POL-2), what is pushed to them (POL-4), and what they declare themselves."""
