"""Facts about firms (ENT-2, ENT-3): what the lines deliver, how it comes in, and what happens when sources disagree."""
