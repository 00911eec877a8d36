"""Questions about a policy are consultation tickets; their answers join its interpretation (POL-9)."""
