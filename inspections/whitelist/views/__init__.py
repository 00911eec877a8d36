"""Pages of the whitelist: the public list, the desk, candidates, rounds, one entry, the firm's own."""
