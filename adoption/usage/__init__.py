"""Usage facts, roll-ups, queries and importers."""
