"""Submissions on their way through review: what success stories and FAQ entries share."""
