"""`/uptake`: one command with a word behind it."""
