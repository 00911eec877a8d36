"""Visits to firms (ENT-10): planned, made, recorded on the spot; what is found becomes tickets in the same act."""
