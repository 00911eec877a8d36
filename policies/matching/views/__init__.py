"""Pages of matching: the firm's own, an official's on a firm, a clause's firms, coverage, muted kinds."""
