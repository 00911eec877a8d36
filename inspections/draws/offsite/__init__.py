"""智联查: what comparing data settles needs no visit (INS-5)."""
