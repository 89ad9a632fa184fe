"""How files become passages in the index."""
