"""Commands for guides: their sources, the index, and their state."""
