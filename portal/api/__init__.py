"""What every API of the portal shares: line systems and their tokens, limits, problems, idempotency, pages, schema."""
