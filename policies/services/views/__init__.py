"""Pages of professional services: the public catalogue, orders, what the centre keeps, the service package."""
