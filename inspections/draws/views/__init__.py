"""Pages of draws: the public list and protocol, fixing a list, the acts."""
