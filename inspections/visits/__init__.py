"""Joint visits on their day: codes at the door, notices, on-the-spot checks, the firm's page (INS-6)."""
