"""Claims (POL-5): from the window to the money, in both classes and claim-free."""
