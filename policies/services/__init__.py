"""One firm, one service package (POL-7): policies, professional services and open matters."""
