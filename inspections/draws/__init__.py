"""Risk-weighted random draws that anyone can re-compute, and what data comparison settles without a visit (INS-5)."""
