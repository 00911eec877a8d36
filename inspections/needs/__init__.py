"""What agencies want to check: subjects, needs, and the gate that every need passes (INS-2, INS-3)."""
